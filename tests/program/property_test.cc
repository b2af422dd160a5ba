// Random programs: whatever a function does with tensors, compiled it gives the same bits. A program that does not is
// cut down to the steps that it takes to show it.
#include <doctest/doctest.h>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "descent/descent.h"
#include "kernels/elementwise.h"
#include "program/exported_c.h"
#include "program/native_code.h"
#include "program/when_compiled.h"

using namespace descent;

namespace {

// One step of a random function: what is done, and the numbers that decide to which of the tensors there are so far.
// Any numbers do, so that what is left of a function without some steps is one too.
struct Step {
  std::uint32_t what, a, b, c;
};

// Of the tensors so far, the last ones most often.
const Tensor& pick(const std::vector<Tensor>& pool, std::uint32_t number) {
  return pool[pool.size() - 1 - number % 7 % pool.size()];
}

bool broadcasts(const Tensor& a, const Tensor& b) {
  for (int d = 1; d <= std::min(a.dim(), b.dim()); ++d) {
    if (a.size(-d) != b.size(-d) && a.size(-d) != 1 && b.size(-d) != 1) return false;
  }
  return true;
}

bool fits_into(const Tensor& source, const Tensor& target) {
  if (source.dim() > target.dim()) return false;
  for (int d = 1; d <= source.dim(); ++d) {
    if (source.size(-d) != target.size(-d) && source.size(-d) != 1) return false;
  }
  return true;
}

// The result of a step, or an undefined tensor where it makes no sense for the tensors that it falls upon.
Tensor apply_step(const Step& step, const std::vector<Tensor>& pool) {
  const Tensor &x = pick(pool, step.a), &y = pick(pool, step.b), &z = pick(pool, step.c);
  const std::int64_t dim = x.dim() > 0 ? step.c % x.dim() : 0;
  const bool small = x.numel() <= 20'000;
  switch (step.what % 36) {
    case 0:
      return sigmoid(x);
    case 1:
      return relu(x);
    case 2:
      return tanh(x);
    case 3:
      return square(x);
    case 4:
      return -x;
    case 5:
      return abs(x) + 0.5;
    case 6:
      return gelu(x);
    case 7:
      return x * 0.25 + 1;
    case 8:
      return broadcasts(x, y) ? x + y : Tensor();
    case 9:
      return broadcasts(x, y) ? x * y : Tensor();
    case 10:
      return broadcasts(x, y) ? x - y : Tensor();
    case 11:
      return broadcasts(x, y) ? x / (square(y) + 1) : Tensor();
    case 12:
      return broadcasts(x, y) ? maximum(x, y) : Tensor();
    case 13:
      return broadcasts(x, y) && broadcasts(x + y, z) ? where(x > y, z, x) : Tensor();
    case 14:
      return broadcasts(x, y) && broadcasts(x + y, z) && x.dtype() == y.dtype() ? addcmul(x, y, z) : Tensor();
    case 15:
      return sum(x);
    case 16:
      return x.dim() > 0 ? sum(x, dim, true) : Tensor();
    case 17:
      return x.dim() > 0 ? mean(x, dim) : Tensor();
    case 18:
      return x.dim() > 0 ? amax(x, dim, true) : Tensor();
    case 19:
      return x.dim() > 0 ? softmax(x, dim) : Tensor();
    case 20:
      return x.dim() == 2 ? x.t() : Tensor();
    case 21:
      return x.dim() > 0 && x.size(dim) > 1 ? narrow(x, dim, 1, x.size(dim) - 1) : Tensor();
    case 22:
      return reshape(x, {x.numel()});
    case 23:
      return x.dim() == 2 && y.dim() == 2 && x.size(1) == y.size(0) && x.dtype() == y.dtype() && small ? matmul(x, y)
                                                                                                       : Tensor();
    case 24:
      return x.dim() == 2 && small ? matmul(x, x.t()) : Tensor();
    case 25:
      return x.dim() > 0 && small ? cat({x, x * 2}, dim) : Tensor();
    case 26:
      return x.to(step.b % 2 == 0 ? float64 : float32);
    case 27:
      return x.detach().clone();
    case 28:
      return x * rand_like(x.detach());
    case 29:
      return x.dim() > 0 ? flip(x, dim) : Tensor();
    case 30:
      return x.dim() == 1 && small ? expand(unsqueeze(x, 0), {3, x.size(0)}) : Tensor();
    case 31:
      return x.dim() > 0 ? cumsum(x, dim) : Tensor();
    case 32: {
      const Tensor copy = x.detach().clone();  // changed in place, element by element
      return fits_into(y, copy) ? copy.add_(y.detach().to(copy.dtype())).mul_(0.5) : copy.zero_();
    }
    case 33: {
      const Tensor copy = x.detach().clone();  // in a part of it, by another part
      if (copy.dim() == 0 || copy.size(0) < 2) return copy;
      narrow(copy, 0, 1, copy.size(0) - 1).copy_(narrow(copy, 0, 0, copy.size(0) - 1));
      return copy;
    }
    case 34: {
      const Tensor copy = x.detach().clone();
      const Tensor before = copy * 1;
      copy.fill_(0.125);
      return before + copy;
    }
    default:
      return full_like(x.detach(), 0.75) * x;
  }
}

TensorFunction function_of(const std::vector<Step>& steps) {
  return with_gradients([steps](const std::vector<Tensor>& arguments) {
    std::vector<Tensor> pool = arguments;
    for (const Step& step : steps) {
      const Tensor made = apply_step(step, pool);
      if (made.defined() && made.numel() <= 200'000) pool.push_back(made);
    }
    return std::vector<Tensor>(pool.end() - std::min<std::ptrdiff_t>(4, std::ssize(pool)), pool.end());
  });
}

std::string difference(const std::vector<Step>& steps, const std::vector<Tensor>& arguments,
                       const CompileOptions& options) {
  return difference_when_compiled(function_of(steps), arguments, options);
}

// The shortest function that still differs which leaving out one step after another leads to.
std::vector<Step> shrunk(std::vector<Step> steps, const std::vector<Tensor>& arguments, const CompileOptions& options) {
  for (bool shorter = true; shorter;) {
    shorter = false;
    for (std::size_t i = steps.size(); i-- > 0;) {
      std::vector<Step> fewer = steps;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
      if (difference(fewer, arguments, options).empty()) continue;
      steps = fewer;
      shorter = true;
    }
  }
  return steps;
}

void check_random_functions(int count, const CompileOptions& options) {
  manual_seed(11);
  const std::vector<std::vector<Tensor>> arguments = {
      {randn({3, 4}).requires_grad_(), randn({4}), randn({4, 3}).requires_grad_()},
      {randn({40, 60}).requires_grad_(), randn({60}).requires_grad_(), randn({40, 1})},  // more than one block
      {randn({300, 300}), randn({300}).requires_grad_(), randn({}).requires_grad_()},    // on several threads
      {randn({5}).to(float64).requires_grad_(), randn({1, 5}), randn({2, 5}).requires_grad_()},
  };
  std::mt19937 random(7);
  int same = 0;
  for (int program = 0; program < count; ++program) {
    std::vector<Step> steps(5 + random() % 30);
    for (Step& step : steps) {
      step = {static_cast<std::uint32_t>(random()), static_cast<std::uint32_t>(random()),
              static_cast<std::uint32_t>(random()), static_cast<std::uint32_t>(random())};
    }
    const std::vector<Tensor>& given = arguments[static_cast<std::size_t>(program) % arguments.size()];
    if (difference(steps, given, options).empty()) {
      ++same;
      continue;
    }
    const std::vector<Step> least = shrunk(steps, given, options);
    std::string text;
    for (const Step& step : least)
      text += concat(step.what % 36, " of ", step.a % 7, ", ", step.b % 7, ", ", step.c % 7, "; ");
    CAPTURE(program);
    CAPTURE(text);
    CHECK(difference(least, given, options) == "");
  }
  CHECK(same == count);
}

}  // namespace

TEST_CASE("random functions, compiled, have the same bits") { check_random_functions(1000, {.native = false}); }

TEST_CASE("random functions as native code have the same bits") {
  const NativeCode native;
  check_random_functions(40, {.native = true});
}

// Those of machines with fused multiply-add.
TEST_CASE("random functions, exported, have the same bits" * doctest::skip(!kernels::has_fma())) {
  const TemporaryFolder folder;
  const std::vector<Tensor> arguments = {randn({3, 4}).requires_grad_(), randn({4}), randn({4, 3}).requires_grad_()};
  std::mt19937 random(9);
  int exported = 0;
  for (int program = 0; program < 150 && exported < 40; ++program) {
    std::vector<Step> steps(4 + random() % 8);
    for (Step& step : steps) {
      step = {static_cast<std::uint32_t>(random()), static_cast<std::uint32_t>(random()),
              static_cast<std::uint32_t>(random()), static_cast<std::uint32_t>(random())};
    }
    const std::string difference =
        difference_when_exported(function_of(steps), arguments, folder.path + concat("/f", program, ".c"));
    if (is_export_refusal(difference)) continue;
    CAPTURE(program);
    CHECK(difference == "");
    ++exported;
  }
  CHECK(exported == 40);
}
