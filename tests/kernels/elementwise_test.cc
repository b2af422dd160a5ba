#include "kernels/elementwise.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "kernels/evaluate.h"
#include "kernels/float32_reference.h"
#include "kernels/kernel_table.h"
#include "kernels/targets.h"

using namespace descent;
using namespace descent::kernels;

namespace {

bool gives_bool(const FormulaInfo& info, DType type) { return info.result == Result::boolean || type == boolean; }

template <class T>
bool same(T a, T b) {
  if constexpr (is_floating_point(dtype_of<T>())) {
    if (a != a && b != b) return true;
  }
  return std::memcmp(&a, &b, sizeof(T)) == 0;
}

const std::vector<std::int64_t>& targets() {
  static const std::vector<std::int64_t> available = [] {
    std::vector<std::int64_t> found;
    for (const char* name : {"AVX3", "AVX2", "SSE2", "NEON"}) {
      if (target_named(name) != 0) found.push_back(target_named(name));
    }
    return found;
  }();
  return available;
}

/// Up to three inputs, each whole or a single value, and the call.
template <class In, class Out>
Buffer<Out> call(ElementwiseKernel kernel, const std::vector<const void*>& data, const std::vector<Int>& steps,
                 std::size_t n) {
  std::array<Operand, 3> in{};
  for (std::size_t k = 0; k < data.size(); ++k) in[k] = {data[k], steps[k]};
  Buffer<Out> out(n);
  kernel(in.data(), out.data(), static_cast<Int>(n));
  return out;
}

template <class T, class Out>
void check_positions(Formula formula) {
  constexpr std::size_t kMost = 67;
  const DType type = dtype_of<T>();
  const FormulaInfo& named = info_of(formula);
  const std::size_t arity = named.arity;
  const Buffer<T> a = inputs<T>(kMost, 1), b = inputs<T>(kMost, 2), c = inputs<T>(kMost, 3);
  const Buffer<bool> condition = inputs<bool>(kMost, 4);
  const bool where = has_condition(formula);
  const std::array<const void*, 3> starts = {where ? static_cast<const void*>(condition.data()) : a.data(),
                                             where ? a.data() : b.data(), where ? b.data() : c.data()};
  const auto at = [&](std::size_t k, std::size_t i) {
    const std::size_t size = where && k == 0 ? 1 : size_of(type);
    return static_cast<const void*>(static_cast<const char*>(starts[k]) + i * size);
  };
  for (const std::int64_t target : targets()) {
    const ElementwiseKernel kernel = elementwise_of_target(formula, type, target);
    REQUIRE((kernel != nullptr));
    // Every choice of spread operands; bit k of the mask: operand k steps.
    for (unsigned mask = 0; mask < 1u << arity; ++mask) {
      std::vector<Int> steps;
      std::vector<const void*> data;
      for (std::size_t k = 0; k < arity; ++k) {
        steps.push_back(mask >> k & 1);
        data.push_back(starts[k]);
      }
      Buffer<Out> expected(kMost);
      for (std::size_t i = 0; i < kMost; ++i) {
        std::vector<const void*> element;
        for (std::size_t k = 0; k < arity; ++k) element.push_back(at(k, steps[k] != 0 ? i : 0));
        expected[i] = call<T, Out>(kernel, element, steps, 1)[0];
      }
      for (const std::size_t n : {std::size_t{0}, std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{4},
                                  std::size_t{5}, std::size_t{7}, std::size_t{8}, std::size_t{9}, std::size_t{15},
                                  std::size_t{16}, std::size_t{17}, std::size_t{33}, kMost}) {
        const Buffer<Out> out = call<T, Out>(kernel, data, steps, n);
        for (std::size_t i = 0; i < n; ++i) {
          if (!same(out[i], expected[i])) FAIL_CHECK(named.name, " of ", name_of(type), ": element ", i, " of ", n);
        }
      }
    }
    // In place, where an input has the output's type.
    if (std::is_same_v<T, Out> || type == boolean) {
      for (std::size_t k = where ? 1 : 0; k < arity; ++k) {
        for (const std::size_t n : {std::size_t{5}, std::size_t{16}, kMost}) {
          std::vector<const void*> data(starts.begin(), starts.begin() + static_cast<std::ptrdiff_t>(arity));
          const Buffer<Out> expected = call<T, Out>(kernel, data, std::vector<Int>(arity, 1), n);
          Buffer<T> copy(static_cast<const typename Buffer<T>::value_type*>(data[k]),
                         static_cast<const typename Buffer<T>::value_type*>(data[k]) + n);
          std::array<Operand, 3> in{};
          for (std::size_t j = 0; j < arity; ++j) in[j] = {j == k ? copy.data() : data[j], 1};
          kernel(in.data(), copy.data(), static_cast<Int>(n));
          for (std::size_t i = 0; i < n; ++i) {
            if (!same<Out>(static_cast<Out>(copy[i]), static_cast<Out>(expected[i]))) {
              FAIL_CHECK(named.name, " in place of ", name_of(type), ": element ", i, " of ", n);
            }
          }
        }
      }
    }
  }
}

template <class Function>
void for_each_kernel(const Function& function) {
  for (std::size_t k = 0; k < kFormulaCount; ++k) {
    for (int t = 0; t < kDTypeCount; ++t) {
      const auto formula = static_cast<Formula>(k);
      const auto type = static_cast<DType>(t);
      if (elementwise(formula, type) != nullptr) function(formula, type);
    }
  }
}

struct Case {
  float a, b, expected;
};

void check_cases(Formula formula, const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    CAPTURE(c.a);
    CAPTURE(c.b);
    CAPTURE(c.expected);
    CHECK(same(of(formula, c.a, c.b), c.expected));
    CHECK(same(of(formula, static_cast<double>(c.a), static_cast<double>(c.b)), static_cast<double>(c.expected)));
  }
}

