// Powers and products of matrices.
#include <limits>

#include "core/tensor_impl.h"
#include "descent/create.h"
#include "descent/linalg.h"
#include "linear_algebra/matrix.h"

namespace descent::linalg {
namespace {

// Of matrices i to j, where cut[i][j] begins the second half of the product.
Tensor product(const std::vector<Tensor>& matrices, const std::vector<std::vector<std::size_t>>& cut, std::size_t i,
               std::size_t j) {
  if (i == j) return matrices[i];
  return matmul(product(matrices, cut, i, cut[i][j] - 1), product(matrices, cut, cut[i][j], j));
}

// Where to cut each run of matrices so that the fewest numbers are multiplied (Cormen et al., Introduction to
// Algorithms, matrix-chain multiplication).
std::vector<std::vector<std::size_t>> cheapest_cuts(const std::vector<Tensor>& matrices) {
  const std::size_t n = matrices.size();
  std::vector<std::vector<std::size_t>> cut(n, std::vector<std::size_t>(n));
  std::vector<std::vector<double>> cost(n, std::vector<double>(n));
  for (std::size_t length = 2; length <= n; ++length) {
    for (std::size_t i = 0, j = length - 1; j < n; ++i, ++j) {
      cost[i][j] = std::numeric_limits<double>::infinity();
      for (std::size_t k = i + 1; k <= j; ++k) {
        const double last = static_cast<double>(matrices[i].size(0)) * static_cast<double>(matrices[k].size(0)) *
                            static_cast<double>(matrices[j].size(1));
        const double total = cost[i][k - 1] + cost[k][j] + last;
        if (total >= cost[i][j]) continue;
        cost[i][j] = total;
        cut[i][j] = k;
      }
    }
  }
  return cut;
}

}  // namespace

Tensor matrix_power(const Tensor& a, std::int64_t n) {
  check_square("matrix_power", a);
  if (n == 0) return where(true, identity_like(a), a);  // with history
  Tensor square = n < 0 ? inverse(a, "matrix_power") : a, result;
  // Of the smallest number, too.
  for (std::uint64_t left = n < 0 ? -static_cast<std::uint64_t>(n) : static_cast<std::uint64_t>(n);;) {
    if (left % 2 == 1) result = result.defined() ? matmul(result, square) : square;
    left /= 2;
    if (left == 0) return result;
    square = matmul(square, square);
  }
}

Tensor multi_dot(const std::vector<Tensor>& matrices) try {
  if (matrices.size() < 2) fail("multi_dot: ", matrices.size(), " tensors; wanted at least 2");
  std::vector<Tensor> chain = matrices;
  for (std::size_t i = 0; i < chain.size(); ++i) {
    const int rank = impl_of(chain[i], "multi_dot").sizes.size();
    const bool may_be_vector = i == 0 || i + 1 == chain.size();
    if (rank != 2 && !(rank == 1 && may_be_vector)) {
      fail("multi_dot: tensor ", i, " has shape ", chain[i].sizes(), "; wanted a matrix",
           may_be_vector ? " or a vector" : "");
    }
  }
  const bool from_vector = chain.front().dim() == 1, to_vector = chain.back().dim() == 1;
  if (from_vector) chain.front() = unsqueeze(chain.front(), 0);
  if (to_vector) chain.back() = unsqueeze(chain.back(), 1);
  for (std::size_t i = 1; i < chain.size(); ++i) {
    if (chain[i - 1].size(1) != chain[i].size(0)) {
      fail("multi_dot: shapes ", matrices[i - 1].sizes(), " and ", matrices[i].sizes(), " do not fit");
    }
  }
  Tensor result = product(chain, cheapest_cuts(chain), 0, chain.size() - 1);
  if (to_vector) result = squeeze(result, 1);
  return from_vector ? squeeze(result, 0) : result;
} catch (const Error& error) {
  fail_as("multi_dot", error);
}

Tensor vander(const Tensor& x, std::optional<std::int64_t> columns) try {
  if (impl_of(x, "vander").sizes.empty()) fail("vander: x has shape []; wanted [..., n]");
  const std::int64_t count = columns.value_or(x.size(-1));
  if (count <= 1 && columns) fail("vander: ", count, " columns; wanted at least 2");
  const Tensor column = unsqueeze(x, -1);
  Dims powers = column.sizes();
  powers[powers.size() - 1] = std::max<std::int64_t>(count - 1, 0);
  return cat({ones_like(column), cumprod(expand(column, powers), -1)}, -1);
} catch (const Error& error) {
  fail_as("vander", error);
}

}  // namespace descent::linalg
