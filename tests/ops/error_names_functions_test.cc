// Errors of the less common functions are in their names.
#include "error_names.h"

using namespace descent;

TEST_CASE("errors of less common functions of one tensor are in their names") {
  DESCENT_OF_ONE(positive);
  DESCENT_OF_ONE(sgn);
  DESCENT_OF_ONE(signbit);
  DESCENT_OF_ONE(rad2deg);
  DESCENT_OF_ONE(deg2rad);
  DESCENT_OF_ONE(expit);
  DESCENT_OF_ONE(logit);
  DESCENT_OF_ONE(sinc);
  DESCENT_OF_ONE(nan_to_num);
  DESCENT_OF_ONE(isposinf);
  DESCENT_OF_ONE(isneginf);
  DESCENT_OF_ONE(isreal);
  DESCENT_OF_ONE(unbind);
  DESCENT_OF_ONE(atleast_1d);
  DESCENT_OF_ONE(atleast_2d);
  DESCENT_OF_ONE(atleast_3d);
  DESCENT_OF_ONE(repeat_interleave);
  DESCENT_OF_ONE(fliplr);
  DESCENT_OF_ONE(flipud);
  DESCENT_OF_ONE(rot90);
  DESCENT_OF_ONE(diag);
  DESCENT_OF_ONE(diag_embed);
  DESCENT_OF_ONE(diagflat);
  DESCENT_OF_ONE(combinations);
  DESCENT_OF_ONE(vander);
  DESCENT_OF_ONE(trace);
  DESCENT_OF_ONE(msort);
  DESCENT_OF_ONE(mode);
  DESCENT_OF_ONE(aminmax);
  DESCENT_OF_ONE(unique);
  DESCENT_OF_ONE(unique_consecutive);
  DESCENT_OF_ONE(median);
  DESCENT_OF_ONE(nanmedian);
  DESCENT_OF_ONE(nansum);
  DESCENT_OF_ONE(nanmean);
  DESCENT_OF_ONE(count_nonzero);
  DESCENT_OF_ONE(var_mean);
  DESCENT_OF_ONE(std_mean);
  DESCENT_OF_ONE(cov);
  DESCENT_OF_ONE(corrcoef);
  DESCENT_OF_ONE(histc);
  DESCENT_OF_ONE(bincount);
  DESCENT_OF_ONE(diff);
  DESCENT_OF_ONE(gradient);
  DESCENT_OF_ONE(trapezoid);
  DESCENT_OF_ONE(cumulative_trapezoid);
  DESCENT_OF_ONE(bernoulli);
  check_names_of_one("clamp", [](const Tensor& x) { clip(x, 0, 1); });
  check_names_of_one("unflatten", [](const Tensor& x) { unflatten(x, 1, {3, -1}); });
  check_names_of_one("movedim", [](const Tensor& x) { movedim(x, 0, 2); });
  check_names_of_one("moveaxis", [](const Tensor& x) { moveaxis(x, 0, 2); });
  check_names_of_one("swapaxes", [](const Tensor& x) { swapaxes(x, 0, 2); });
  check_names_of_one("swapdims", [](const Tensor& x) { swapdims(x, 0, 2); });
  check_names_of_one("broadcast_to", [](const Tensor& x) { broadcast_to(x, {2, 3}); });
  check_names_of_one("block_diag", [](const Tensor& x) { block_diag({x, x}); });
  check_names_of_one("tile", [](const Tensor& x) { tile(x, {2, -1}); });
  check_names_of_one("repeat_interleave", [](const Tensor& x) { repeat_interleave(x, 2, 1); });
  check_names_of_one("kthvalue", [](const Tensor& x) { kthvalue(x, 3); });
  check_names_of_one("cummax", [](const Tensor& x) { cummax(x, 1); });
  check_names_of_one("cummin", [](const Tensor& x) { cummin(x, 1); });
  check_names_of_one("unique", [](const Tensor& x) { unique(x, {.dim = 1}); });
  check_names_of_one("unique_consecutive", [](const Tensor& x) { unique_consecutive(x, {.dim = 1}); });
  check_names_of_one("median", [](const Tensor& x) { median(x, 1); });
  check_names_of_one("nanmedian", [](const Tensor& x) { nanmedian(x, 1); });
  check_names_of_one("quantile", [](const Tensor& x) { quantile(x, 0.5, 1); });
  check_names_of_one("nanquantile", [](const Tensor& x) { nanquantile(x, 0.5); });
  check_names_of_one("renorm", [](const Tensor& x) { renorm(x, 2, 1, 1); });
  check_names_of_one("logcumsumexp", [](const Tensor& x) { logcumsumexp(x, 1); });
  check_names_of_one("multinomial", [](const Tensor& x) { multinomial(x, 2); });
  check_names_of_one("bernoulli", [](const Tensor& x) { bernoulli(x, 0.5); });
  check_names_of_one("uniform_", [](const Tensor& x) { x.uniform_(); });
  check_names_of_one("normal_", [](const Tensor& x) { x.normal_(); });
  check_names_of_one("exponential_", [](const Tensor& x) { x.exponential_(); });
  check_names_of_one("bernoulli_", [](const Tensor& x) { x.bernoulli_(); });
  check_names_of_one("new_zeros", [](const Tensor& x) { x.new_zeros({2}); });
}

