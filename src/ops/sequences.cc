#include "descent/sequences.h"

#include "core/tensor_impl.h"
#include "descent/create.h"
#include "descent/ops.h"

namespace descent {
namespace {

// Positions `start` to n + end of dimension `dim`, n being its size and end <= 0.
Tensor inside(const Tensor& x, std::int64_t dim, std::int64_t start, std::int64_t end) {
  return narrow(x, dim, start, x.size(dim) - start + end);
}

// A vector of what belongs to the positions of dimension `dim` of x, in a shape that broadcasts with it.
Tensor along_dim(const Tensor& vector, const Tensor& x, std::int64_t dim) {
  Dims shape = Dims::filled(x.dim(), 1);
  shape[static_cast<int>(dim)] = vector.numel();
  return reshape(vector, shape);
}

// The derivative along `dim` by quotients of differences, with weights of the value before, at and after each place
// that make them exact for parabolas.
Tensor derivative(const Tensor& x, int dim, const Tensor& spacing, int edge_order) {
  const std::int64_t n = x.size(dim);
  if (n < edge_order + 1) {
    fail("gradient: the ", n, " positions of dimension ", dim, " are less than edge_order + 1 = ", edge_order + 1);
  }
  const bool even = spacing.dim() == 0;
  if (!even && (spacing.dim() != 1 || spacing.numel() != n)) {
    fail("gradient: coordinates of shape ", spacing.sizes(), " do not fit the ", n, " positions of dimension ", dim);
  }
  const Tensor steps = even ? spacing : along_dim(diff(spacing), x, dim);
  const auto value = [&](std::int64_t i) { return narrow(x, dim, i, 1); };
  const auto step = [&](std::int64_t i) { return even ? steps : narrow(steps, dim, i, 1); };
  // From the value at an end, inwards: the slope there of the line, or the parabola, through the next ones.
  const auto at_end = [&](const Tensor& first, const Tensor& second, const Tensor& third, const Tensor& h1,
                          const Tensor& h2) {
    const Tensor slope = (second - first) / h1;
    return edge_order == 1 ? slope : slope - ((third - second) / h2 - slope) * (h1 / (h1 + h2));
  };
  const std::int64_t third = n > 2 ? 2 : 1;
  std::vector<Tensor> parts = {at_end(value(0), value(1), value(third), step(0), step(third - 1))};
  if (n > 2) {
    const Tensor before = inside(x, dim, 0, -2), here = inside(x, dim, 1, -1), after = inside(x, dim, 2, 0);
    if (even) {
      parts.push_back((after - before) / (2 * spacing));
    } else {
      const Tensor left = inside(steps, dim, 0, -1), right = inside(steps, dim, 1, 0);
      parts.push_back(((here - before) / left * right + (after - here) / right * left) / (left + right));
    }
  }
  // Towards the other end all steps, and with them all differences, have the other sign.
  parts.push_back(at_end(value(n - 1), value(n - 2), value(n - 1 - third), -step(n - 2), -step(n - 1 - third)));
  return cat(parts, dim);
}

// (y[i] + y[i + 1]) / 2 times the step from x[i] to x[i + 1].
Tensor trapezoids(const char* name, const Tensor& y, const Tensor& x, int dim) {
  const Tensor heights = (inside(y, dim, 0, -1) + inside(y, dim, 1, 0)) / 2;
  if (!x.defined()) return heights;
  if (x.dim() == 0) return heights * x;
  if (x.dim() != 1) return heights * diff(x, 1, dim);
  if (x.numel() != y.size(dim)) {
    fail(name, ": ", x.numel(), " coordinates do not fit the ", y.size(dim), " positions of dimension ", dim);
  }
  return heights * along_dim(diff(x), y, dim);
}

}  // namespace

Tensor diff(const Tensor& x, std::int64_t n, std::int64_t dim, const Tensor& prepend, const Tensor& append) try {
  if (impl_of(x, "diff").sizes.empty()) fail("diff: a number has no differences");
  if (n < 0) fail("diff: n = ", n, " must not be negative");
  std::vector<Tensor> parts;
  if (prepend.defined()) parts.push_back(prepend);
  parts.push_back(x);
  if (append.defined()) parts.push_back(append);
  const int d = wrap_dim(dim, x.dim(), "diff");
  Tensor result = parts.size() > 1 ? cat(parts, d) : x;
  for (; n > 0; --n) {
    if (result.size(d) == 0) return result;
    const Tensor before = inside(result, d, 0, -1), after = inside(result, d, 1, 0);
    result = x.dtype() == boolean ? after != before : after - before;
  }
  return result;
} catch (const Error& error) {
  fail_as("diff", error);
}

std::vector<Tensor> gradient(const Tensor& x, const std::vector<Tensor>& spacing, const Dims& dims,
                             int edge_order) try {
  const int rank = impl_of(x, "gradient").sizes.size();
  if (rank == 0) fail("gradient: a number has no derivative along a dimension");
  if (edge_order != 1 && edge_order != 2) fail("gradient: edge_order = ", edge_order, "; wanted 1 or 2");
  Dims along = wrap_dims(dims, rank, "gradient");
  if (dims.empty()) {
    along = {};
    for (int d = 0; d < rank; ++d) along.push_back(d);
  }
  const bool one_for_all = spacing.size() == 1 && impl_of(spacing[0], "gradient").sizes.empty();
  if (!one_for_all && spacing.size() != static_cast<std::size_t>(along.size())) {
    fail("gradient: ", spacing.size(), " spacings are given for ", along.size(), " dimensions");
  }
  std::vector<Tensor> result;
  for (int i = 0; i < along.size(); ++i) {
    const Tensor& own = spacing[one_for_all ? 0 : static_cast<std::size_t>(i)];
    result.push_back(derivative(x, static_cast<int>(along[i]), own, edge_order));
  }
  return result;
} catch (const Error& error) {
  fail_as("gradient", error);
}

Tensor trapezoid(const Tensor& y, const Tensor& x, std::int64_t dim) try {
  if (impl_of(y, "trapezoid").sizes.empty()) fail("trapezoid: a number has no integral along a dimension");
  const int d = wrap_dim(dim, y.dim(), "trapezoid");
  if (y.size(d) == 0) return sum(y / 1, d);
  return sum(trapezoids("trapezoid", y, x, d), d);
} catch (const Error& error) {
  fail_as("trapezoid", error);
}

Tensor cumulative_trapezoid(const Tensor& y, const Tensor& x, std::int64_t dim) try {
  if (impl_of(y, "cumulative_trapezoid").sizes.empty()) {
    fail("cumulative_trapezoid: a number has no integral along a dimension");
  }
  const int d = wrap_dim(dim, y.dim(), "cumulative_trapezoid");
  if (y.size(d) == 0) return y / 1;
  return cumsum(trapezoids("cumulative_trapezoid", y, x, d), d);
} catch (const Error& error) {
  fail_as("cumulative_trapezoid", error);
}

// As cumprod: every element takes in the one 1, 2, 4, ... before it.
Tensor logcumsumexp(const Tensor& x, std::int64_t dim) try {
  const int d = wrap_dim(dim, impl_of(x, "logcumsumexp").sizes.size(), "logcumsumexp");
  if (!is_floating_point(x.dtype())) {
    fail("logcumsumexp: ", x.dtype(), " has no logarithms; convert it with to(float32)");
  }
  Tensor result = x.clone();
  const std::int64_t n = x.dim() == 0 ? 1 : x.size(d);
  for (std::int64_t reach = 1; reach < n; reach *= 2) {
    const Tensor later = logaddexp(inside(result, d, reach, 0), inside(result, d, 0, -reach));
    result = cat({narrow(result, d, 0, reach), later}, d);
  }
  return result;
} catch (const Error& error) {
  fail_as("logcumsumexp", error);
}

}  // namespace descent