std::int64_t allowed_error(Formula formula) {
  switch (formula) {
    case Formula::silu:
    case Formula::gelu_tanh:
    case Formula::softplus:
    case Formula::log_sigmoid:
      return 4;
    default:
      return 2;
  }
}

/// The float32 formulas of one input that are compared with reference::distance: all but those that have an exact
/// result.
std::vector<Formula> measured_formulas() {
  constexpr Formula kExact[] = {Formula::neg,   Formula::abs,  Formula::sign,  Formula::square, Formula::relu,
                                Formula::floor, Formula::ceil, Formula::round, Formula::trunc,  Formula::frac};
  std::vector<Formula> found;
  for (const FormulaInfo& info : kFormulas) {
    const auto formula = static_cast<Formula>(&info - kFormulas);
    if (info.arity == 1 && info.float32 != Implementation::none && info.result == Result::same &&
        std::ranges::count(kExact, formula) == 0)
      found.push_back(formula);
  }
  return found;
}

}  // namespace

TEST_CASE("a result depends neither on its position, nor on the steps, nor on working in place") {
  for_each_kernel([](Formula formula, DType type) {
    dispatch(type, [&](auto zero) {
      using T = decltype(zero);
      if (gives_bool(info_of(formula), type))
        check_positions<T, bool>(formula);
      else
        check_positions<T, T>(formula);
    });
  });
}

TEST_CASE("AVX2 and AVX3 give the same bits") {
  const std::int64_t avx2 = target_named("AVX2"), avx3 = target_named("AVX3");
  if (avx2 == 0 || avx3 == 0) return;
  constexpr std::size_t kCount = 20000;
  for_each_kernel([&](Formula formula, DType type) {
    if (!is_floating_point(type) || has_condition(formula)) return;
    const FormulaInfo& named = info_of(formula);
    dispatch(type, [&](auto zero) {
      using T = decltype(zero);
      if constexpr (std::is_floating_point_v<T>) {
        const Buffer<T> a = inputs<T>(kCount, 5), b = inputs<T>(kCount, 6), c = inputs<T>(kCount, 7);
        const Operand in[] = {{a.data(), 1}, {b.data(), 1}, {c.data(), 1}};
        Buffer<T> narrow(kCount), wide(kCount);
        elementwise_of_target(formula, type, avx2)(in, narrow.data(), kCount);
        elementwise_of_target(formula, type, avx3)(in, wide.data(), kCount);
        if (gives_bool(named, type)) {
          CHECK(std::memcmp(narrow.data(), wide.data(), kCount) == 0);
          return;
        }
        for (std::size_t i = 0; i < kCount; ++i) {
          if (!same(narrow[i], wide[i]))
            FAIL_CHECK(named.name, " of ", a[i], ", ", b[i], ": ", narrow[i], " and ", wide[i]);
        }
      }
    });
  });
}