TEST_CASE("errors of less common functions of two tensors are in their names") {
  DESCENT_OF_TWO(float_power);
  DESCENT_OF_TWO(ldexp);
  DESCENT_OF_TWO(xlogy);
  DESCENT_OF_TWO(heaviside);
  DESCENT_OF_TWO(isclose);
  DESCENT_OF_TWO(take);
  DESCENT_OF_TWO(dot);
  DESCENT_OF_TWO(vdot);
  DESCENT_OF_TWO(inner);
  DESCENT_OF_TWO(outer);
  DESCENT_OF_TWO(mv);
  DESCENT_OF_TWO(mm);
  DESCENT_OF_TWO(bmm);
  DESCENT_OF_TWO(kron);
  DESCENT_OF_TWO(tensordot);
  DESCENT_OF_TWO(cross);
  DESCENT_OF_TWO(cdist);
  DESCENT_OF_TWO(searchsorted);
  DESCENT_OF_TWO(bucketize);
  DESCENT_OF_TWO(isin);
  DESCENT_OF_TWO(normal);
  check_names_of_two("addcdiv", [](const Tensor& a, const Tensor& b) { addcdiv(a, b, b); });
  check_names_of_two("broadcast_tensors", [](const Tensor& a, const Tensor& b) { broadcast_tensors({a, b}); });
  check_names_of_two("hstack", [](const Tensor& a, const Tensor& b) { hstack({a, b}); });
  check_names_of_two("vstack", [](const Tensor& a, const Tensor& b) { vstack({a, b}); });
  check_names_of_two("dstack", [](const Tensor& a, const Tensor& b) { dstack({a, b}); });
  check_names_of_two("column_stack", [](const Tensor& a, const Tensor& b) { column_stack({a, b}); });
  check_names_of_two("meshgrid", [](const Tensor& a, const Tensor& b) { meshgrid({a, b}); });
  check_names_of_two("cartesian_prod", [](const Tensor& a, const Tensor& b) { cartesian_prod({a, b}); });
  check_names_of_two("repeat_interleave", [](const Tensor& a, const Tensor& b) { repeat_interleave(a, b, 0); });
  check_names_of_two("take_along_dim", [](const Tensor& a, const Tensor& b) { take_along_dim(a, b, 1); });
  check_names_of_two("put", [](const Tensor& a, const Tensor& b) { put(a, b, a); });
  check_names_of_two("scatter", [](const Tensor& a, const Tensor& b) { scatter(a, 1, b, a); });
  check_names_of_two("scatter", [](const Tensor& a, const Tensor& b) { scatter(a, 1, b, 2); });
  check_names_of_two("index_copy", [](const Tensor& a, const Tensor& b) { index_copy(a, 0, tensor({0}), b); });
  check_names_of_two("index_fill", [](const Tensor& a, const Tensor& b) { index_fill(a, 0, b, 1); });
  check_names_of_two("masked_scatter", [](const Tensor& a, const Tensor& b) { masked_scatter(a, b, a); });
  check_names_of_two("scatter_reduce", [](const Tensor& a, const Tensor& b) {
    scatter_reduce(a, 1, b, a, ScatterReduction::prod, false);
  });
  check_names_of_two("index_reduce", [](const Tensor& a, const Tensor& b) {
    index_reduce(a, 0, tensor({0}), b, ScatterReduction::amax);
  });
  check_names_of_two("addr", [](const Tensor& a, const Tensor& b) { addr(a, b, b); });
  check_names_of_two("addmv", [](const Tensor& a, const Tensor& b) { addmv(a, b, b); });
  check_names_of_two("addmm", [](const Tensor& a, const Tensor& b) { addmm(a, b, b); });
  check_names_of_two("baddbmm", [](const Tensor& a, const Tensor& b) { baddbmm(a, b, b); });
  check_names_of_two("addbmm", [](const Tensor& a, const Tensor& b) { addbmm(a, b, b); });
  check_names_of_two("quantile", [](const Tensor& a, const Tensor& b) { quantile(a, b, 1); });
}

