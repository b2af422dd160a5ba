// Compiled functions as C that can be taken away: to a program without Descent, to a microcontroller.
//
//   auto step = compile([&](const Tensor& x, const Tensor& y) { ...; optimizer.step(); return cost; });
//   step(x, y);                       // captures the program
//   export_c(step, "step.c", {.arguments = {"x", "y"}, .results = {"cost"}, .tensors = {{"weight", weight}}});
//
// gives step.c and step.h, C99 that needs <math.h> and <stdint.h> alone:
//
//   void step(const float *x, const float *y, float *cost);  // once: what step(x, y) does
//   extern float step_weight[1];
//
// All memory is static, planned and as large as it has to be: parameters, the state of optimizers and temporaries. The
// function calls nothing but the C library's mathematics, allocates nothing, and is for one thread at a time. It has
// the bits of Descent on a machine with fused multiply-add, which fmaf is anywhere, where the compiler keeps to the
// standard: -std=c99, or -ffp-contract=off.
#pragma once

#include <string>
#include <vector>

#include "descent/compile.h"
#include "descent/function_ref.h"
#include "descent/state_dict.h"

namespace DESCENT_EXPORT descent {

struct ExportOptions {
  /// What the function is called, and what its other names begin with. Empty, where there is a file: the file's name
  /// without its ending.
  std::string name = {};
  /// What arguments and results are called; argument_0, ... and result_0, ... where nothing is said.
  std::vector<std::string> arguments = {}, results = {};
  /// Tensors that C code is to see, as arrays NAME_KEY, a dot in the key being an underscore: model.state_dict(), say.
  StateDict tensors = {};
  /// Whether the C file holds the values that tensors have now. If not, they are written to a file beside it that ends
  /// in .weights, to be handed to `void NAME_load(const unsigned char *weights)` before the first call.
  bool weights_inside = true;
};

/// A function in C, in parts that a file is made of.
struct ExportedC {
  std::string declarations;  // wants <stdint.h>
  std::string definitions;   // wants <math.h> and <stdint.h>, and the declarations before it
  std::string weights;       // the bytes of a .weights file; empty where they are inside
};

/// The program of the function's latest call in C.
///
/// Where the function checks its arguments (that classes are in range, say), the C function returns a text that says
/// what is wrong, or null, instead of nothing.
///
/// An Error if there is none, or if it cannot be a C function by itself: it has an instruction that is not written in
/// C, which it names (a random number, say, or a sort); begins with a gradient that is there; or goes another way when
/// a count is reached.
template <class Result, class... Arguments>
ExportedC to_c(const Compiled<Result, Arguments...>& function, const ExportOptions& options) {
  return function.function_.to_c(options);
}

namespace detail {
void write_c(const std::string& path, const ExportOptions& options,
             FunctionRef<ExportedC(const ExportOptions& named)> write);
/// Whether C or C++ has the word for itself.
bool is_c_word(const std::string& text);
/// A text as C has it, with its quotes.
std::string quoted_in_c(const std::string& text);
/// Declarations as a header that can be included more than once, by C++ too.
std::string header_of(const std::string& name, const std::string& declarations);
}  // namespace detail

/// The same as a C file, `path`, and a header beside it: each is replaced whole or not at all.
template <class Result, class... Arguments>
void export_c(const Compiled<Result, Arguments...>& function, const std::string& path,
              const ExportOptions& options = {}) {
  detail::write_c(path, options, [&](const ExportOptions& named) { return to_c(function, named); });
}

}  // namespace descent