TEST_CASE("float32 formulas of one input are within their bound of the correctly rounded result") {
  std::vector<float> x;
  for (std::uint64_t bits = 0; bits < std::uint64_t{1} << 32; bits += 65521) {
    x.push_back(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
  }
  for (const float center : special_values<float>()) {
    for (std::uint32_t i = 0; i < 64; ++i)
      x.push_back(std::bit_cast<float>(std::bit_cast<std::uint32_t>(center) + i - 32));
  }
  for (const std::int64_t target : targets()) {
    for (const Formula formula : measured_formulas()) {
      const Operand in{x.data(), 1};
      std::vector<float> out(x.size());
      elementwise_of_target(formula, float32, target)(&in, out.data(), static_cast<Int>(x.size()));
      for (std::size_t i = 0; i < x.size(); ++i) {
        const std::int64_t error = reference::distance(formula, x[i], out[i]);
        if (error > allowed_error(formula)) {
          FAIL_CHECK(info_of(formula).name, "(", x[i], ") is ", out[i], ", off by ", error);
        }
      }
    }
  }
}

TEST_CASE("exact float32 formulas of one input") {
  for (const float x : inputs<float>(3000, 8)) {
    CAPTURE(x);
    CHECK(same(of(Formula::neg, x), -x));
    CHECK(same(of(Formula::abs, x), std::fabs(x)));
    CHECK(same(of(Formula::square, x), x * x));
    CHECK(same(of(Formula::relu, x), x < 0 ? 0.0f : x));
    CHECK(same(of(Formula::sign, x), x > 0 ? 1.0f : x < 0 ? -1.0f : 0.0f));
    CHECK(same(of(Formula::floor, x), std::floor(x)));
    CHECK(same(of(Formula::ceil, x), std::ceil(x)));
    CHECK(same(of(Formula::round, x), std::nearbyint(x)));
    CHECK(same(of(Formula::trunc, x), std::trunc(x)));
    CHECK(same(of(Formula::frac, x), x - std::trunc(x)));
  }
}

TEST_CASE("activations at the ends of the line") {
  CHECK(same(of(Formula::silu, -kInf), -0.0f));
  CHECK(same(of(Formula::gelu, -kInf), -0.0f));
  CHECK(same(of(Formula::gelu_tanh, -kInf), -0.0f));
  CHECK(of(Formula::softplus, -kInf) == 0);
  CHECK(of(Formula::log_sigmoid, kInf) == 0);
  for (const Formula formula : {Formula::silu, Formula::gelu, Formula::gelu_tanh, Formula::softplus}) {
    CHECK(of(formula, kInf) == kInf);
    CHECK(std::isnan(of(formula, kNan)));
  }
}

TEST_CASE("float64 formulas agree with float32 ones") {
  // float64 takes another road: here only that it is the same function.
  for (const Formula formula : measured_formulas()) {
    for (const float x : inputs<float>(2000, 9)) {
      const double wide = x;
      const Operand in{&wide, 1};
      double out;
      elementwise(formula, float64)(&in, &out, 1);
      const float narrow = of(formula, x);
      const std::int64_t error =
          std::isnan(out) && std::isnan(narrow)
              ? 0
              : std::abs(reference::ordinal(static_cast<float>(out)) - reference::ordinal(narrow));
      if (error > allowed_error(formula)) FAIL_CHECK(info_of(formula).name, "(", x, "): ", out, " and ", narrow);
    }
  }
}

TEST_CASE("minimum and maximum pass NaN on") {
  check_cases(Formula::minimum,
              {{1, 2, 1}, {2, 1, 1}, {kNan, 1, kNan}, {1, kNan, kNan}, {-kInf, kInf, -kInf}, {kNan, kInf, kNan}});
  check_cases(Formula::maximum,
              {{1, 2, 2}, {2, 1, 2}, {kNan, 1, kNan}, {1, kNan, kNan}, {-kInf, kInf, kInf}, {kNan, kInf, kNan}});
}

TEST_CASE("remainders and floor_divide") {
  check_cases(Formula::fmod, {{5, 3, 2},
                              {-5, 3, -2},
                              {5, -3, 2},
                              {-5, -3, -2},
                              {6, -3, 0},
                              {-6, 3, -0.0f},
                              {5, kInf, 5},
                              {-5, kInf, -5},
                              {5, 0, kNan},
                              {kInf, 2, kNan},
                              {kNan, 1, kNan},
                              {1, kNan, kNan},
                              {0, 5, 0},
                              {-0.0f, 5, -0.0f},
                              {1e30f, 3, std::fmod(1e30f, 3.0f)},
                              {3e38f, 1e-40f, std::fmod(3e38f, 1e-40f)},
                              {1e-45f, 1, 1e-45f}});
  check_cases(Formula::remainder, {{5, 3, 2},
                                   {-5, 3, 1},
                                   {5, -3, -1},
                                   {-5, -3, -2},
                                   {6, -3, 0},
                                   {5, kInf, 5},
                                   {-1, kInf, kInf},
                                   {1, -kInf, -kInf},
                                   {5, 0, kNan},
                                   {kInf, 2, kNan},
                                   {0, 3, 0}});
  check_cases(Formula::floor_divide, {{5, 3, 1},
                                      {-5, 3, -2},
                                      {5, -3, -2},
                                      {-5, -3, 1},
                                      {6, 3, 2},
                                      {5, 0, kInf},
                                      {-5, 0, -kInf},
                                      {5, -0.0f, -kInf},
                                      {0, 0, kNan},
                                      {1, kInf, 0},
                                      {-1, kInf, -1},
                                      {1, -kInf, -1},
                                      {kInf, 2, kNan},
                                      {1, kNan, kNan},
                                      {-0.0f, 3, -0.0f}});
  const Buffer<float> a = inputs<float>(20000, 10), b = inputs<float>(20000, 11);
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!same(of(Formula::fmod, a[i], b[i]), std::fmod(a[i], b[i]))) FAIL_CHECK("fmod of ", a[i], " and ", b[i]);
  }
}

