// Runs of equal elements, or slices, of what is sorted, or taken as it is.
#include "core/tensor_impl.h"
#include "descent/create.h"
#include "descent/ordering.h"
#include "descent/rearrangement.h"
#include "descent/sequences.h"

namespace descent {
namespace {

// What is compared, along dimension 0: the elements, or the slices as rows.
Tensor compared(const char* name, const Tensor& x, const UniqueOptions& options) {
  const int rank = impl_of(x, name).sizes.size();
  if (!options.dim) return reshape(x.detach(), {-1});
  const int d = wrap_dim(*options.dim, rank, name);
  const std::int64_t n = rank == 0 ? 1 : x.size(d);
  if (rank == 0 || (n > 0 && x.numel() == 0)) {
    fail(name, ": a tensor of shape ", x.sizes(), " has no slices along dimension ", d, " to compare");
  }
  return reshape(movedim(x.detach(), d, 0), {n, n == 0 ? 0 : x.numel() / n});
}

// The positions that sort the rows: by the last column first, stably.
Tensor lexicographic_order(const Tensor& rows) {
  if (rows.dim() == 1) return argsort(rows);
  Tensor order = arange(rows.size(0));
  for (std::int64_t column = rows.size(1) - 1; column >= 0; --column) {
    order = index_select(order, 0, argsort(index_select(select(rows, 1, column), 0, order)));
  }
  return order;
}

// The runs of equal rows along dimension 0. `order` says where rows were before they were sorted, if they were.
Unique of_runs(const Tensor& x, const Tensor& rows, const Tensor& order, const UniqueOptions& options) {
  const std::int64_t n = rows.size(0);
  Tensor starts = ones({n}, {.dtype = boolean});
  if (n > 1) {
    Tensor differs = narrow(rows, 0, 1, n - 1) != narrow(rows, 0, 0, n - 1);
    if (rows.dim() > 1) differs = any(differs, 1);
    starts = cat({narrow(starts, 0, 0, 1), differs});
  }
  const Tensor firsts = reshape(nonzero(starts), {-1});
  Unique result;
  result.output = index_select(rows, 0, firsts);
  if (options.dim) {
    Dims sizes = x.sizes();
    const int d = wrap_dim(*options.dim, sizes.size(), "unique");
    sizes.erase(d);
    sizes.insert(0, firsts.numel());
    result.output = movedim(reshape(result.output, sizes), 0, d).contiguous();
  }
  if (options.return_inverse) {
    Tensor run = cumsum(starts.to(int64), 0) - 1;
    if (order.defined()) run = scatter_add(zeros_like(run), 0, order, run);
    result.inverse_indices = options.dim ? run : reshape(run, x.sizes());
  }
  if (options.return_counts) result.counts = diff(firsts, 1, 0, {}, full({1}, n, {.dtype = int64}));
  return result;
}

}  // namespace

Unique unique(const Tensor& x, const UniqueOptions& options) try {
  const Tensor rows = compared("unique", x, options), order = lexicographic_order(rows);
  return of_runs(x, index_select(rows, 0, order), order, options);
} catch (const Error& error) {
  fail_as("unique", error);
}

Unique unique_consecutive(const Tensor& x, const UniqueOptions& options) try {
  return of_runs(x, compared("unique_consecutive", x, options), {}, options);
} catch (const Error& error) {
  fail_as("unique_consecutive", error);
}

}  // namespace descent
