// PyTorch's expressions beside Descent's, and the comparison of what they give: eagerly, compiled, and exported.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <random>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "descent/descent.h"
#include "golden/golden.h"
#include "program/exported_c.h"
#include "program/native_code.h"
#include "program/when_compiled.h"

namespace descent::golden {

inline constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// What an expression gives: a tensor or several.
struct Outputs {
  Outputs(const Tensor& tensor) : tensors{tensor} {}
  Outputs(const ValuesAndIndices& both) : tensors{both.values, both.indices} {}
  Outputs(std::vector<Tensor> several) : tensors(std::move(several)) {}
  std::vector<Tensor> tensors;
};

struct Expression {
  const char* python;
  Outputs (*cpp)(const Tensor& a, const Tensor& b, const Tensor& c, const Tensor& d, const Tensor& e, const Tensor& f);

  /// What it gives for these inputs, six at most.
  std::vector<Tensor> operator()(std::vector<Tensor> in) const {
    in.resize(6);
    return cpp(in[0], in[1], in[2], in[3], in[4], in[5]).tensors;
  }
};

#define DESCENT_EXPRESSION(python, ...)                                                                              \
  {                                                                                                                  \
    python, [](const Tensor& a [[maybe_unused]], const Tensor& b [[maybe_unused]], const Tensor& c [[maybe_unused]], \
               const Tensor& d [[maybe_unused]], const Tensor& e [[maybe_unused]],                                   \
               const Tensor& f [[maybe_unused]]) { return Outputs(__VA_ARGS__); }                                    \
  }

/// How far a floating point number may be from PyTorch's.
struct Tolerance {
  double float32;   // relative to the number
  double float64;   // the same
  bool of_largest;  // two ulp of the largest number of the tensor are allowed too
};
inline constexpr Tolerance exact = {0, 0, false};
inline constexpr Tolerance two_ulp = {0x1p-22, 0x1p-51, false};
inline constexpr Tolerance chain = {1e-6, 1e-13, false};
/// A gradient is a sum: where parts of it cancel, what they were rounded by is left.
inline constexpr Tolerance gradient = {1e-6, 1e-13, true};

using Positions = std::vector<std::size_t>;

/// What is wrong with `got`, apart from the elements at `except`; "" if nothing is.
inline std::string first_difference(const Tensor& got, const Tensor& wanted, Tolerance tolerance,
                                    const Positions& except) {
  if (got.dtype() != wanted.dtype()) return concat("dtype ", got.dtype(), ", not ", wanted.dtype());
  if (!(got.sizes() == wanted.sizes())) return concat("shape ", got.sizes(), ", not ", wanted.sizes());
  if (!is_floating_point(got.dtype())) return equal(got, wanted) ? "" : concat("\n", got, "\nnot\n", wanted);
  const std::vector<double> x = got.to_vector<double>(), y = wanted.to_vector<double>();
  const bool single = got.dtype() == float32;
  const double relative = single ? tolerance.float32 : tolerance.float64;
  double absolute = 0;
  if (tolerance.of_largest) {
    for (const double value : y) {
      if (std::isfinite(value)) absolute = std::max(absolute, std::abs(value) * (single ? 0x1p-22 : 0x1p-51));
    }
  }
  if (relative > 0) absolute += 4 * (single ? 0x1p-149 : 0x1p-1074);
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (std::find(except.begin(), except.end(), i) != except.end()) continue;
    if (x[i] == y[i] || (std::isnan(x[i]) && std::isnan(y[i]))) continue;
    if (std::isfinite(y[i]) && std::abs(x[i] - y[i]) <= relative * std::abs(y[i]) + absolute) continue;
    std::ostringstream out;
    out.precision(17);
    out << "element " << i << " is " << x[i] << ", not " << y[i];
    return out.str();
  }
  return "";
}

/// The elements of this golden tensor that are not compared.
inline Positions left_out(const Golden& golden, const std::map<std::string, Positions>& deviations,
                          const std::string& name) {
  Positions positions = golden.doubtful(name);
  const auto found = deviations.find(name);
  if (found != deviations.end()) positions.insert(positions.end(), found->second.begin(), found->second.end());
  return positions;
}

struct Comparison {
  Tolerance values;
  bool gradients;
  /// Elements of golden tensors, by name, that are meant to differ.
  const std::map<std::string, Positions>& deviations;
};

