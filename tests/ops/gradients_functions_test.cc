// The gradients of the less common functions against difference quotients. Of linear ones the square is checked, whose
// second order passes through the gradient of the gradient.
#include "ops/gradients.h"

namespace descent::gradients {
namespace {

using In = std::vector<Tensor>;

Tensor joined(const std::vector<Tensor>& tensors) {
  std::vector<Tensor> flat;
  for (const Tensor& tensor : tensors) flat.push_back(tensor.flatten());
  return cat(flat);
}

// A matrix in every layout whose elements differ.
std::vector<Tensor> matrices(double low = -2, double high = 2) {
  return {spread({3, 4}, low, high), spread({4, 3}, low, high).t(), spread({3, 9}, low, high).slice(1, 1, 9, 2)};
}

}  // namespace

TEST_CASE("gradients of functions element by element") {
  for (const Tensor& x : matrices(0.2, 0.8)) {
    check("addcdiv", [](const In& in) { return addcdiv(in[0], in[1], in[2], 0.5); },
          {x, spread({4}), spread({3, 1}, 0.5, 2)});
    check("clip", [](const In& in) { return square(clip(in[0], 0.3, 0.7)); }, {x});
    check("logit", [](const In& in) { return logit(in[0]); }, {x});
    check("expit", [](const In& in) { return expit(in[0]); }, {x});
    check("float_power", [](const In& in) { return float_power(in[0], in[1]); }, {x, spread({4})});
    check("xlogy", [](const In& in) { return xlogy(in[0], in[1]); }, {x, spread({4}, 0.5, 2)});
    check_square("nan_to_num", [](const In& in) { return nan_to_num(in[0]); }, {x});
    check_square("rad2deg", [](const In& in) { return rad2deg(in[0]) + deg2rad(in[0]); }, {x});
    check("ldexp", [](const In& in) { return square(ldexp(in[0], tensor({1, 0, -2, 3}))); }, {x});
    check("sinc", [](const In& in) { return sinc(in[0]); }, {x});
  }
  check("xlogy of 0",
        [](const In& in) {
          return xlogy(tensor({0.0, 0.0}, {.dtype = float64}), in[0]);
        },
        {float64s({0.5, 2})});
}

TEST_CASE("gradients of rearrangements") {
  for (const Tensor& x : matrices()) {
    check_square("unbind", [](const In& in) { return joined(unbind(in[0], -1)); }, {x});
    check_square("unflatten", [](const In& in) { return unflatten(in[0], 1, {2, -1}); }, {x});
    check_square("movedim", [](const In& in) { return movedim(in[0], 0, 1); }, {x});
    check_square("block_diag", [](const In& in) { return block_diag({in[0], in[1]}); }, {x, spread({2})});
    check_square("stacks",
                 [](const In& in) {
                   return joined({hstack(in), vstack(in), dstack(in), column_stack(in)});
                 },
                 {x, spread({3, 4}, 0, 1)});
    check_square("repeat_interleave", [](const In& in) { return repeat_interleave(in[0], 2, 1); }, {x});
    check_square("repeat_interleave by tensor",
                 [](const In& in) {
                   return repeat_interleave(in[0], tensor({2, 0, 1}), 0);
                 },
                 {x});
    check_square("rot90", [](const In& in) { return joined({rot90(in[0]), fliplr(in[0]), flipud(in[0])}); }, {x});
    check_square("diag", [](const In& in) { return diag(in[0], 1); }, {x});
    check_square("diag_embed", [](const In& in) { return diag_embed(in[0], -1, 0, 1); }, {x});
    check_square("tile", [](const In& in) { return tile(in[0], {2, 1}); }, {x});
  }
  check_square("meshgrid", [](const In& in) { return joined(meshgrid(in, Indexing::xy)); }, {spread({2}), spread({3})});
  check_square("cartesian_prod", [](const In& in) { return cartesian_prod(in); }, {spread({2}), spread({3})});
  check_square("combinations", [](const In& in) { return combinations(in[0], 2, true); }, {spread({3})});
  check("vander", [](const In& in) { return vander(in[0], 4); }, {spread({3}, 0.3, 2)});
}

TEST_CASE("gradients of reading and writing at positions") {
  const Tensor at = tensor({{0, 2}, {1, 1}, {3, 0}}), unlike = tensor({{0, 2}, {1, 2}, {3, 0}});
  for (const Tensor& x : matrices()) {
    const Tensor source = spread({3, 2}, -1, 1, 0.7);
    check_square("take", [](const In& in) { return take(in[0], tensor({{0, -1}, {5, 5}})); }, {x});
    check_square("take_along_dim", [&](const In& in) { return take_along_dim(in[0], at, 1); }, {x});
    check_square("put", [](const In& in) { return put(in[0], tensor({0, 7, 3}), in[1]); }, {x, spread({3})});
    check_square("put, accumulate",
                 [](const In& in) {
                   return put(in[0], tensor({0, 7, 7}), in[1], true);
                 },
                 {x, spread({3})});
    check_square("scatter", [&](const In& in) { return scatter(in[0], 1, unlike, in[1]); }, {x, source});
    check_square("scatter of a number", [&](const In& in) { return scatter(in[0], 1, at, 0.5); }, {x});
    check_square("index_copy", [](const In& in) { return index_copy(in[0], 1, tensor({3, 0}), in[1]); }, {x, source});
    check_square("index_fill", [](const In& in) { return index_fill(in[0], 0, tensor({-1}), in[1]); }, {x, spread({})});
    const Tensor mask = x > 0;
    check_square("masked_scatter", [&](const In& in) { return masked_scatter(in[0], mask, in[1]); }, {x, spread({12})});
    for (const auto reduce : {ScatterReduction::sum, ScatterReduction::prod, ScatterReduction::mean,
                              ScatterReduction::amax, ScatterReduction::amin}) {
      for (const bool include_self : {true, false}) {
        check_square("scatter_reduce",
                     [&](const In& in) { return scatter_reduce(in[0], 1, at, in[1], reduce, include_self); },
                     {x, source});
        check_square("index_reduce",
                     [&](const In& in) {
                       return index_reduce(in[0], 1, tensor({2, 2}), in[1], reduce, include_self);
                     },
                     {x, source});
      }
    }
  }
  // Of several factors one is 0: all others' product is its slope.
  check("scatter_reduce of zeros",
        [](const In& in) {
          return scatter_reduce(in[0], 0, tensor({0, 0, 1, 2}), in[1], ScatterReduction::prod);
        },
        {float64s({1.5, 0, 2}), float64s({0, 3, 2, 0.5})});
}

TEST_CASE("gradients of products") {
  for (const Tensor& x : matrices()) {
    const Tensor y = spread({4}, -1, 1, 0.7), z = spread({3}, -1, 1, 0.1), w = spread({4, 2}, -1, 1, 0.2);
    check("inner", [](const In& in) { return inner(in[0], in[1]); }, {x, spread({2, 4})});
    check("mv", [](const In& in) { return mv(in[0], in[1]); }, {x, y});
    check("mm", [](const In& in) { return mm(in[0], in[1]); }, {x, w});
    check("addr", [](const In& in) { return addr(in[0], in[1], in[2], 0.5, 2); }, {x, z, y});
    check("addmv", [](const In& in) { return addmv(in[0], in[1], in[2], 0.5, 2); }, {z, x, y});
    check("addmm", [](const In& in) { return addmm(in[0], in[1], in[2], 0, 2); }, {spread({2}), x, w});
    check_square("trace", [](const In& in) { return trace(in[0]); }, {x});
    check("kron", [](const In& in) { return kron(in[0], in[1]); }, {x, w});
    check("tensordot", [](const In& in) { return tensordot(in[0], in[1], 1, 0); }, {x, w});
  }
  const Tensor left = spread({2, 3, 2}), right = spread({2, 2, 3}, -1, 1, 0.7);
  check("dot", [](const In& in) { return dot(in[0], in[1]) + vdot(in[0], in[1]); }, {spread({3}), spread({3}, 0, 1)});
  check("outer", [](const In& in) { return outer(in[0], in[1]); }, {spread({3}), spread({2})});
  check("bmm", [](const In& in) { return bmm(in[0], in[1]); }, {left, right});
  check("baddbmm", [](const In& in) { return baddbmm(in[0], in[1], in[2], 2, 0.5); }, {spread({3}), left, right});
  check("addbmm", [](const In& in) { return addbmm(in[0], in[1], in[2]); }, {spread({3, 3}), left, right});
  check("cross", [](const In& in) { return cross(in[0], in[1], 1); }, {spread({2, 3}), spread({1, 3}, 0, 1)});
  for (const double p : {0.5, 1.0, 2.0, 3.0}) {
    check("cdist", [p](const In& in) { return cdist(in[0], in[1], p); }, {spread({2, 1, 3, 2}), spread({2, 2}, 3, 4)});
  }
}

TEST_CASE("gradients of elements by their order") {
  for (const Tensor& x : matrices()) {
    for (const std::int64_t dim : {0, 1}) {
      check_square("kthvalue", [=](const In& in) { return kthvalue(in[0], 2, dim).values; }, {x});
      check_square("mode", [=](const In& in) { return mode(in[0], dim).values; }, {x});
      check_square("cummax", [=](const In& in) { return cummax(in[0], dim).values; }, {x});
      check_square("cummin", [=](const In& in) { return cummin(in[0], dim).values; }, {x});
      check_square("median", [=](const In& in) { return median(in[0], dim).values; }, {x});
      check_square("nanmedian", [=](const In& in) { return nanmedian(in[0], dim).values; }, {x});
      check_square("quantile",
                   [=](const In& in) {
                     return quantile(in[0], tensor({0.3, 0.9}, {.dtype = float64}), dim);
                   },
                   {x});
      check_square("nanquantile", [=](const In& in) { return nanquantile(in[0], 0.4, dim); }, {x});
      check_square("logcumsumexp", [=](const In& in) { return logcumsumexp(in[0], dim); }, {x});
      check_square("diff", [=](const In& in) { return diff(in[0], 1, dim, in[0], in[0]); }, {x});
      check_square("gradient", [=](const In& in) { return joined(gradient(in[0], {0.5}, dim, 2)); }, {x});
      check_square("trapezoid", [=](const In& in) { return trapezoid(in[0], 0.5, dim); }, {x});
      check_square("renorm", [=](const In& in) { return renorm(in[0], 2, dim, 1.5); }, {x});
    }
    check_square("median", [](const In& in) { return median(in[0]); }, {x});
    check_square("aminmax", [](const In& in) { return aminmax(in[0], 1).max * aminmax(in[0], 1).min; }, {x});
    check_square("nansum", [](const In& in) { return nansum(in[0], 1) * nanmean(in[0]); }, {x});
    check("var_mean", [](const In& in) { return var_mean(in[0], 1).first * std_mean(in[0], 1).second; }, {x});
    check("cov", [](const In& in) { return cov(in[0], 1, tensor({1, 2, 0, 3}), spread({4}, 0.5, 1)); }, {x});
    check("cumulative_trapezoid", [](const In& in) { return cumulative_trapezoid(in[0], in[1]); }, {x, spread({4})});
    check("gradient", [](const In& in) { return joined(gradient(in[0], {in[1]}, 1, 2)); },
          {x, float64s({0, 1, 3, 3.5})});
  }
  check_square("corrcoef", [](const In& in) { return corrcoef(in[0]); },
               {tensor({{0.1, 1.2, -0.3, 0.8}, {0.5, 0.2, 1.1, -0.7}, {-1, 0.3, 0.4, 0.6}}, {.dtype = float64})});
  check("bincount", [](const In& in) { return square(bincount(tensor({1, 0, 1}), in[0])); }, {spread({3})});
}

}  // namespace descent::gradients
