// Each pass by itself, on the program of a small function; and the verifier, on programs that are wrong.
#include "program/passes.h"

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <vector>

#include "descent/descent.h"
#include "error_of.h"
#include "program/c/source.h"
#include "program/capture.h"

using namespace descent;

namespace {

using FunctionOfTwo = std::function<std::vector<Tensor>(const Tensor& x, const Tensor& y)>;

// What `function` does with x, y: two arguments of these shapes.
program::Program program_of(const FunctionOfTwo& function, const Dims& x = {2, 3}, const Dims& y = {2, 3}) {
  const NoGrad no_grad;
  const std::vector<Tensor> arguments = {ones(x), ones(y)};
  program::Capture capture(arguments, program::Capture::Refusal::throws);
  const std::vector<Tensor> results = function(arguments[0], arguments[1]);
  return capture.finish(results).program;
}

// The lines that are instructions, or begin a group.
std::string code_of(const program::Program& program) {
  const std::string text = to_string(program);
  return text.substr(0, text.find("  return"));
}

// What fuse() makes of it where loops are long.
std::string fused_long(const FunctionOfTwo& function) { return code_of(fuse(program_of(function, {2000}, {2000}))); }

std::size_t count_of(const std::string& what, const std::string& text) {
  std::size_t count = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
  return count;
}

// The message of verify(), up to the program.
std::string complaint(const program::Program& program) {
  const std::string message = error_of([&] { verify(program, "a pass"); });
  return message.substr(0, message.find('\n'));
}

}  // namespace

TEST_CASE("a captured program has no views, and numbers as constants") {
  const program::Program program = program_of([](const Tensor& x, const Tensor& y) {
    return std::vector<Tensor>{x.t() * 2, narrow(y, 1, 1, 2) + x(Slice(), Slice(0, 2))};
  });
  CHECK(to_string(program) ==
        "  %2:float32[3, 2] = mul(%0:float32[3, 2] by [1, 3], 2)\n"
        "  %4:float32[2, 2] = add(%1:float32[2, 2]+4 by [3, 1], %0:float32[2, 2] by [3, 1])\n"
        "  return %2:float32[3, 2], %4:float32[2, 2]\n"
        "%0: argument 0, 24 bytes\n"
        "%1: argument 1, 24 bytes\n"
        "%2: result 0, 24 bytes\n"
        "%4: result 1, 16 bytes\n"
        "arena: 0 bytes\n");
  CHECK(complaint(program) == "");
}

TEST_CASE("with_whole_ops runs what was taken apart as one, where that is faster") {
  const auto softmax_of = [](std::int64_t rows, program::Target target) {
    const auto function = [](const Tensor& x, const Tensor&) { return std::vector<Tensor>{softmax(x * 2, 1) + 1}; };
    return with_whole_ops(program_of(function, {rows, 8}), target);
  };
  CHECK(code_of(softmax_of(32, program::Target::kernels)) ==
        "  %2:float32[32, 8] = mul(%0:float32[32, 8], 2)\n"
        "  %9:float32[32, 8] = softmax(%2:float32[32, 8])\n"
        "  %10:float32[32, 8] = add(%9:float32[32, 8], 1)\n");
  CHECK(code_of(softmax_of(8192, program::Target::native)).find("softmax") == std::string::npos);
  CHECK(code_of(softmax_of(8193, program::Target::native)).find("softmax") != std::string::npos);
  CHECK(code_of(softmax_of(8193, program::Target::exported)).find("softmax") == std::string::npos);
}

TEST_CASE("without_lone_loops leaves long loops of one instruction to the op, unless they are in a chain") {
  const auto function = [](const Tensor& x, const Tensor& y) {
    return std::vector<Tensor>{x + y.t(), exp(x(0)), relu(y) * 2};
  };
  CHECK(code_of(without_lone_loops(fuse(program_of(function, {70, 30}, {30, 70})))) ==
        "for 30 elements, 30 at a time:\n"
        "    %3:float32[30] = exp(%0:float32[30])\n"
        "  %2:float32[70, 30] = add(%0:float32[70, 30], %1:float32[70, 30] by [1, 70])\n"
        "for 2100 elements, 2048 at a time:\n"
        "    %4:float32[30, 70] = relu(%1:float32[30, 70])\n"
        "    %5:float32[30, 70] = mul(%4:float32[30, 70], 2)\n");
}

