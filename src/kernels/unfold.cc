#include "kernels/unfold.h"

#include <type_traits>

#include "kernels/element_size.h"
#include "kernels/parallel.h"
#include "kernels/wrapping.h"

namespace descent::kernels {
namespace {

/// What position j of the windows along a dimension sees: those of the outputs `there`, the first at `place`.
struct Strip {
  Range there;
  std::int64_t place;
};

Strip strip_of(const WindowDim& dim, std::int64_t j) {
  const Range there = outputs_of(dim, j);
  return {there, there.begin * dim.stride + j * dim.dilation - dim.padding};
}

template <class T>
void unfold_position(const T* plane, const UnfoldShape& shape, std::int64_t i, std::int64_t j, T* out) {
  const auto& [y, x] = shape;
  const Strip rows = strip_of(y, i), columns = strip_of(x, j);
  const std::int64_t count = columns.there.end - columns.there.begin;
  for (std::int64_t o = 0; o < y.out; ++o, out += x.out) {
    if (o < rows.there.begin || o >= rows.there.end || count <= 0) {
      std::fill_n(out, x.out, T{});
      continue;
    }
    const T* from = plane + (rows.place + (o - rows.there.begin) * y.stride) * x.in + columns.place;
    T* to = std::fill_n(out, columns.there.begin, T{});
    if (x.stride == 1) {
      std::copy_n(from, count, to);
    } else {
      for (std::int64_t q = 0; q < count; ++q) to[q] = from[q * x.stride];
    }
    std::fill(to + count, out + x.out, T{});
  }
}

template <class T>
void fold_position(const T* in, const UnfoldShape& shape, std::int64_t i, std::int64_t j, T* plane) {
  const auto& [y, x] = shape;
  const Strip rows = strip_of(y, i), columns = strip_of(x, j);
  const std::int64_t count = columns.there.end - columns.there.begin;
  for (std::int64_t o = rows.there.begin; o < rows.there.end; ++o) {
    const T* from = in + o * x.out + columns.there.begin;
    T* to = plane + (rows.place + (o - rows.there.begin) * y.stride) * x.in + columns.place;
    if (x.stride == 1) {
      for (std::int64_t q = 0; q < count; ++q) to[q] += from[q];
    } else {
      for (std::int64_t q = 0; q < count; ++q) to[q * x.stride] += from[q];
    }
  }
}

std::int64_t grain(std::int64_t elements_per_item) {
  return std::max<std::int64_t>(1, kElementGrain / std::max<std::int64_t>(1, elements_per_item));
}

}  // namespace

void unfold(DType type, const void* in, std::int64_t planes, const UnfoldShape& shape, void* out) {
  const std::int64_t positions = shape[0].kernel * shape[1].kernel, outputs = shape[0].out * shape[1].out;
  dispatch_size(size_of(type), [&](auto zero) {
    using T = decltype(zero);
    parallel_for(planes * positions, grain(outputs), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t item = begin; item < end; ++item) {
        const std::int64_t position = item % positions;
        unfold_position(static_cast<const T*>(in) + item / positions * (shape[0].in * shape[1].in), shape,
                        position / shape[1].kernel, position % shape[1].kernel, static_cast<T*>(out) + item * outputs);
      }
    });
  });
}

void fold(DType type, const void* in, std::int64_t planes, const UnfoldShape& shape, void* out) {
  const std::int64_t positions = shape[0].kernel * shape[1].kernel, outputs = shape[0].out * shape[1].out;
  const std::int64_t elements = shape[0].in * shape[1].in;
  dispatch(type, [&](auto zero) {
    if constexpr (!std::is_same_v<decltype(zero), bool>) {
      using T = Wrapping<decltype(zero)>;
      parallel_for(planes, grain(positions * outputs), [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t p = begin; p < end; ++p) {
          const T* from = static_cast<const T*>(in) + p * positions * outputs;
          T* plane = static_cast<T*>(out) + p * elements;
          std::fill_n(plane, elements, T{});
          for (std::int64_t k = 0; k < positions; ++k)
            fold_position(from + k * outputs, shape, k / shape[1].kernel, k % shape[1].kernel, plane);
        }
      });
    }
  });
}

}  // namespace descent::kernels