TEST_CASE("pow has the special cases of C99") {
  for (const float a : special_values<float>()) {
    for (const float b : special_values<float>()) {
      const float expected = static_cast<float>(std::pow(static_cast<double>(a), static_cast<double>(b)));
      const float result = of(Formula::pow, a, b);
      if (!same(result, expected)) FAIL_CHECK("pow(", a, ", ", b, ") is ", result, ", not ", expected);
    }
  }
}

TEST_CASE("float32 formulas of two inputs are within an ulp") {
  const std::vector<std::pair<Formula, double (*)(double, double)>> references = {
      {Formula::pow, std::pow},
      {Formula::atan2, std::atan2},
      {Formula::hypot, std::hypot},
      {Formula::copysign, std::copysign},
      {Formula::logaddexp, [](double a, double b) {
         return a == b ? a + std::log(2.0) : std::fmax(a, b) + std::log1p(std::exp(-std::fabs(a - b))) + (a + b) * 0;
       }}};
  const Buffer<float> a = inputs<float>(40000, 12), b = inputs<float>(40000, 13);
  for (const auto& [formula, function] : references) {
    for (std::size_t i = 0; i < a.size(); ++i) {
      const bool infinite_sum = formula == Formula::logaddexp && (std::isinf(a[i]) || std::isinf(b[i]));
      if (infinite_sum) continue;  // below
      const float expected = static_cast<float>(function(a[i], b[i])), result = of(formula, a[i], b[i]);
      const bool both_nan = std::isnan(expected) && std::isnan(result);
      if (!both_nan && (std::isnan(expected) != std::isnan(result) ||
                        std::abs(reference::ordinal(expected) - reference::ordinal(result)) > 1)) {
        FAIL_CHECK(info_of(formula).name, " of ", a[i], ", ", b[i], " is ", result, ", not ", expected);
      }
    }
  }
  check_cases(Formula::logaddexp, {{kInf, kInf, kInf},
                                   {-kInf, -kInf, -kInf},
                                   {kInf, -kInf, kInf},
                                   {-kInf, 1, 1},
                                   {1, -kInf, 1},
                                   {1, kInf, kInf},
                                   {kNan, 1, kNan},
                                   {1, kNan, kNan},
                                   {kNan, kInf, kNan}});
  check_cases(Formula::hypot, {{kInf, kNan, kInf}, {kNan, -kInf, kInf}, {3, 4, 5}, {kNan, 1, kNan}});
}