TEST_CASE("with_constants computes what hangs on constants alone") {
  const program::Program program = program_of([](const Tensor& x, const Tensor&) {
    const Tensor half = Tensor(1.0) / Tensor(2.0);
    return std::vector<Tensor>{x * (half + 1), full({2}, 3.0)};  // two numbers are no constant
  });
  CHECK(code_of(with_constants(program)) ==
        "  %7:float32[2, 3] = mul(%0:float32[2, 3], 1.5)\n"
        "  %8:float32[2] = copy(3)\n");
}

TEST_CASE("without_common_subexpressions computes once what is the same") {
  const auto of = [](const auto& function) { return code_of(without_common_subexpressions(program_of(function))); };
  CHECK(of([](const Tensor& x, const Tensor& y) {
          const Tensor a = x + y, b = x + y, p = exp(a), q = exp(b);
          return std::vector<Tensor>{p * q};
        }) ==
        "  %2:float32[2, 3] = add(%0:float32[2, 3], %1:float32[2, 3])\n"
        "  %4:float32[2, 3] = exp(%2:float32[2, 3])\n"
        "  %6:float32[2, 3] = mul(%4:float32[2, 3], %4:float32[2, 3])\n");
  // Not if an operand changed between, nor two results, which are two tensors.
  CHECK(of([](const Tensor& x, const Tensor&) {
          const Tensor a = exp(x);
          x.add_(1);
          const Tensor b = exp(x);
          return std::vector<Tensor>{a - b};
        }) ==
        "  %2:float32[2, 3] = exp(%0:float32[2, 3])\n"
        "  %0:float32[2, 3] <- add(%0:float32[2, 3], 1)\n"
        "  %4:float32[2, 3] = exp(%0:float32[2, 3])\n"
        "  %5:float32[2, 3] = sub(%2:float32[2, 3], %4:float32[2, 3])\n");
  CHECK(of([](const Tensor& x, const Tensor&) {
          const Tensor a = exp(x), b = exp(x);
          return std::vector<Tensor>{a, b};
        }) ==
        "  %2:float32[2, 3] = exp(%0:float32[2, 3])\n"
        "  %3:float32[2, 3] = exp(%0:float32[2, 3])\n");
  // Nor random numbers.
  CHECK(of([](const Tensor&, const Tensor&) {
          const Tensor a = randint(9, {2}), b = randint(9, {2});
          return std::vector<Tensor>{a + b};
        }).find("randint", 40) != std::string::npos);
}

TEST_CASE("without_dead_code leaves out what nobody reads, but nothing that has an effect") {
  const program::Program program = program_of([](const Tensor& x, const Tensor& y) {
    const Tensor unused = exp(x) * 2, drawn = randint(9, {2}), changed = x * 3;
    changed.add_(1);
    y.mul_(2);
    binary_cross_entropy(x, x);  // which checks x
    return std::vector<Tensor>();
  });
  const std::string code = code_of(without_dead_code(program));
  for (const char* gone : {"exp", ", 3)", "= mul"}) {
    CAPTURE(std::string(gone));
    CHECK(code.find(gone) == std::string::npos);
  }
  for (const char* kept : {"randint", "<- mul(%1:float32[2, 3], 2)", "check"}) {
    CAPTURE(std::string(kept));
    CHECK(code.find(kept) != std::string::npos);
  }
}

