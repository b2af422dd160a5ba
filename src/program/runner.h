// Runs a program with the kernels and ops that eager steps run with, which is why the bits are theirs, or as native
// code that is made of the same formulas.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "core/allocator.h"
#include "core/plan.h"
#include "descent/generator.h"
#include "program/native/library.h"
#include "program/program.h"
#include "program/undo.h"

namespace descent::program {

/// Memory that goes with the object.
class Memory {
 public:
  explicit Memory(std::int64_t bytes)
      : bytes_(static_cast<std::size_t>(bytes)), data_(bytes > 0 ? allocate(bytes_) : nullptr) {}
  ~Memory() {
    if (data_) deallocate(data_, bytes_);
  }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  std::byte* data() const { return static_cast<std::byte*>(data_); }

 private:
  std::size_t bytes_;
  void* data_;
};

/// Memory that many threads want a piece of, for a while: there is at least one piece, for one after another.
class Spare {
 public:
  explicit Spare(std::int64_t bytes) : memory_(bytes) {}

  /// Calls use(piece), a piece of `bytes`, which are no more than there are.
  template <class Use>
  void lend(std::int64_t bytes, const Use& use);
  /// The piece there is, for who is alone.
  std::byte* memory() const { return memory_.data(); }

 private:
  Memory memory_;
  std::mutex mutex_;
};

class Runner {
 public:
  /// `program` has been through all passes. `keeps_memory`: the arena stays between runs, however large (the system
  /// takes longer to find memory anew than a program to fill it). `natively`: what can be is compiled to native code,
  /// if the machine has a compiler.
  Runner(Program program, bool natively, bool keeps_memory);
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  const Program& program() const { return program_; }

  /// Says where a given buffer, an argument or a result lies; it holds until said otherwise.
  void set(int buffer, std::byte* data) {
    if (bases_[static_cast<std::size_t>(buffer)] != data) move(buffer, data);
  }
  /// Runs all instructions. An Error of an op ends it; given buffers, arguments and the default generator are then what
  /// they were.
  void run() {
    if (all_)
      all_(reinterpret_cast<unsigned char* const*>(bases_.data()), reinterpret_cast<unsigned char*>(room_), 0, 0);
    else if (only_)
      only_->kernel(only_->operands, only_->output, loops_[0].numel);
    else if (is_bare_)
      run_steps();
    else
      run_all();
  }

 private:
  struct Source {
    int buffer;
    bool is_block;
    int gather = -1;         // which of gathers_ puts it in order
    std::int64_t offset;     // in the buffer, or in a group's memory for blocks
    std::int64_t place = 0;  // of a gathered block, there
    std::int64_t step;       // elements; 0: one for all
    std::int64_t size;       // of an element
    int number = -1;         // where it is converted to, among numbers_
    DType from{}, to{};
  };
  struct Call {
    kernels::ElementwiseKernel kernel;
    int inputs;
    Source input[kMaxOperands];
    Source output;
  };
  // A call with its addresses, which set() keeps right.
  struct ReadyCall {
    struct Conversion {
      DType from, to;
      const void* number;
      ConvertedNumber* converted;
    };
    kernels::ElementwiseKernel kernel;
    kernels::Operand operands[kMaxOperands];
    void* output;
    int conversions;  // which come first
    Conversion conversion[kMaxOperands];
  };
  // The addresses in ready calls that follow a buffer.
  template <class Pointer>
  struct Follower {
    Pointer* address;
    std::int64_t offset;
  };
  struct Followers {
    std::vector<Follower<const void*>> read;
    std::vector<Follower<void*>> written;
  };
  struct Loop {
    std::int64_t numel;
    std::int64_t block;
    std::int64_t block_bytes;
    std::vector<Call> calls;
    std::vector<ReadyCall> ready;  // the same, where the loop is one block and gathers nothing
  };
  // An instruction that is run as it is, on tensors that stand over the buffers.
  struct Single {
    const Instruction* instruction;
    std::vector<Tensor> inputs;
    std::vector<const Tensor*> pointers;
    Tensor output;
    Attributes attributes;
  };
  // Groups as a function of native code (c::Part).
  struct Native {
    native::Function function;
    std::int64_t count, grain, room_bytes;
  };
  // A single instruction, each tile of whose result goes through a loop, or through native code, as soon as it is
  // there.
  struct Tiled {
    std::size_t single;
    std::optional<std::size_t> loop;  // none: `native`
    std::size_t native = 0;
  };
  struct Step {
    enum class Kind : std::uint8_t { loop, single, native, tiled };
    Kind kind;
    std::size_t index;
  };

  void move(int buffer, std::byte* data);
  Source source_of(const Operand& operand, DType wanted, const Group& group);
  Loop loop_of(const Group& group);
  Tensor shell_of(const Operand& operand);
  Single single_of(const Instruction& instruction);
  void add_groups(int begin, int end);
  void add_tiled(int group, std::optional<std::size_t> loop, std::size_t native);
  bool add_native();
  std::int64_t arena_bytes() const;
  void place_temporaries(std::byte* arena);
  // Whether it is run on the calling thread, all at once.
  static bool is_one_block(const Loop& loop);
  void make_ready(Loop& loop);
  template <class Pointer>
  void follow(const Source& source, Pointer& address, std::vector<Follower<Pointer>> Followers::*list);

  void run_all();
  void run_steps();
  void save_overwritten();
  void restore_overwritten();
  void convert(const Source& source, const std::byte* number);
  std::byte* start_of(const Source& source) const;
  void run(const Loop& loop);
  void convert_numbers(const Loop& loop);
  void run_blocks(const Loop& loop, std::int64_t begin, std::int64_t end, std::byte* blocks);
  void run_block(const Loop& loop, std::int64_t at, std::int64_t n, std::byte* blocks, bool converts);
  void run(Single& single, const kernels::Finish* finish = nullptr);
  void run(const Native& native);
  void run(const Tiled& tiled);

  Program program_;
  std::shared_ptr<const native::Library> library_;
  std::int64_t room_bytes_ = 0;  // of native code that runs once
  std::byte* room_ = nullptr;    // it, behind the temporaries
  std::vector<Overwritten> overwritten_;
  std::int64_t saved_bytes_ = 0;      // of what is overwritten
  std::byte* saved_ = nullptr;        // it, behind the room
  bool draws_ = false;                // from the default generator
  Generator::State generator_;        // before, where it does
  std::optional<Spare> spare_;        // for blocks
  std::vector<std::byte*> bases_;     // by buffer; then kernels that native code calls
  std::vector<Followers> followers_;  // by buffer
  std::vector<Tensor> storages_;      // by buffer: what shells share, so that ops see which overlap
  std::vector<int> temporaries_;
  std::optional<Memory> kept_arena_;  // none: it is there while the program runs
  std::vector<Step> steps_;
  bool is_bare_ = false;             // whether there is nothing to do but the steps
  native::Function all_ = nullptr;   // is all of it then
  const ReadyCall* only_ = nullptr;  // the same
  std::vector<Loop> loops_;
  std::deque<Single> singles_;  // whose pointers into themselves stay
  std::vector<Native> natives_;
  std::vector<Tiled> tiled_;
  std::vector<ConvertedNumber> numbers_;
  std::vector<Gather> gathers_;
};

}  // namespace descent::program