/// One case: values, shapes, dtypes, and gradients.
inline void check_case(const Golden& golden, const std::string& id, const Expression& expression,
                       const Comparison& comparison) {
  const std::string python = expression.python;
  CAPTURE(id);
  CAPTURE(python);
  Tolerance of_gradients = gradient;
  std::vector<Tensor> inputs, leaves;
  std::vector<std::string> gradient_names;
  for (int i = 0; golden.has(id + "/in" + std::to_string(i)); ++i) {
    const Tensor input = golden[id + "/in" + std::to_string(i)].clone();
    const std::string name = id + "/grad" + std::to_string(i);
    if (comparison.gradients && golden.has(name)) {
      leaves.push_back(input.requires_grad_());
      gradient_names.push_back(name);
    }
    // Among float32 numbers, a float64 gradient is no more exact than they are.
    if (input.dtype() == float32) of_gradients.float64 = of_gradients.float32;
    inputs.push_back(input);
  }
  std::vector<Tensor> outputs, roots, cotangents;
  CHECK_NOTHROW(outputs = expression(inputs));
  CHECK_FALSE(golden.has(id + "/out" + std::to_string(outputs.size())));
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const std::string suffix = outputs.size() > 1 ? std::to_string(i) : "";
    const std::string name = id + "/out" + suffix, cotangent = id + "/cotangent" + suffix;
    CHECK_MESSAGE(first_difference(outputs[i], golden[name], comparison.values,
                                   left_out(golden, comparison.deviations, name)) == "",
                  name);
    if (!golden.has(cotangent)) continue;
    roots.push_back(outputs[i]);
    cotangents.push_back(golden[cotangent]);
  }
  if (leaves.empty()) return;
  std::vector<Tensor> gradients;
  CHECK_NOTHROW(gradients = grad(roots, leaves, cotangents, {.allow_unused = true}));
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    const std::string& name = gradient_names[i];
    const Tensor got = gradients[i].defined() ? gradients[i] : zeros_like(leaves[i]);
    CHECK_MESSAGE(
        first_difference(got, golden[name], of_gradients, left_out(golden, comparison.deviations, name)) == "", name);
  }
}

/// The functions of one golden file: PyTorch's expressions beside Descent's, and how close they must be.
struct Family {
  /// Of the file tests/golden/STEM.safetensors, whose ids are "<op>/<case>".
  const char* stem;
  std::vector<Expression> expressions;
  /// By op, where it is not `chain`.
  std::map<std::string, Tolerance> tolerances = {};
  /// Where Descent differs on purpose: elements of golden tensors.
  std::map<std::string, Positions> deviations = {};
  /// Ids of cases that Descent refuses.
  std::set<std::string> refused = {};
  /// Ops whose gradients are not compared.
  std::set<std::string> without_gradient = {};

  static std::string op_of(const std::string& id) { return id.substr(0, id.find('/')); }

  std::map<std::string, const Expression*> by_python() const {
    std::map<std::string, const Expression*> result;
    for (const Expression& expression : expressions) {
      CHECK_MESSAGE(result.emplace(expression.python, &expression).second, expression.python, " is there twice");
    }
    return result;
  }

  /// The inputs of a case, requiring gradients where they are compared.
  std::vector<Tensor> inputs_of(const Golden& golden, const std::string& id) const {
    std::vector<Tensor> inputs = golden.inputs(id);
    if (without_gradient.contains(op_of(id))) {
      for (const Tensor& input : inputs) input.requires_grad_(false);
    }
    return inputs;
  }
};

/// Every case against PyTorch: values, shapes, dtypes and gradients; every expression is some case's.
inline void check_golden(const Family& family) {
  const Golden golden(family.stem);
  const std::map<std::string, const Expression*> expressions = family.by_python();
  std::set<std::string> used;
  for (const auto& golden_case : golden.cases()) {
    const std::string &id = golden_case.first, &python = golden_case.second, op = Family::op_of(id);
    const auto found = expressions.find(python);
    CHECK_MESSAGE(found != expressions.end(), "no counterpart for ", python, " of ", id);
    if (found == expressions.end()) continue;
    used.insert(python);
    if (family.refused.contains(id)) continue;
    const auto tolerance = family.tolerances.find(op);
    check_case(golden, id, *found->second,
               {tolerance == family.tolerances.end() ? chain : tolerance->second, !family.without_gradient.contains(op),
                family.deviations});
  }
  CHECK(used.size() == expressions.size());
}