TEST_CASE("fuse gives each chain one group") {
  const auto of = [](const auto& function) { return code_of(fuse(program_of(function))); };
  // Across a reduction that it does not need, and not across one that it does.
  CHECK(of([](const Tensor& x, const Tensor& y) {
          const Tensor a = x * 2, total = sum(a), b = a + y;
          return std::vector<Tensor>{b, b / total};
        }) ==
        "for 6 elements, 6 at a time:\n"
        "    %2:float32[2, 3] = mul(%0:float32[2, 3], 2)\n"
        "    %5:float32[2, 3] = add(%2:float32[2, 3], %1:float32[2, 3])\n"
        "  %4:float32[] = sum(%2:float32[2, 3])\n"
        "for 6 elements, 6 at a time:\n"
        "    %6:float32[2, 3] = div(%5:float32[2, 3], %4:float32[])\n");
  // What broadcasts is put in order within the group; what is transposed to be written is not in one.
  CHECK(of([](const Tensor& x, const Tensor& y) {
          const Tensor m = mean(x, 1, true), d = x - m;
          y.t().add_(1);
          return std::vector<Tensor>{exp(d)};
        }) ==
        "  %2:float32[2, 1] = mean(%0:float32[2, 3])\n"
        "  %1:float32[3, 2] by [1, 3] <- add(%1:float32[3, 2] by [1, 3], 1)\n"
        "for 6 elements, 6 at a time:\n"
        "    %3:float32[2, 3] = sub(%0:float32[2, 3], %2:float32[2, 1])\n"
        "    %5:float32[2, 3] = exp(%3:float32[2, 3])\n");
}

TEST_CASE("fuse: what is short comes early, so that nothing long waits for it") {
  // The second scale is asked for behind a sum, on which it does not hang.
  CHECK(fused_long([](const Tensor& x, const Tensor& y) {
          const Tensor scale = narrow(x, 0, 0, 1) * 2, total = sum(x * scale);
          const Tensor other = exp(narrow(y, 0, 0, 1));
          return std::vector<Tensor>{total, y * other};
        }) ==
        "for 1 elements, 1 at a time:\n"
        "    %2:float32[1] = mul(%0:float32[1], 2)\n"
        "    %6:float32[1] = exp(%1:float32[1])\n"
        "for 2000 elements, 2000 at a time:\n"
        "    %4:float32[2000] = mul(%0:float32[2000], %2:float32[1])\n"
        "  %5:float32[] = sum(%4:float32[2000])\n"
        "for 2000 elements, 2000 at a time:\n"
        "    %7:float32[2000] = mul(%1:float32[2000], %6:float32[1])\n");
}

TEST_CASE("sunk: what two loops want, and is cheap, both compute") {
  CHECK(fused_long([](const Tensor& x, const Tensor& y) {
          const Tensor both = x + y, total = sum(exp(both));
          y.add_(both * total);
          return std::vector<Tensor>{y};
        }) ==
        "for 2000 elements, 1536 at a time:\n"
        "    %2:float32[2000] = add(%0:float32[2000], %1:float32[2000])\n"
        "    %3:float32[2000] = exp(%2:float32[2000])\n"
        "  %4:float32[] = sum(%3:float32[2000])\n"
        "for 2000 elements, 2048 at a time:\n"
        "    %6:float32[2000] = add(%0:float32[2000], %1:float32[2000])\n"
        "    %5:float32[2000] = mul(%6:float32[2000], %4:float32[])\n"
        "    %1:float32[2000] <- add(%1:float32[2000], %5:float32[2000])\n");
  // Not where the sum costs more to read than what it is made of costs, nor behind a change of that, nor if a result.
  const auto counts_additions = [](const std::string& code) { return count_of("= add(%0", code); };
  CHECK(counts_additions(fused_long([](const Tensor& x, const Tensor& y) {
          const Tensor both = x + y, total = sum(exp(both));
          return std::vector<Tensor>{both * total};
        })) == 1);
  CHECK(counts_additions(fused_long([](const Tensor& x, const Tensor& y) {
          const Tensor both = x + y, total = sum(exp(both));
          y.mul_(2);
          y.add_(both * total);
          return std::vector<Tensor>{y, sum(y)};
        })) == 2);
  CHECK(counts_additions(fused_long([](const Tensor& x, const Tensor& y) {
          const Tensor both = x + y, total = sum(exp(both));
          y.add_(both * total);
          return std::vector<Tensor>{y, both};
        })) == 1);
}

