// The less common functions of tensors against PyTorch's: tests/golden/tensor_functions.py.
#include "golden_indexing.h"
#include "golden_order.h"
#include "golden_pointwise.h"
#include "golden_products.h"
#include "golden_rearrangement.h"

namespace descent::golden {
namespace {

// What is only moved, chosen, compared or counted.
const std::vector<std::string> exact_functions = {"clip",
                                                  "positive",
                                                  "sgn",
                                                  "signbit",
                                                  "heaviside",
                                                  "isclose",
                                                  "isposinf",
                                                  "isneginf",
                                                  "isreal",
                                                  "unbind",
                                                  "unflatten",
                                                  "movedim",
                                                  "atleast_1d",
                                                  "atleast_2d",
                                                  "atleast_3d",
                                                  "broadcast_to",
                                                  "broadcast_tensors",
                                                  "hstack",
                                                  "vstack",
                                                  "dstack",
                                                  "column_stack",
                                                  "block_diag",
                                                  "tile",
                                                  "repeat_interleave",
                                                  "fliplr",
                                                  "rot90",
                                                  "diag",
                                                  "diag_embed",
                                                  "meshgrid",
                                                  "cartesian_prod",
                                                  "combinations",
                                                  "tril_indices",
                                                  "take",
                                                  "take_along_dim",
                                                  "scatter",
                                                  "index_copy",
                                                  "index_fill",
                                                  "masked_scatter",
                                                  "msort",
                                                  "kthvalue",
                                                  "mode",
                                                  "cummax",
                                                  "cummin",
                                                  "aminmax",
                                                  "searchsorted",
                                                  "bucketize",
                                                  "isin",
                                                  "unique",
                                                  "unique_consecutive",
                                                  "median",
                                                  "nanmedian",
                                                  "count_nonzero",
                                                  "histc"};

const std::map<std::string, Positions> function_deviations = {
    // PyTorch rounds 2 to a negative power to an integer, 0, in the gradient.
    {"ldexp/float32/grad0", {2, 6, 10}},
    // An infinite slope, of which PyTorch has the infinity and Descent a NaN.
    {"logit/ends/grad0", {0, 1}},
    // The share of an element beside infinity, PyTorch's NaN.
    {"logcumsumexp/large/grad0", {3}},
    // The gradient of a mean of nothing.
    {"nanmean/dim1/grad0", {4, 5, 6, 7}},
    // PyTorch has an element that is not included share the gradient of the extreme that is as large.
    {"scatter_reduce/amax_without_ties/grad2", {0, 1, 2, 3, 4, 5}},
    {"scatter_reduce/amin_without_ties/grad2", {0, 1, 2, 3, 4, 5}},
    {"scatter_reduce/amin_without_zeros/grad2", {0, 1, 2, 3, 4, 5}},
    // The gradient of a NaN goes to the NaN, as in amax.
    {"scatter_reduce/nan/grad0", {0, 3}},
    {"scatter_reduce/nan/grad2", {0, 1, 2}},
};

Family tensor_functions() {
  Family family = {.stem = "tensor_functions",
                   .expressions = {},
                   .deviations = function_deviations,
                   // xlogy at log(0) times 0, where PyTorch's slope is NaN; counts of numbers that differ.
                   .without_gradient = {"xlogy_edges", "cdist_count"}};
  for (const auto* table :
       {&pointwise_expressions, &rearrangement_expressions, &grids_expressions, &indexing_expressions,
        &products_expressions, &ordering_expressions, &statistics_expressions, &sequences_expressions}) {
    family.expressions.insert(family.expressions.end(), table->begin(), table->end());
  }
  for (const std::string& op : exact_functions) family.tolerances[op] = exact;
  return family;
}

// The shapes of their results hang on elements.
const std::set<std::string> shaped_by_elements = {"bincount",     "combinations",       "repeat_interleave",
                                                  "tril_indices", "unique_consecutive", "unique"};

}  // namespace

TEST_CASE("less common functions give what PyTorch gives") { check_golden(tensor_functions()); }

TEST_CASE("less common functions, of inputs of any kind") { check_golden_with_any_inputs(tensor_functions()); }

TEST_CASE("compiled less common functions do what functions do") {
  CHECK(check_golden_compiled(tensor_functions(), {.native = false}) == shaped_by_elements);
}

TEST_CASE("less common functions as native code do what functions do") {
  CHECK(check_golden_native(tensor_functions()) == shaped_by_elements);
}

TEST_CASE("exported less common functions do what functions do") {
  CHECK(check_golden_exported(tensor_functions()) == std::set<std::string>{"bincount",
                                                                           "block_diag",
                                                                           "bucketize",
                                                                           "combinations",
                                                                           "cummax",
                                                                           "cummin",
                                                                           "cumulative_trapezoid",
                                                                           "diag",
                                                                           "diag_embed",
                                                                           "fliplr",
                                                                           "index_copy",
                                                                           "index_fill",
                                                                           "kthvalue",
                                                                           "logspace",
                                                                           "median",
                                                                           "mode",
                                                                           "msort",
                                                                           "nanmedian",
                                                                           "nanquantile",
                                                                           "quantile",
                                                                           "scatter",
                                                                           "searchsorted",
                                                                           "tril_indices",
                                                                           "unique",
                                                                           "unique_consecutive",
                                                                           "vander"});
}

}  // namespace descent::golden