TEST_CASE("addcmul rounds once") {
  const double a = 1, b = 1 + 0x1p-30, c = -(1 - 0x1p-30);
  const Operand in[] = {{&a, 1}, {&b, 1}, {&c, 1}};
  double out;
  elementwise(Formula::addcmul, float64)(in, &out, 1);
  CHECK(out == 0x1p-60);
}

TEST_CASE("double_product doubles the second") {
  CHECK(of(Formula::double_product, 1.5f, -0.3f) == 1.5f * -0.6f);
  CHECK(of(Formula::double_product, 0x1p-100f, 0x1p127f) == kInf);
  CHECK(std::isnan(of(Formula::double_product, 0.0f, kInf)));
  CHECK(of(Formula::double_product, 3.0, 0.25) == 1.5);
}

TEST_CASE("comparisons of every type") {
  const auto check = [](auto zero) {
    using T = decltype(zero);
    const Buffer<T> a = inputs<T>(500, 14), b = inputs<T>(500, 15);
    const Operand in[] = {{a.data(), 1}, {b.data(), 1}};
    const auto compare = [&](Formula formula, auto expected) {
      Buffer<bool> out(a.size());
      elementwise(formula, dtype_of<T>())(in, out.data(), static_cast<Int>(a.size()));
      for (std::size_t i = 0; i < a.size(); ++i) CHECK(out[i] == expected(a[i], b[i]));
    };
    compare(Formula::eq, std::equal_to<>());
    compare(Formula::ne, std::not_equal_to<>());
    compare(Formula::lt, std::less<>());
    compare(Formula::le, std::less_equal<>());
    compare(Formula::gt, std::greater<>());
    compare(Formula::ge, std::greater_equal<>());
  };
  check(false);
  check(Int{});
  check(float{});
  check(double{});
}

TEST_CASE("every formula has the kernels that the table of formulas says, on every target") {
  for (const std::int64_t target : targets()) {
    for (std::size_t k = 0; k < kFormulaCount; ++k) {
      for (int t = 0; t < kDTypeCount; ++t) {
        CAPTURE(kFormulas[k].name);
        CAPTURE(kDTypes[t].name);
        const bool defined = kFormulas[k].implementation(static_cast<DType>(t)) != Implementation::none;
        CHECK((elementwise_of_target(static_cast<Formula>(k), static_cast<DType>(t), target) != nullptr) == defined);
      }
    }
  }
}

TEST_CASE("a formula that a type does not have is null") {
  CHECK((elementwise(Formula::exp, int64) == nullptr));
  CHECK((elementwise(Formula::add, boolean) == nullptr));
  CHECK((elementwise(Formula::logical_and, float32) == nullptr));
  CHECK((elementwise(Formula::frac, int64) == nullptr));
  CHECK((elementwise(Formula::neg, boolean) == nullptr));
}

TEST_CASE("targets have names") {
  CHECK(target_named(cpu_target()) == chosen_target());
  CHECK(target_named("AVX9") == 0);
}