TEST_CASE("sunk: what a later loop knows waits for it, where less is read and written then") {
  // What the first loop would have to leave in memory, and a change in place of what is then changed again.
  CHECK(fused_long([](const Tensor& x, const Tensor& y) {
          const Tensor doubled = x * 2, total = sum(exp(x));
          y.mul_(0.5);
          y.add_(doubled * total);
          return std::vector<Tensor>{y};
        }) ==
        "for 2000 elements, 2000 at a time:\n"
        "    %4:float32[2000] = exp(%0:float32[2000])\n"
        "  %5:float32[] = sum(%4:float32[2000])\n"
        "for 2000 elements, 2048 at a time:\n"
        "    %2:float32[2000] = mul(%0:float32[2000], 2)\n"
        "    %1:float32[2000] <- mul(%1:float32[2000], 0.5)\n"
        "    %7:float32[2000] = mul(%2:float32[2000], %5:float32[])\n"
        "    %1:float32[2000] <- add(%1:float32[2000], %7:float32[2000])\n");
  // Not past a change of what it reads, nor where that would have to be kept in its place.
  const std::string kept = fused_long([](const Tensor& x, const Tensor& y) {
    const Tensor doubled = x * 2, total = sum(exp(x));
    x.zero_();
    const Tensor both = exp(y) * exp(x);
    return std::vector<Tensor>{doubled * total, both + sum(both)};
  });
  CHECK(kept.find("mul(%0:float32[2000], 2)") < kept.find("sum("));
}

TEST_CASE("a long loop that a program has twice is a function of its C") {
  const auto count_in_c = [](const FunctionOfTwo& function, std::int64_t numel, const std::string& what) {
    const program::Program program = optimized(program_of(function, {numel}, {numel}), program::Target::native);
    return count_of(what, program::c::source_of(program, true).text);
  };
  const auto alike = [](const Tensor& x, const Tensor& y) {
    x.mul_(0.5).add_(1);
    y.mul_(0.5).add_(1);
    return std::vector<Tensor>{};
  };
  const auto different = [](const Tensor& x, const Tensor& y) {
    x.mul_(0.5).add_(1);
    y.mul_(0.5).add_(2);
    return std::vector<Tensor>{};
  };
  CHECK(count_in_c(alike, 2000, "loop_0(") == 3);
  CHECK(count_in_c(alike, 2000, "* 0x1p-1f") == 1);
  CHECK(count_in_c(different, 2000, "loop_0(") == 0);
  CHECK(count_in_c(different, 2000, "* 0x1p-1f") == 2);
  CHECK(count_in_c(alike, 100, "loop_0(") == 0);  // short, and compiled for their number
}

TEST_CASE("plan_memory reuses the memory of what has died, and no other") {
  const program::Program program = plan_memory(fuse(program_of([](const Tensor& x, const Tensor& y) {
    Tensor value = x;
    for (int i = 0; i < 6; ++i) value = matmul(matmul(value, y.t()), x);
    return std::vector<Tensor>{value};
  })));
  CHECK(complaint(program) == "");
  CHECK(program.arena_bytes == 128);  // of any two that follow one another
}