/// A tensor that is not what the function was meant for: of other sizes, another rank, another dtype, or strided.
inline Tensor estranged(const Tensor& x, std::mt19937& random) {
  const auto below = [&](int end) { return static_cast<int>(random() % static_cast<unsigned>(end)); };
  Dims sizes = x.sizes();
  const int rank = sizes.size();
  switch (below(5)) {
    case 0:
      if (rank > 0) sizes[below(rank)] = below(5);
      break;
    case 1:
      if (rank < kMaxRank) sizes.insert(below(rank + 1), below(3));
      break;
    case 2:
      if (rank > 0) sizes.erase(below(rank));
      break;
    case 3:
      return x.detach().to(std::array{boolean, uint8, int32, int64, float16, bfloat16, float32, float64}[below(8)]);
    default:
      return rank < 2 ? x.detach() : x.detach().transpose(0, -1).clone().transpose(0, -1);
  }
  const std::int64_t count = numel_of(sizes);
  if (x.numel() == 0) return zeros(sizes, {.dtype = x.dtype()});
  return reshape(index_select(flatten(x.detach()), 0, remainder(arange(count), x.numel())), sizes);
}

/// Every case with one input, or two, that it was not meant for: there are values and gradients, or an Error.
inline void check_golden_with_any_inputs(const Family& family) {
  constexpr int kTimes = 4;
  const Golden golden(family.stem);
  const std::map<std::string, const Expression*> expressions = family.by_python();
  std::mt19937 random(1);
  int given = 0, refused = 0;
  for (const auto& golden_case : golden.cases()) {
    const std::string& id = golden_case.first;
    const std::vector<Tensor> inputs = golden.inputs(id);
    if (inputs.empty()) continue;
    for (int time = 0; time < kTimes; ++time) {
      std::vector<Tensor> others = inputs;
      for (std::size_t changed = 0; changed <= random() % 2; ++changed) {
        Tensor& other = others[random() % others.size()];
        const bool differentiable = other.requires_grad();
        other = estranged(other, random);
        if (differentiable && is_floating_point(other.dtype())) other.requires_grad_();
      }
      CAPTURE(id);
      CAPTURE(golden_case.second);
      for (const Tensor& other : others) INFO(other.dtype(), ' ', other.sizes());
      try {
        with_gradients (*expressions.at(golden_case.second))(others);
        ++given;
      } catch (const Error& error) {
        CHECK(std::string_view(error.what()) != "");
        ++refused;
      } catch (const std::exception& error) {
        FAIL_CHECK("an exception that is no Error: ", error.what());
      }
    }
  }
  CHECK(given > 0);
  CHECK(refused > 0);
}

/// Every case compiled, with its gradients, against itself as it is; gives the ops of which some case cannot be.
inline std::set<std::string> check_golden_compiled(const Family& family, const CompileOptions& options) {
  const Golden golden(family.stem);
  const std::map<std::string, const Expression*> expressions = family.by_python();
  std::set<std::string> refusals;
  for (const auto& golden_case : golden.cases()) {
    const std::string& id = golden_case.first;
    if (family.refused.contains(id)) continue;
    CAPTURE(id);
    const std::string difference = difference_when_compiled(with_gradients(*expressions.at(golden_case.second)),
                                                            family.inputs_of(golden, id), options);
    if (is_refusal(difference))
      refusals.insert(Family::op_of(id));
    else
      CHECK(difference == "");
  }
  return refusals;
}

/// The same as native code, by a compiler.
inline std::set<std::string> check_golden_native(const Family& family) {
  const NativeCode native;
  const std::set<std::string> refusals = check_golden_compiled(family, {.native = true});
  CHECK(!program::native::gave_up);
  return refusals;
}

/// A case of each op, the first that can be, as exported C against itself as it is; gives the ops that cannot.
inline std::set<std::string> check_golden_exported(const Family& family) {
  const TemporaryFolder folder;
  const Golden golden(family.stem);
  const std::map<std::string, const Expression*> expressions = family.by_python();
  std::set<std::string> exported, refusals;
  for (const auto& golden_case : golden.cases()) {
    const std::string &id = golden_case.first, op = Family::op_of(id);
    if (family.refused.contains(id) || exported.contains(op)) continue;
    CAPTURE(id);
    const std::string difference =
        difference_when_exported(with_gradients(*expressions.at(golden_case.second)), family.inputs_of(golden, id),
                                 folder.path + "/f" + std::to_string(exported.size()) + ".c");
    if (is_export_refusal(difference)) {
      refusals.insert(op);
    } else {
      CHECK(difference == "");
      exported.insert(op);
    }
  }
  for (const std::string& op : exported) refusals.erase(op);
  return refusals;
}

}  // namespace descent::golden
