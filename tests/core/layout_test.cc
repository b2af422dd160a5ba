// Operands that do not lie in order: whatever way they are read, each element is the right one.
#include <doctest/doctest.h>

#include "descent/descent.h"

using namespace descent;

namespace {

const std::vector<DType> kTypesOfEachSize = {boolean, uint8, int32, int64, float16, float32, float64};

/// 0, 1, 2, ..., as far as the type counts.
Tensor counted(const Dims& shape, DType dtype) {
  std::int64_t numel = 1;
  for (const std::int64_t size : shape) numel *= size;
  return remainder(arange(numel, {.dtype = int64}), 251).to(dtype).reshape(shape);
}

/// Element by element on the host: result(r, c) = x(c, r).
bool is_transpose(const Tensor& result, const Tensor& x) {
  const auto values = x.to(float64).to_vector<double>(), found = result.to(float64).to_vector<double>();
  const auto rows = static_cast<std::size_t>(x.size(0)), columns = static_cast<std::size_t>(x.size(1));
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < columns; ++c) {
      if (found[c * rows + r] != values[r * columns + c]) return false;
    }
  }
  return true;
}

}  // namespace

TEST_CASE("transposed matrices of every type are put in order") {
  for (const DType dtype : kTypesOfEachSize) {
    CAPTURE(dtype);
    for (const std::int64_t rows : {1, 15, 16, 17, 40, 255, 256, 259}) {
      for (const std::int64_t columns : {3, 16, 18, 33, 300}) {
        CAPTURE(rows);
        CAPTURE(columns);
        const Tensor x = counted({rows, columns}, dtype);
        CHECK(is_transpose(x.t().contiguous(), x));
      }
    }
  }
}

TEST_CASE("ops take transposed operands beside ones in order, rows, columns and numbers") {
  for (const DType dtype : {int64, float32, float64}) {
    CAPTURE(dtype);
    const Tensor x = counted({37, 270}, dtype), y = counted({270, 37}, dtype), row = counted({37}, dtype),
                 column = counted({270, 1}, dtype);
    const Tensor in_order = x.t().contiguous();
    CHECK(equal(y - x.t(), y - in_order));
    CHECK(equal(x.t() - y, in_order - y));
    CHECK(equal(x.t() - x.t() * 2, in_order - in_order * 2));
    CHECK(equal(x.t() * row, in_order * row));
    CHECK(equal(column - x.t(), column - in_order));
    CHECK(equal(where(x.t() > 100, y, x.t()), where(in_order > 100, y, in_order)));
    CHECK(equal(x.t() > y, in_order > y));
    Tensor z = zeros({270, 37}, {.dtype = dtype});
    z.add_(x.t());
    CHECK(equal(z, in_order));
  }
}

TEST_CASE("permuted, broadcast and cut operands of more dimensions") {
  const Tensor x = counted({3, 20, 34, 5}, float32);
  for (const Dims& dims : {Dims{0, 2, 1, 3}, Dims{0, 1, 3, 2}, Dims{3, 1, 0, 2}, Dims{2, 0, 3, 1}, Dims{3, 2, 1, 0}}) {
    const Tensor permuted = x.permute(dims);
    const Tensor in_order = permuted.contiguous();
    CHECK(equal(permuted * 2, in_order * 2));
    const Tensor other = counted(permuted.sizes(), float32);
    CHECK(equal(permuted - other, in_order - other));
    CHECK(sum(permuted * other).item() == sum(in_order * other).item());
    std::int64_t at = 0;
    const auto values = in_order.to_vector<float>();
    bool right = true;
    for (std::int64_t a = 0; a < permuted.size(0); ++a)
      for (std::int64_t b = 0; b < permuted.size(1); ++b)
        for (std::int64_t c = 0; c < permuted.size(2); ++c)
          for (std::int64_t d = 0; d < permuted.size(3); ++d)
            right = right && values[static_cast<std::size_t>(at++)] == permuted[a][b][c][d].item();
    CHECK(right);
  }
  const Tensor wide = counted({40, 100}, float64);
  const Tensor cut = wide.t()(Slice(3, 90), Slice(1, 39));
  CHECK(equal(cut + 1, cut.contiguous() + 1));
  CHECK(equal(cut.unsqueeze(0).expand({2, 87, 38}) - 1, stack({cut, cut}, 0) - 1));
}
