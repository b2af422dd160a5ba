#include "descent/products.h"

#include "core/promotion.h"
#include "core/tensor_impl.h"
#include "descent/ops.h"

namespace descent {
namespace {

void check_rank(const char* name, const Tensor& x, int rank, const char* wanted) {
  if (impl_of(x, name).sizes.size() != rank) fail(name, ": ", wanted, " is wanted, not shape ", x.sizes());
}

Tensor scaled(const Tensor& x, double factor) {
  if (factor == 1) return x;
  return is_floating_point(x.dtype()) ? x * factor : x * static_cast<std::int64_t>(factor);
}

// beta * x + alpha * product.
Tensor added(const char* name, const Tensor& x, const Tensor& product, double beta, double alpha) {
  const Dims& sizes = product.impl()->sizes;
  if (!(broadcast_shapes(name, impl_of(x, name).sizes, sizes) == sizes)) {
    fail(name, ": x of shape ", x.sizes(), " does not broadcast to the product's shape ", sizes);
  }
  return beta == 0 ? scaled(product, alpha) : scaled(x, beta) + scaled(product, alpha);
}

}  // namespace

Tensor dot(const Tensor& a, const Tensor& b) try {
  check_rank("dot", a, 1, "a vector");
  check_rank("dot", b, 1, "a vector");
  return matmul(a, b);
} catch (const Error& error) {
  fail_as("dot", error);
}

Tensor vdot(const Tensor& a, const Tensor& b) try { return dot(a, b); } catch (const Error& error) {
  fail_as("vdot", error);
}

Tensor inner(const Tensor& a, const Tensor& b) try {
  if (impl_of(a, "inner").sizes.empty() || impl_of(b, "inner").sizes.empty()) return a * b;
  return tensordot(a, b, -1, -1);
} catch (const Error& error) {
  fail_as("inner", error);
}

Tensor outer(const Tensor& a, const Tensor& b) try {
  check_rank("outer", a, 1, "a vector");
  check_rank("outer", b, 1, "a vector");
  return unsqueeze(a, 1) * b;
} catch (const Error& error) {
  fail_as("outer", error);
}

Tensor mv(const Tensor& a, const Tensor& b) try {
  check_rank("mv", a, 2, "a matrix");
  check_rank("mv", b, 1, "a vector");
  return matmul(a, b);
} catch (const Error& error) {
  fail_as("mv", error);
}

Tensor mm(const Tensor& a, const Tensor& b) try {
  check_rank("mm", a, 2, "a matrix");
  check_rank("mm", b, 2, "a matrix");
  return matmul(a, b);
} catch (const Error& error) {
  fail_as("mm", error);
}

Tensor bmm(const Tensor& a, const Tensor& b) try {
  check_rank("bmm", a, 3, "a batch of matrices");
  check_rank("bmm", b, 3, "a batch of matrices");
  if (a.size(0) != b.size(0)) fail("bmm: shapes ", a.sizes(), " and ", b.sizes(), " are not of one batch");
  return matmul(a, b);
} catch (const Error& error) {
  fail_as("bmm", error);
}

Tensor addr(const Tensor& x, const Tensor& a, const Tensor& b, double beta, double alpha) try {
  return added("addr", x, outer(a, b), beta, alpha);
} catch (const Error& error) {
  fail_as("addr", error);
}

Tensor addmv(const Tensor& x, const Tensor& a, const Tensor& b, double beta, double alpha) try {
  return added("addmv", x, mv(a, b), beta, alpha);
} catch (const Error& error) {
  fail_as("addmv", error);
}

Tensor addmm(const Tensor& x, const Tensor& a, const Tensor& b, double beta, double alpha) try {
  return added("addmm", x, mm(a, b), beta, alpha);
} catch (const Error& error) {
  fail_as("addmm", error);
}

Tensor baddbmm(const Tensor& x, const Tensor& a, const Tensor& b, double beta, double alpha) try {
  return added("baddbmm", x, bmm(a, b), beta, alpha);
} catch (const Error& error) {
  fail_as("baddbmm", error);
}

Tensor addbmm(const Tensor& x, const Tensor& a, const Tensor& b, double beta, double alpha) try {
  return added("addbmm", x, sum(bmm(a, b), 0), beta, alpha);
} catch (const Error& error) {
  fail_as("addbmm", error);
}

Tensor trace(const Tensor& x) try {
  check_rank("trace", x, 2, "a matrix");
  return sum(diagonal(x));
} catch (const Error& error) {
  fail_as("trace", error);
}

Tensor kron(const Tensor& a, const Tensor& b) try {
  Dims left = impl_of(a, "kron").sizes, right = impl_of(b, "kron").sizes;
  while (left.size() < right.size()) left.insert(0, 1);
  while (right.size() < left.size()) right.insert(0, 1);
  Dims of_a, of_b, sizes;
  for (int d = 0; d < left.size(); ++d) {
    for (const std::int64_t size : {left[d], std::int64_t{1}}) of_a.push_back(size);
    for (const std::int64_t size : {std::int64_t{1}, right[d]}) of_b.push_back(size);
    sizes.push_back(left[d] * right[d]);
  }
  return reshape(reshape(a, of_a) * reshape(b, of_b), sizes);
} catch (const Error& error) {
  fail_as("kron", error);
}

Tensor tensordot(const Tensor& a, const Tensor& b, std::int64_t dims) try {
  const int rank = impl_of(a, "tensordot").sizes.size();
  if (dims < 0 || dims > rank || dims > impl_of(b, "tensordot").sizes.size()) {
    fail("tensordot: shapes ", a.sizes(), " and ", b.sizes(), " do not have ", dims, " dimensions to sum over");
  }
  Dims last, first;
  for (int d = 0; d < dims; ++d) {
    last.push_back(rank - dims + d);
    first.push_back(d);
  }
  return tensordot(a, b, last, first);
} catch (const Error& error) {
  fail_as("tensordot", error);
}

Tensor tensordot(const Tensor& a, const Tensor& b, const Dims& dims_a, const Dims& dims_b) try {
  const Dims &left = impl_of(a, "tensordot").sizes, &right = impl_of(b, "tensordot").sizes;
  Dims summed_a, summed_b;
  for (const std::int64_t dim : dims_a) summed_a.push_back(wrap_dim(dim, left.size(), "tensordot"));
  for (const std::int64_t dim : dims_b) summed_b.push_back(wrap_dim(dim, right.size(), "tensordot"));
  bool fits = summed_a.size() == summed_b.size();
  std::int64_t count = 1;
  for (int i = 0; fits && i < summed_a.size(); ++i) {
    const std::int64_t size = left[static_cast<int>(summed_a[i])];
    fits = size == right[static_cast<int>(summed_b[i])];
    count *= size;
  }
  if (!fits) {
    fail("tensordot: dimensions ", dims_a, " of shape ", left, " do not fit dimensions ", dims_b, " of shape ", right);
  }
  Dims order_a, order_b = summed_b, sizes;
  for (int d = 0; d < left.size(); ++d) {
    if (summed_a.contains(d)) continue;
    order_a.push_back(d);
    sizes.push_back(left[d]);
  }
  const std::int64_t rows = numel_of(sizes);
  for (const std::int64_t dim : summed_a) order_a.push_back(dim);
  std::int64_t columns = 1;
  for (int d = 0; d < right.size(); ++d) {
    if (summed_b.contains(d)) continue;
    order_b.push_back(d);
    sizes.push_back(right[d]);
    columns *= right[d];
  }
  const Tensor x = reshape(permute(a, order_a), {rows, count}), y = reshape(permute(b, order_b), {count, columns});
  return reshape(matmul(x, y), sizes);
} catch (const Error& error) {
  fail_as("tensordot", error);
}

Tensor cross(const Tensor& a, const Tensor& b, std::optional<std::int64_t> dim) try {
  const int rank = impl_of(a, "cross").sizes.size();
  if (rank != impl_of(b, "cross").sizes.size()) {
    fail("cross: shapes ", a.sizes(), " and ", b.sizes(), " must have one rank");
  }
  const Dims sizes = broadcast_shapes("cross", a.sizes(), b.sizes());
  const auto* three = std::find(sizes.begin(), sizes.end(), 3);
  const int d = dim ? wrap_dim(*dim, rank, "cross") : static_cast<int>(three - sizes.begin());
  if (d == rank || a.size(d) != 3 || b.size(d) != 3) {
    fail("cross: shapes ", a.sizes(), " and ", b.sizes(), " do not have size 3 ",
         dim ? concat("along dimension ", *dim) : "along any dimension");
  }
  return roll(a, -1, d) * roll(b, -2, d) - roll(a, -2, d) * roll(b, -1, d);
} catch (const Error& error) {
  fail_as("cross", error);
}

}  // namespace descent
