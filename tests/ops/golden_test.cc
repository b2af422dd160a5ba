// Every function on tensors against PyTorch 2.13: values, shapes, dtypes and gradients. The cases are made, and
// described, by tests/golden/ops.py; those of losses are tested in tests/loss.
#include <map>
#include <set>

#include "golden/golden_table.h"
#include "ops/golden_elementwise.h"
#include "ops/golden_reduce.h"
#include "ops/golden_structure.h"

namespace descent::golden {
namespace {

// Values with at most one rounding of what PyTorch gives; integers, bools and shapes are exact anyway.
const std::set<std::string> exact_ops = {
    "neg",      "abs",        "sign",      "relu",      "floor",        "ceil",        "round",         "trunc",
    "minimum",  "maximum",    "clamp",     "where",     "amax",         "amin",        "max",           "min",
    "gather",   "index",      "index_put", "sort",      "index_select", "masked_fill", "masked_select", "topk",
    "cat",      "stack",      "split",     "chunk",     "repeat",       "roll",        "flip",          "tril",
    "triu",     "reshape",    "transpose", "permute",   "expand",       "squeeze",     "unsqueeze",     "flatten",
    "diagonal", "select",     "narrow",    "t",         "zeros",        "ones",        "full",          "tensor",
    "eye",      "zeros_like", "ones_like", "full_like", "to",           "copysign",    "fmod",          "frac"};

// Values within 2 ulp; all others are chains of roundings.
const std::set<std::string> arithmetic_ops = {
    "reciprocal", "square",       "sqrt",      "rsqrt",       "add",       "sub",        "mul",
    "div",        "floor_divide", "remainder", "addcmul",     "lerp",      "leaky_relu", "leaky_relu_slope",
    "sum",        "mean",         "cumsum",    "scatter_add", "index_add", "arange",     "linspace",
    "promotion",  "prod"};

// Where Descent differs on purpose: elements of golden tensors.
const std::map<std::string, Positions> deviations = {
    // Far to the left these are small, and 0 at -inf; PyTorch loses the small, and computes -inf * 0.
    {"silu/edges/out", {12}},
    {"silu/edges_float64/out", {7, 17, 18}},
    {"silu/edges_float64/grad0", {17}},
    {"gelu/edges/out", {12, 32}},
    {"gelu/edges_float64/out", {7}},
    {"gelu_tanh/edges/out", {12, 32}},
    {"gelu_tanh/edges_float64/out", {7}},
    // x ** -0.5 and x ** 1.5 are what C's pow gives; PyTorch goes through sqrt where x is -0 or -inf.
    {"pow/exponent_-0.5_edges/out", {1, 12}},
    {"pow/exponent_1.5_edges/grad0", {12}},
    // A NaN that is the extreme takes the gradient, as in PyTorch's max; its amax makes all of the row NaN.
    {"amax/edges/grad0", {3, 4, 5}},
    {"amin/edges/grad0", {3, 4, 5}},
    // Two equal numbers near the largest of float32 share the gradient; PyTorch gives each all of it.
    {"logsumexp/edges/grad0", {9, 10}},
    // x below two equal bounds: the gradient is the lower one's; PyTorch gives it to neither.
    {"clamp/tensors_equal/grad1", {2}},
    // Products of what lies around an infinity; PyTorch divides by it.
    {"cumprod/edges/grad0", {0, 1, 2, 3, 4, 5, 6, 7, 8}},
    // Squares past the largest of float32; PyTorch sums them in float64.
    {"std/edges/out", {3}},
    {"var/edges/grad0", {0, 1, 2, 6, 7, 8}},
};

// PyTorch gives bools for bools ** True, although it refuses bools ** bools; here both are refused.
const std::set<std::string> refused = {"promotion/pow_bool_scalar_True"};

// Without a gradient: the derivative of digamma is not there, and changes in place are not recorded.
const std::set<std::string> without_gradient = {"digamma", "index_put"};

Family functions() {
  Family family = {"ops", {}, {}, deviations, refused, without_gradient};
  for (const auto* table : {&elementwise_expressions, &reduce_expressions, &structure_expressions}) {
    family.expressions.insert(family.expressions.end(), table->begin(), table->end());
  }
  for (const std::string& op : exact_ops) family.tolerances[op] = exact;
  for (const std::string& op : arithmetic_ops) family.tolerances[op] = two_ulp;
  return family;
}

// By masks, to as many classes as the largest says, and from lists of C++.
const std::set<std::string> not_compiled = {"index",   "index_put", "masked_select", "nonzero",
                                            "one_hot", "promotion", "tensor"};

}  // namespace

TEST_CASE("functions give what PyTorch gives") { check_golden(functions()); }

TEST_CASE("functions, of inputs of any kind") { check_golden_with_any_inputs(functions()); }

TEST_CASE("compiled functions do what functions do") {
  CHECK(check_golden_compiled(functions(), {.native = false}) == not_compiled);
}

TEST_CASE("functions as native code do what functions do") { CHECK(check_golden_native(functions()) == not_compiled); }

TEST_CASE("exported functions do what functions do") {
  CHECK(check_golden_exported(functions()) == std::set<std::string>{"arange", "argmax", "argmin", "argsort", "diagonal",
                                                                    "digamma", "erfinv", "flip", "index_put", "lgamma",
                                                                    "linspace", "masked_select", "nonzero", "one_hot",
                                                                    "sort", "tensor", "topk", "tril", "triu"});
}

}  // namespace descent::golden