TEST_CASE("what less common functions refuse") {
  const Tensor x = ones({2, 3}), v = ones({3});
  const auto refusal = [](const auto& f) { return error_of([&] { static_cast<void>(f()); }); };
  CHECK(refusal([&] {
          return unflatten(x, 1, {2, 2});
        }) == "unflatten: [2, 2] do not make up dimension 1 of shape [2, 3]");
  CHECK(refusal([&] { return mv(x, x); }) == "mv: a vector is wanted, not shape [2, 3]");
  CHECK(refusal([&] {
          return bmm(ones({2, 3, 1}), ones({1, 1, 3}));
        }) == "bmm: shapes [2, 3, 1] and [1, 1, 3] are not of one batch");
  CHECK(refusal([&] {
          return addmm(ones({4}), x, ones({3, 2}));
        }) == "addmm: shapes [4] and [2, 2] do not broadcast: sizes 4 and 2 at dimension 1");
  CHECK(refusal([&] { return cross(x, x, 0); }) ==
        "cross: shapes [2, 3] and [2, 3] do not have size 3 along dimension 0");
  CHECK(refusal([&] {
          return cdist(x, ones({2, 2}));
        }) == "cdist: shapes [2, 3] and [2, 2] have rows of 3 and 2 numbers");
  CHECK(refusal([&] { return take(x, tensor({6})); }) == "take: the index 6 at [0] is out of range for 6 elements");
  CHECK(refusal([&] { return scatter(x, 1, tensor({{3}}), 1); }) ==
        "scatter: the index is 3 at [0, 0], which is out of range for dimension 1 of size 3");
  CHECK(refusal([&] { return masked_scatter(x, x > 0, ones({4})); }) ==
        "masked_scatter: the number of places 6 at [] is more than the 4 elements of the source");
  CHECK(refusal([&] {
          return repeat_interleave(v, tensor({1, 2}), 0);
        }) == "repeat_interleave: repeats of shape [2] do not fit the 3 positions of dimension 0");
  CHECK(refusal([&] {
          return repeat_interleave(v, tensor({1, 2, -1}), 0);
        }) == "repeat_interleave: repeats -1 at [2] must not be negative");
  CHECK(refusal([&] { return kthvalue(x, 4).values; }) ==
        "kthvalue: k = 4 is out of range for the 3 positions of dimension 1 of shape [2, 3]");
  CHECK(refusal([&] {
          return median(ones({0, 3}), 0).values;
        }) == "median: dimension 0 of shape [0, 3] is empty, so it has no median");
  CHECK(refusal([&] { return quantile(x, 1.5); }) == "quantile: q 1.5 at [0] must be from 0 to 1");
  CHECK(refusal([&] { return bincount(tensor({2, -1})); }) == "bincount: the number -1 at [1] must not be negative");
  CHECK(refusal([&] {
          return searchsorted(x, ones({3, 3}));
        }) == "searchsorted: shapes [2, 3] and [3, 3] must be the same but for the last dimension");
  CHECK(refusal([&] { return gradient(x, {1}, 0, 2)[0]; }) ==
        "gradient: the 2 positions of dimension 0 are less than edge_order + 1 = 3");
  CHECK(refusal([&] { return multinomial(v, 4); }) == "multinomial: 4 samples of 3 are too many without replacement");
  CHECK(refusal([&] {
          return multinomial(tensor({1.0, -2.0}), 1);
        }) == "multinomial: the weight -2 at [1] must be a number that is not negative");
  CHECK(refusal([&] { return multinomial(zeros({3}), 1); }) == "multinomial: the weights are all 0");
  CHECK(refusal([&] {
          return bernoulli(tensor({0.5, 1.5}));
        }) == "bernoulli: the probability 1.5 at [1] is not from 0 to 1");
  CHECK(refusal([&] { return x.clone().exponential_(0); }) == "exponential: got lambda = 0; wanted lambda > 0");
}