TEST_CASE("chain_sums: what is summed up is computed in the walk that sums it, unless others want it") {
  const auto chains_of = [](const std::function<std::vector<Tensor>(const Tensor& x)>& function) {
    const auto of_first = [&](const Tensor& x, const Tensor&) { return function(x); };
    return optimized(program_of(of_first, {100'000}), program::Target::native).chains;
  };
  const std::vector<program::Chain> norms = chains_of([](const Tensor& x) {
    return std::vector<Tensor>{sqrt(sum(square(x))), mean(abs(x)) * 2};
  });
  REQUIRE(norms.size() == 1);
  CHECK(norms[0].begin == 0);
  CHECK(norms[0].end == 3);  // the loop and two sums
  CHECK(norms[0].kind == program::Chain::Kind::sums);
  CHECK(chains_of([](const Tensor& x) {
          const Tensor y = square(x);
          return std::vector<Tensor>{y, sum(y)};
        }).empty());
  CHECK(chains_of([](const Tensor& x) { return std::vector<Tensor>{sum(x)}; }).empty());
}

TEST_CASE("chain_rows: reductions of many rows are run with what stands around them, and none else") {
  const auto chains_of = [](const std::function<Tensor(const Tensor& x)>& function) {
    const auto of_first = [&](const Tensor& x, const Tensor&) { return std::vector<Tensor>{function(x)}; };
    return optimized(program_of(of_first, {100, 400}), program::Target::native);
  };
  const auto softmax_of_parts = [](const Tensor& x, std::int64_t dim) {
    const Tensor e = exp(x - amax(x, dim, true));
    return e / sum(e, dim, true);
  };
  const program::Program softmaxed = chains_of([&](const Tensor& x) { return softmax_of_parts(x * 2, 1) + 1; });
  REQUIRE(softmaxed.chains.size() == 1);
  CHECK(softmaxed.chains[0].begin == 0);
  CHECK(softmaxed.chains[0].end == static_cast<int>(softmaxed.groups.size()));
  CHECK(softmaxed.chains[0].rows == 100);
  // What stays with the kernels is a group of its own, and what it takes and makes is memory.
  const program::Program cut = chains_of([](const Tensor& x) { return x + 2 * gelu(3 * (x - mean(x, 1, true))); });
  REQUIRE(cut.chains.size() == 1);
  CHECK(cut.chains[0].begin == 0);
  REQUIRE(cut.groups.size() == 4);
  CHECK(cut.chains[0].end == 4);
  CHECK(std::string(cut.instructions[static_cast<std::size_t>(cut.groups[2].begin)].name) == "gelu");
  CHECK(cut.groups[2].end - cut.groups[2].begin == 1);
  for (const int b : {cut.instructions[static_cast<std::size_t>(cut.groups[2].begin)].inputs[0].buffer,
                      cut.instructions[static_cast<std::size_t>(cut.groups[2].begin)].output.buffer})
    CHECK(cut.buffers[static_cast<std::size_t>(b)].kind == program::Buffer::Kind::temporary);
  // Down the columns; of all; of what a product makes, whose rows are there only when all is.
  CHECK(chains_of([&](const Tensor& x) { return softmax_of_parts(x, 0); }).chains.empty());
  CHECK(chains_of([](const Tensor& x) { return x - mean(x); }).chains.empty());
  const program::Program product = chains_of([&](const Tensor& x) { return softmax_of_parts(matmul(x, x.t()), 1); });
  REQUIRE(product.chains.empty());
  // Rows are of this step's number: a sum down the columns waits for all of them.
  const program::Program twice =
      chains_of([&](const Tensor& x) { return x - sum(x, 1, true) - sum(softmax_of_parts(x, 1), 0); });
  CHECK(!twice.chains.empty());
  for (const program::Chain& chain : twice.chains) {
    for (int g = chain.begin; g < chain.end; ++g) {
      const program::Group& group = twice.groups[static_cast<std::size_t>(g)];
      const program::Instruction& first = twice.instructions[static_cast<std::size_t>(group.begin)];
      CHECK((first.op->whole != Whole::sum || first.output.sizes[0] == 100));
    }
  }
}

TEST_CASE("chain_tiles: a loop over what a product makes takes up its tiles") {
  // x of [3000, 20], w of [20, 30].
  const auto program_of_products = [](const FunctionOfTwo& function) {
    return optimized(program_of(function, {3000, 20}, {20, 30}), program::Target::kernels);
  };
  // The two share the result's memory.
  CHECK(code_of(program_of_products(
            [](const Tensor& x, const Tensor& w) { return std::vector<Tensor>{relu(matmul(x, w) + 1)}; })) ==
        "chain of 2, tile by tile:\n"
        "  %5:float32[3000, 30] = matmul(%0:float32[3000, 20], %1:float32[20, 30])\n"
        "for 90000 elements, 2048 at a time:\n"
        "    %3:float32[3000, 30] = add(%5:float32[3000, 30], 1)\n"
        "    %5:float32[3000, 30] <- relu(%3:float32[3000, 30])\n");
  // That result's, after which nobody wants the product.
  CHECK(code_of(program_of_products([](const Tensor& x, const Tensor& w) {
          const Tensor made = matmul(x, w), up = made + 1;
          return std::vector<Tensor>{up, made * up};
        })) ==
        "chain of 2, tile by tile:\n"
        "  %5:float32[3000, 30] = matmul(%0:float32[3000, 20], %1:float32[20, 30])\n"
        "for 90000 elements, 2048 at a time:\n"
        "    %3:float32[3000, 30] = add(%5:float32[3000, 30], 1)\n"
        "    %5:float32[3000, 30] <- mul(%5:float32[3000, 30], %3:float32[3000, 30])\n");
  // What stands between moves behind both, or before both if the loop hangs on it.
  const program::Program between = program_of_products([](const Tensor& x, const Tensor& w) {
    const Tensor made = matmul(x, w), total = sum(x), halves = mean(x);
    return std::vector<Tensor>{made / total, halves};
  });
  REQUIRE(between.chains.size() == 1);
  const auto name_of = [&](int g) {
    const program::Group& group = between.groups[static_cast<std::size_t>(g)];
    return std::string(between.instructions[static_cast<std::size_t>(group.begin)].op->name);
  };
  CHECK(name_of(between.chains[0].begin) == "matmul");
  CHECK(name_of(between.chains[0].begin + 1) == "div");
  // No loop takes what a product reads, changes what was there before, or asks for the product in another order.
  for (const auto& function : std::vector<std::function<std::vector<Tensor>(const Tensor&, const Tensor&)>>{
           [](const Tensor&x, const Tensor&w) {
             const Tensor made = matmul(x, matmul(w, w.t()));
             x.add_(made);
             return std::vector<Tensor>{sum(x)};
           },
           [](const Tensor&x, const Tensor&w) {
             return std::vector<Tensor>{reshape(matmul(x, w).t(), {3000, 30}) + 1};
           },
           [](const Tensor&x, const Tensor&w) {
             const Tensor made = matmul(x, w);
             return std::vector<Tensor>{made - mean(made)};
           }})
    CHECK(program_of_products(function).chains.empty());
}

TEST_CASE("the verifier says what is wrong, and where") {
  const program::Program right = optimized(program_of([](const Tensor& x, const Tensor& y) {
                                             const Tensor a = matmul(x, y.t());
                                             return std::vector<Tensor>{sum(matmul(a, x)) + a};
                                           }),
                                           program::Target::kernels);
  CHECK(complaint(right) == "");
  const auto wrong = [&](const auto& change) {
    program::Program program = right;
    change(program);
    return complaint(program);
  };
  CHECK(wrong([](program::Program& p) { p.instructions[1].inputs[0].offset = 16; }) ==
        "after a pass, instruction 1 of a program: an operand reaches beyond buffer 2");
  CHECK(wrong([](program::Program& p) { std::swap(p.instructions[0], p.instructions[1]); }) ==
        "after a pass, instruction 0 of a program: buffer 2 is read before it is written");
  CHECK(wrong([](program::Program& p) { p.instructions[1].in_place = true; }) ==
        "after a pass, instruction 1 of a program: in place, but buffer 3 was not made");
  CHECK(wrong([](program::Program& p) { p.buffers[3].place = p.buffers[2].place; }) ==
        "after a pass, instruction 4 of a program: buffers 3 and 2 share memory while both live");
  CHECK(wrong([](program::Program& p) { p.groups.pop_back(); }) ==
        "after a pass, instruction 4 of a program: not all instructions are in groups");
  CHECK(wrong([](program::Program& p) { p.groups[0].numel = 4; }) ==
        "after a pass, instruction 0 of a program: a group holds matmul, which has no kernel");
  CHECK(wrong([](program::Program& p) { p.results[0].buffer = 2; }) ==
        "after a pass, instruction 4 of a program: a result lies in memory that the program gives up");
}
