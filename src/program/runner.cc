#include "program/runner.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "core/allocator.h"
#include "core/copy.h"
#include "descent/generator.h"
#include "kernels/parallel.h"
#include "program/c/source.h"
#include "program/passes.h"

namespace descent::program {
namespace {

constexpr std::int64_t kSmallArena = 1 << 16;  // bytes; it is kept between runs in any case

}  // namespace

Runner::Runner(Program program, bool natively, bool keeps_memory) : program_(std::move(program)) {
  for (Buffer& buffer : program_.buffers) {
    bases_.push_back(buffer.kind == Buffer::Kind::constant ? buffer.number : nullptr);
    storages_.emplace_back();
    followers_.emplace_back();
    if (buffer.kind == Buffer::Kind::temporary && buffer.place >= 0)
      temporaries_.push_back(static_cast<int>(bases_.size()) - 1);
  }
  if (!natively || !add_native()) add_groups(0, static_cast<int>(program_.groups.size()));
  overwritten_ = overwritten_before_failure(program_);
  for (const Overwritten& part : overwritten_)
    saved_bytes_ += static_cast<std::int64_t>(allocator::aligned(static_cast<std::size_t>(part.bytes)));
  draws_ = std::any_of(program_.instructions.begin(), program_.instructions.end(),
                       [](const Instruction& instruction) { return instruction.draws_from_default; });
  std::int64_t largest = 0;
  for (const Loop& loop : loops_) largest = std::max(largest, loop.block_bytes);
  for (const Native& native : natives_) largest = std::max(largest, native.count > 0 ? native.room_bytes : 0);
  spare_.emplace(largest);
  for (Loop& loop : loops_) make_ready(loop);
  // What the captured step left would lie idle beside the arena.
  if (keeps_memory && arena_bytes() > kSmallArena) allocator::release_kept();
  if (keeps_memory || arena_bytes() <= kSmallArena) place_temporaries(kept_arena_.emplace(arena_bytes()).data());
  is_bare_ = kept_arena_ && overwritten_.empty() && !draws_;
  if (!is_bare_ || steps_.size() != 1) return;
  if (steps_[0].kind == Step::Kind::native && natives_[0].count == 0) all_ = natives_[0].function;
  if (steps_[0].kind == Step::Kind::loop && loops_[0].ready.size() == 1 && loops_[0].ready[0].conversions == 0)
    only_ = loops_[0].ready.data();
}

template <class Use>
void Spare::lend(std::int64_t bytes, const Use& use) {
  std::optional<Memory> own;
  try {
    own.emplace(bytes);
  } catch (const OutOfMemory&) {
  } catch (const std::bad_alloc&) {
  }
  if (own) return use(own->data());
  const std::lock_guard lock(mutex_);
  use(memory_.data());
}

std::int64_t Runner::arena_bytes() const {
  return static_cast<std::int64_t>(allocator::aligned(static_cast<std::size_t>(program_.arena_bytes + room_bytes_))) +
         saved_bytes_;
}

void Runner::move(int buffer, std::byte* data) {
  bases_[static_cast<std::size_t>(buffer)] = data;
  const Followers& followers = followers_[static_cast<std::size_t>(buffer)];
  for (const auto& follower : followers.read) *follower.address = data + follower.offset;
  for (const auto& follower : followers.written) *follower.address = data + follower.offset;
}

// Makes `address` that of an operand, now and after every set().
template <class Pointer>
void Runner::follow(const Source& source, Pointer& address, std::vector<Follower<Pointer>> Followers::*list) {
  if (source.is_block) {
    address = spare_->memory() + source.offset;
    return;
  }
  const auto buffer = static_cast<std::size_t>(source.buffer);
  if (bases_[buffer]) address = start_of(source);
  (followers_[buffer].*list).push_back({&address, source.offset});
}

void Runner::place_temporaries(std::byte* arena) {
  for (const int b : temporaries_) set(b, arena + program_.buffers[static_cast<std::size_t>(b)].place);
  room_ = arena + program_.arena_bytes;
  saved_ = arena + arena_bytes() - saved_bytes_;
}

void Runner::add_groups(int begin, int end) {
  for (int g = begin; g < end; ++g) {
    const Chain* const chain = chain_of(program_, g);
    if (chain && chain->kind == Chain::Kind::tiles && chain->begin == g && chain->end <= end) {
      loops_.push_back(loop_of(program_.groups[static_cast<std::size_t>(g) + 1]));
      add_tiled(g++, loops_.size() - 1, 0);
      continue;
    }
    const Group& group = program_.groups[static_cast<std::size_t>(g)];
    if (group.numel > 0) {
      steps_.push_back({Step::Kind::loop, loops_.size()});
      loops_.push_back(loop_of(group));
    } else {
      steps_.push_back({Step::Kind::single, singles_.size()});
      singles_.push_back(single_of(program_.instructions[static_cast<std::size_t>(group.begin)]));
    }
  }
}

void Runner::add_tiled(int group, std::optional<std::size_t> loop, std::size_t native) {
  const int begin = program_.groups[static_cast<std::size_t>(group)].begin;
  singles_.push_back(single_of(program_.instructions[static_cast<std::size_t>(begin)]));
  steps_.push_back({Step::Kind::tiled, tiled_.size()});
  tiled_.push_back({singles_.size() - 1, loop, native});
}

// Whether there is any.
bool Runner::add_native() {
  const c::Source source = c::source_of(program_, kernels::has_fma());
  const bool is_any =
      std::any_of(source.parts.begin(), source.parts.end(), [](const c::Part& part) { return part.is_written(); });
  if (is_any) library_ = native::library_of(source.text);
  if (!library_) return false;
  for (const kernels::ElementwiseKernel kernel : source.kernels) bases_.push_back(reinterpret_cast<std::byte*>(kernel));
  for (const c::Part& part : source.parts) {
    if (!part.is_written()) {
      add_groups(part.begin, part.end);
      continue;
    }
    if (part.takes_tiles)
      add_tiled(part.begin, std::nullopt, natives_.size());
    else
      steps_.push_back({Step::Kind::native, natives_.size()});
    natives_.push_back({library_->function(part.name), part.count, part.grain, part.room_bytes});
    if (part.count == 0) room_bytes_ = std::max(room_bytes_, part.room_bytes);
  }
  return true;
}

Runner::Source Runner::source_of(const Operand& operand, DType wanted, const Group& group) {
  const Buffer& buffer = program_.buffers[static_cast<std::size_t>(operand.buffer)];
  Source source{.buffer = operand.buffer,
                .is_block = buffer.kind == Buffer::Kind::block,
                .offset = operand.offset,
                .step = is_single(operand) ? 0 : 1,
                .size = static_cast<std::int64_t>(size_of(operand.dtype))};
  if (source.is_block) source.offset = buffer.place * group.capacity();
  if (operand.dtype != wanted) {
    source.number = static_cast<int>(numbers_.size());
    source.from = operand.dtype;
    source.to = wanted;
    numbers_.emplace_back();
  }
  return source;
}

Runner::Loop Runner::loop_of(const Group& group) {
  Loop loop{group.numel, group.block, group.block_bytes, {}, {}};
  for (int i = group.begin; i < group.end; ++i) {
    const Instruction& instruction = program_.instructions[static_cast<std::size_t>(i)];
    Call call{.kernel = kernel_of(instruction),
              .inputs = static_cast<int>(instruction.inputs.size()),
              .input = {},
              .output = {}};
    std::int64_t gathered = group.gather_place;
    for (int k = 0; k < call.inputs; ++k) {
      const Operand& input = instruction.inputs[static_cast<std::size_t>(k)];
      const DType wanted = k < instruction.op->first_typed_input ? boolean : instruction.computes_in;
      call.input[k] = source_of(input, wanted, group);
      if (reads_along(input, instruction.output)) continue;
      call.input[k].gather = static_cast<int>(gathers_.size());
      call.input[k].place = gathered;
      gathers_.emplace_back(instruction.output.sizes,
                            broadcast_strides(input.sizes, input.strides, instruction.output.sizes),
                            size_of(input.dtype));
      gathered += static_cast<std::int64_t>(kMaxElementSize) * group.capacity();
    }
    call.output = source_of(instruction.output, instruction.output.dtype, group);
    call.output.step = 1;
    loop.calls.push_back(call);
  }
  return loop;
}

bool Runner::is_one_block(const Loop& loop) { return loop.numel <= std::min(loop.block, kernels::kElementGrain); }

// An update of a few elements takes less time than to find where they lie.
void Runner::make_ready(Loop& loop) {
  if (!is_one_block(loop)) return;
  for (const Call& call : loop.calls) {
    if (std::any_of(call.input, call.input + call.inputs, [](const Source& source) { return source.gather >= 0; }))
      return;
  }
  loop.ready.resize(loop.calls.size());  // where they stay
  for (std::size_t i = 0; i < loop.calls.size(); ++i) {
    const Call& call = loop.calls[i];
    ReadyCall& ready = loop.ready[i];
    ready.kernel = call.kernel;
    for (int k = 0; k < call.inputs; ++k) {
      const Source& source = call.input[k];
      const void** address = &ready.operands[k].data;
      ready.operands[k].step = source.step;
      if (source.number >= 0) {
        ConvertedNumber& converted = numbers_[static_cast<std::size_t>(source.number)];
        *address = converted.bytes;
        ReadyCall::Conversion& conversion = ready.conversion[ready.conversions++];
        conversion = {source.from, source.to, nullptr, &converted};
        address = &conversion.number;
      }
      follow(source, *address, &Followers::read);
    }
    follow(call.output, ready.output, &Followers::written);
  }
}

// A tensor of the operand's geometry, over the memory that run() gives it.
Tensor Runner::shell_of(const Operand& operand) {
  Tensor& storage = storages_[static_cast<std::size_t>(operand.buffer)];
  if (!storage.defined()) storage = Tensor::adopt(make_impl(Dims(0), boolean));
  return tensor_over(storage, nullptr, operand);
}

Runner::Single Runner::single_of(const Instruction& instruction) {
  Single single{.instruction = &instruction,
                .inputs = {},
                .pointers = {},
                .output = shell_of(instruction.output),
                .attributes = instruction.attributes};
  for (const Operand& input : instruction.inputs) single.inputs.push_back(shell_of(input));
  for (const Tensor& input : single.inputs) single.pointers.push_back(&input);
  return single;
}

void Runner::run_all() {
  std::optional<Memory> arena;
  if (!kept_arena_) place_temporaries(arena.emplace(arena_bytes()).data());
  save_overwritten();
  try {
    run_steps();
  } catch (...) {
    restore_overwritten();
    throw;
  }
}

void Runner::save_overwritten() {
  if (draws_) generator_ = default_generator().state();
  std::byte* to = saved_;
  for (const Overwritten& part : overwritten_) {
    std::memcpy(to, bases_[static_cast<std::size_t>(part.buffer)] + part.offset, static_cast<std::size_t>(part.bytes));
    to += allocator::aligned(static_cast<std::size_t>(part.bytes));
  }
}

void Runner::restore_overwritten() {
  if (draws_) default_generator().set_state(generator_);
  const std::byte* from = saved_;
  for (const Overwritten& part : overwritten_) {
    std::memcpy(bases_[static_cast<std::size_t>(part.buffer)] + part.offset, from,
                static_cast<std::size_t>(part.bytes));
    from += allocator::aligned(static_cast<std::size_t>(part.bytes));
  }
}

void Runner::run_steps() {
  for (const Step& step : steps_) {
    switch (step.kind) {
      case Step::Kind::loop:
        run(loops_[step.index]);
        break;
      case Step::Kind::single:
        run(singles_[step.index]);
        break;
      case Step::Kind::native:
        run(natives_[step.index]);
        break;
      case Step::Kind::tiled:
        run(tiled_[step.index]);
        break;
    }
  }
}

void Runner::run(const Native& native) {
  auto* const memory = reinterpret_cast<unsigned char* const*>(bases_.data());
  if (native.count == 0) return native.function(memory, reinterpret_cast<unsigned char*>(room_), 0, 0);
  kernels::parallel_for(native.count, native.grain, [&](std::int64_t begin, std::int64_t end) {
    spare_->lend(native.room_bytes,
                 [&](std::byte* room) { native.function(memory, reinterpret_cast<unsigned char*>(room), begin, end); });
  });
}

void Runner::run(const Tiled& tiled) {
  const Loop* const loop = tiled.loop ? &loops_[*tiled.loop] : nullptr;
  const Native* const native = loop ? nullptr : &natives_[tiled.native];
  if (loop) convert_numbers(*loop);
  const auto take = [&, memory = reinterpret_cast<unsigned char* const*>(bases_.data())](const kernels::Tile& tile) {
    spare_->lend(loop ? loop->block_bytes : native->room_bytes, [&](std::byte* room) {
      for (std::int64_t row = 0; row < tile.rows; ++row) {
        const std::int64_t begin = tile.begin + row * tile.stride, end = begin + tile.columns;
        if (loop)
          run_blocks(*loop, begin, end, room);
        else
          native->function(memory, reinterpret_cast<unsigned char*>(room), begin, end);
      }
    });
  };
  const kernels::Finish finish = kernels::finish_by(take);
  run(singles_[tiled.single], &finish);
}

std::byte* Runner::start_of(const Source& source) const {
  return bases_[static_cast<std::size_t>(source.buffer)] + source.offset;
}

void Runner::convert(const Source& source, const std::byte* number) {
  convert_number(source.from, number, source.to, numbers_[static_cast<std::size_t>(source.number)]);
}

// Elements at to at + n, of a loop whose memory is `blocks`. Numbers are converted here if they may change within it.
void Runner::run_block(const Loop& loop, std::int64_t at, std::int64_t n, std::byte* blocks, bool converts) {
  for (const Call& call : loop.calls) {
    kernels::Operand operands[kMaxOperands];
    for (int k = 0; k < call.inputs; ++k) {
      const Source& source = call.input[k];
      const std::byte* data = source.is_block ? blocks + source.offset : start_of(source);
      if (source.gather >= 0) {
        gathers_[static_cast<std::size_t>(source.gather)](data, at, n, blocks + source.place);
        data = blocks + source.place;
      } else if (source.number >= 0) {
        if (converts) convert(source, data);
        data = numbers_[static_cast<std::size_t>(source.number)].bytes;
      } else if (!source.is_block) {
        data += at * source.step * source.size;
      }
      operands[k] = {data, source.step};
    }
    std::byte* output =
        call.output.is_block ? blocks + call.output.offset : start_of(call.output) + at * call.output.size;
    call.kernel(operands, output, n);
  }
}

void Runner::convert_numbers(const Loop& loop) {
  for (const Call& call : loop.calls) {
    for (int k = 0; k < call.inputs; ++k) {
      if (call.input[k].number >= 0) convert(call.input[k], start_of(call.input[k]));
    }
  }
}

// Elements begin to end, whose numbers are converted.
void Runner::run_blocks(const Loop& loop, std::int64_t begin, std::int64_t end, std::byte* blocks) {
  for (std::int64_t at = begin; at < end; at += loop.block)
    run_block(loop, at, std::min(loop.block, end - at), blocks, false);
}

void Runner::run(const Loop& loop) {
  if (!loop.ready.empty()) {
    for (const ReadyCall& call : loop.ready) {
      for (int k = 0; k < call.conversions; ++k) {
        const ReadyCall::Conversion& c = call.conversion[k];
        convert_number(c.from, static_cast<const std::byte*>(c.number), c.to, *c.converted);
      }
      call.kernel(call.operands, call.output, loop.numel);
    }
    return;
  }
  if (is_one_block(loop)) {
    return spare_->lend(loop.block_bytes, [&](std::byte* blocks) { run_block(loop, 0, loop.numel, blocks, true); });
  }
  convert_numbers(loop);
  kernels::parallel_for(loop.numel, kernels::kElementGrain, [&](std::int64_t begin, std::int64_t end) {
    spare_->lend(loop.block_bytes, [&](std::byte* blocks) { run_blocks(loop, begin, end, blocks); });
  });
}

void Runner::run(Single& single, const kernels::Finish* finish) {
  const Instruction& instruction = *single.instruction;
  const auto bind = [&](const Tensor& shell, const Operand& operand) {
    shell.impl()->data = bases_[static_cast<std::size_t>(operand.buffer)] + operand.offset;
  };
  for (std::size_t k = 0; k < single.inputs.size(); ++k) bind(single.inputs[k], instruction.inputs[k]);
  bind(single.output, instruction.output);
  if (instruction.draws_from_default) single.attributes.generator = &default_generator();
  run_into(instruction.name, *instruction.op, single.pointers, single.attributes, *single.output.impl(), finish);
}

}  // namespace descent::program
