#include "descent/fft.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/apply.h"
#include "core/elements.h"
#include "descent/create.h"
#include "descent/ops.h"
#include "kernels/parallel.h"
#include "linear_algebra/fourier_transform.h"

namespace descent::fft {
namespace {

inline namespace compute {

// Lines of numbers along one dimension of a row-major tensor. A Complex number is two elements, a double is one.
template <class Element, class Number>
struct Lines {
  static constexpr std::int64_t kParts = sizeof(Number) / sizeof(double);

  Lines(const TensorImpl& x, std::int64_t dim)
      : elements(elements_of<Element>(x)), length(x.sizes[static_cast<int>(dim)]), inner(1) {
    for (int d = static_cast<int>(dim) + 1; d < x.sizes.size(); ++d) inner *= x.sizes[d];
    inner /= kParts;
    count = x.numel / (length * inner * kParts) * inner;
  }

  Element* at(std::int64_t line, std::int64_t position) const {
    return elements + ((line / inner * length + position) * inner + line % inner) * kParts;
  }
  void read(std::int64_t line, std::vector<Number>& numbers) const {
    for (std::int64_t j = 0; j < length; ++j) {
      const Element* from = at(line, j);
      if constexpr (kParts == 2) {
        numbers[static_cast<std::size_t>(j)] = {from[0], from[1]};
      } else {
        numbers[static_cast<std::size_t>(j)] = *from;
      }
    }
  }
  void write(std::int64_t line, const std::vector<Number>& numbers) const {
    for (std::int64_t j = 0; j < length; ++j) {
      const Number& number = numbers[static_cast<std::size_t>(j)];
      Element* to = at(line, j);
      if constexpr (kParts == 2) {
        to[0] = static_cast<Element>(number.real());
        to[1] = static_cast<Element>(number.imag());
      } else {
        *to = static_cast<Element>(number);
      }
    }
  }

  Element* elements;
  std::int64_t length, inner, count;
};

// An op's result, of shape `sizes`: line(transform, in, out) for each line of x along `dim`, by transforms of length n.
template <class In, class Out, class Line>
void transform_lines(const Tensor& x, std::int64_t dim, std::int64_t n, const Dims& sizes, Output& out,
                     const Line& line) {
  const Tensor rows = row_major(x);
  const TensorImpl& result = out.make(sizes, x.impl()->dtype);
  if (result.numel == 0) return;
  dispatch_floating("fft", result.dtype, [&](auto zero) {
    const Lines<decltype(zero), In> from(*rows.impl(), dim);
    const Lines<decltype(zero), Out> to(result, dim);
    const std::int64_t grain = std::max<std::int64_t>(1, (1 << 12) / n);
    kernels::parallel_for(to.count, grain, [&](std::int64_t begin, std::int64_t end) {
      FourierTransform& transform = transform_of(n);
      std::vector<In> numbers(static_cast<std::size_t>(from.length));
      std::vector<Out> transformed(static_cast<std::size_t>(to.length));
      for (std::int64_t i = begin; i < end; ++i) {
        from.read(i, numbers);
        line(transform, numbers, transformed);
        to.write(i, transformed);
      }
    });
  });
}

// Multiplies what of the first half of a spectrum of n numbers stands for its conjugate too.
void scale_doubles(std::vector<Complex>& half, std::int64_t n, double factor) {
  for (std::int64_t k = 1; 2 * k < n; ++k) half[static_cast<std::size_t>(k)] *= factor;
}

}  // namespace compute

// The transforms themselves, along dimension `dim` counted from the front, divided by nothing. The adjoint of each is
// another of them.

Tensor complex_transform(const Tensor& x, int dim, bool backward);
Tensor real_to_half(const Tensor& x, int dim, bool is_adjoint);
Tensor half_to_real(const Tensor& x, int dim, std::int64_t n, bool is_adjoint);

int dim_of(const Call& c) { return static_cast<int>(c.attributes().index); }

// index: dim; flag: backward.
void compute_fft(Inputs inputs, const Attributes& attributes, Output& out) {
  const Dims& sizes = inputs[0]->impl()->sizes;
  const bool backward = attributes.flag;
  transform_lines<Complex, Complex>(
      *inputs[0], attributes.index, sizes[static_cast<int>(attributes.index)], sizes, out,
      [backward](FourierTransform& transform, const std::vector<Complex>& in, std::vector<Complex>& out) {
        transform.transform(in.data(), out.data(), backward);
      });
}

Tensor complex_transform(const Tensor& x, int dim, bool backward) {
  static constexpr Op op = {.name = "fft", .compute = compute_fft, .gradients = {{[](const Tensor& g, const Call& c) {
                                                                     return complex_transform(g, dim_of(c),
                                                                                              !c.attributes().flag);
                                                                   }}}};
  Attributes attributes;
  attributes.index = dim;
  attributes.flag = backward;
  return apply<op>({&x}, attributes);
}

// index: dim; flag: is_adjoint.
void compute_rfft(Inputs inputs, const Attributes& attributes, Output& out) {
  const int dim = static_cast<int>(attributes.index);
  Dims sizes = inputs[0]->impl()->sizes;
  const std::int64_t n = sizes[dim];
  sizes[dim] = n / 2 + 1;
  sizes.push_back(2);
  const double factor = attributes.flag ? 2 : 1;
  transform_lines<double, Complex>(
      *inputs[0], dim, n, sizes, out,
      [n, factor](FourierTransform& transform, const std::vector<double>& in, std::vector<Complex>& out) {
        transform.from_real(in.data(), out.data());
        scale_doubles(out, n, factor);
      });
}

// The first half of the spectrum; the adjoint of half_to_real has twice what stands for two.
Tensor real_to_half(const Tensor& x, int dim, bool is_adjoint) {
  static constexpr Op op = {.name = "rfft", .compute = compute_rfft, .gradients = {{[](const Tensor& g, const Call& c) {
                                                                       return half_to_real(g, dim_of(c),
                                                                                           c.shape(0)[dim_of(c)],
                                                                                           !c.attributes().flag);
                                                                     }}}};
  Attributes attributes;
  attributes.index = dim;
  attributes.flag = is_adjoint;
  return apply<op>({&x}, attributes);
}

// index: dim; dims: n; flag: is_adjoint.
void compute_irfft(Inputs inputs, const Attributes& attributes, Output& out) {
  const int dim = static_cast<int>(attributes.index);
  const std::int64_t n = attributes.dims[0];
  Dims sizes = inputs[0]->impl()->sizes;
  sizes.erase(sizes.size() - 1);
  sizes[dim] = n;
  const double factor = attributes.flag ? 0.5 : 1;
  transform_lines<Complex, double>(
      *inputs[0], dim, n, sizes, out,
      [n, factor](FourierTransform& transform, std::vector<Complex>& in, std::vector<double>& out) {
        scale_doubles(in, n, factor);
        transform.to_real(in.data(), out.data());
      });
}

// The n real numbers of such a spectrum; the adjoint of real_to_half takes half of what stands for two.
Tensor half_to_real(const Tensor& x, int dim, std::int64_t n, bool is_adjoint) {
  static constexpr Op op = {
      .name = "irfft",
      .compute = compute_irfft,
      .gradients = {{[](const Tensor& g, const Call& c) { return real_to_half(g, dim_of(c), !c.attributes().flag); }}}};
  Attributes attributes;
  attributes.index = dim;
  attributes.dims = n;
  attributes.flag = is_adjoint;
  return apply<op>({&x}, attributes);
}

// Whether x must be complex, and in which direction it is transformed.
enum class Numbers : std::uint8_t { real, complex };
enum class Direction : std::uint8_t { forward, backward };

// How many dimensions x has, apart from that of the two parts.
int checked_rank(const char* name, const Tensor& x, Numbers numbers) {
  const TensorImpl& input = impl_of(x, name);
  if (!is_floating_point(input.dtype)) fail(name, ": x is ", input.dtype, "; wanted float32 or float64");
  if (numbers == Numbers::real) return input.sizes.size();
  if (input.sizes.empty() || input.sizes.back() != 2) {
    fail(name, ": x has shape ", input.sizes, "; wanted complex numbers, [..., 2]");
  }
  return input.sizes.size() - 1;
}

// x with `size` positions along `dim`: cut, or zeros after its own.
Tensor resized(const Tensor& x, int dim, std::int64_t size) {
  const std::int64_t have = x.size(dim);
  if (size <= have) return narrow(x, dim, 0, size);
  Dims missing = x.sizes();
  missing[dim] = size - have;
  return cat({x, zeros(missing, {.dtype = x.dtype()})}, dim);
}

Tensor scaled(const Tensor& x, double count, Norm norm, Direction direction) {
  if (norm == Norm::ortho) return x * (1 / std::sqrt(count));
  return (norm == Norm::backward) == (direction == Direction::backward) ? x * (1 / count) : x;
}

// The dimensions to transform, counted from the front, and how long each will be.
struct Extent {
  std::vector<int> dims;
  std::vector<std::int64_t> sizes;

  double count() const {
    double product = 1;
    for (const std::int64_t size : sizes) product *= static_cast<double>(size);
    return product;
  }
};
// `last_is_half`: of the last of them, x has the half of a spectrum.
Extent extent_of(const char* name, const Tensor& x, int rank, const std::optional<Dims>& s,
                 const std::optional<Dims>& dims, bool last_is_half) {
  Dims chosen;
  if (dims) {
    if (!dims->empty()) chosen = wrap_dims(*dims, rank, name);
  } else {
    const int count = s ? s->size() : rank;
    if (count > rank) fail(name, ": s has ", count, " sizes, and x ", rank, " dimensions");
    for (int d = rank - count; d < rank; ++d) chosen.push_back(d);
  }
  if (s && s->size() != chosen.size()) fail(name, ": s ", *s, " and dims ", chosen, " are not of one length");
  Extent result;
  for (int i = 0; i < chosen.size(); ++i) {
    const int d = static_cast<int>(chosen[i]);
    std::int64_t size = x.size(d);
    if (last_is_half && i + 1 == chosen.size()) size = 2 * (size - 1);
    if (s && (*s)[i] != -1) size = (*s)[i];
    if (size < 1) fail(name, ": ", size, " numbers to transform in dimension ", d, "; wanted at least 1");
    result.dims.push_back(d);
    result.sizes.push_back(size);
  }
  return result;
}

// `n` and `dim` as the functions of several dimensions have them.
std::optional<Dims> size_of_one(const std::optional<std::int64_t>& n) {
  return n ? std::optional(Dims(*n)) : std::nullopt;
}

Tensor complex_along(const char* name, const Tensor& x, const std::optional<Dims>& s, const std::optional<Dims>& dims,
                     Norm norm, Direction direction) try {
  const Extent extent = extent_of(name, x, checked_rank(name, x, Numbers::complex), s, dims, false);
  Tensor result = x;
  for (std::size_t i = extent.dims.size(); i-- > 0;) {
    const int d = extent.dims[i];
    result = complex_transform(resized(result, d, extent.sizes[i]), d, direction == Direction::backward);
  }
  return scaled(result, extent.count(), norm, direction);
} catch (const Error& error) {
  fail_as(name, error);
}

Tensor half_of_real(const char* name, const Tensor& x, const std::optional<Dims>& s, const std::optional<Dims>& dims,
                    Norm norm) try {
  const Extent extent = extent_of(name, x, checked_rank(name, x, Numbers::real), s, dims, false);
  if (extent.dims.empty()) fail(name, ": no dimension to transform");
  Tensor result = x;
  for (std::size_t i = extent.dims.size(); i-- > 0;) {
    const int d = extent.dims[i];
    result = resized(result, d, extent.sizes[i]);
    result = i + 1 == extent.dims.size() ? real_to_half(result, d, false) : complex_transform(result, d, false);
  }
  return scaled(result, extent.count(), norm, Direction::forward);
} catch (const Error& error) {
  fail_as(name, error);
}

Tensor real_of_half(const char* name, const Tensor& x, const std::optional<Dims>& s, const std::optional<Dims>& dims,
                    Norm norm) try {
  const Extent extent = extent_of(name, x, checked_rank(name, x, Numbers::complex), s, dims, true);
  if (extent.dims.empty()) fail(name, ": no dimension to transform");
  Tensor result = x;
  for (std::size_t i = 0; i < extent.dims.size(); ++i) {
    const int d = extent.dims[i];
    const std::int64_t n = extent.sizes[i];
    result = i + 1 == extent.dims.size() ? half_to_real(resized(result, d, n / 2 + 1), d, n, false)
                                         : complex_transform(resized(result, d, n), d, true);
  }
  return scaled(result, extent.count(), norm, Direction::backward);
} catch (const Error& error) {
  fail_as(name, error);
}

// x rolled by half of each of `dims`, rounded down or up.
Tensor shifted(const char* name, const Tensor& x, const Dims& dims, std::int64_t rounding) try {
  if (dims.empty()) return x;
  const Dims wrapped = wrap_dims(dims, impl_of(x, name).sizes.size(), name);
  Dims shifts;
  for (const std::int64_t d : wrapped) shifts.push_back((x.size(d) + rounding) / 2);
  return roll(x, shifts, wrapped);
} catch (const Error& error) {
  fail_as(name, error);
}

// 1 / (n d), between the frequencies.
double spacing(const char* name, std::int64_t n, double d) {
  if (n < 1) fail(name, ": n = ", n, "; wanted at least 1");
  return 1 / (static_cast<double>(n) * d);
}

TensorOptions real(TensorOptions options) {
  options.dtype = options.dtype.value_or(float32);
  return options;
}

}  // namespace

Tensor fft(const Tensor& x, std::optional<std::int64_t> n, std::int64_t dim, Norm norm) {
  return complex_along("fft", x, size_of_one(n), Dims(dim), norm, Direction::forward);
}
Tensor ifft(const Tensor& x, std::optional<std::int64_t> n, std::int64_t dim, Norm norm) {
  return complex_along("ifft", x, size_of_one(n), Dims(dim), norm, Direction::backward);
}
Tensor rfft(const Tensor& x, std::optional<std::int64_t> n, std::int64_t dim, Norm norm) {
  return half_of_real("rfft", x, size_of_one(n), Dims(dim), norm);
}
Tensor irfft(const Tensor& x, std::optional<std::int64_t> n, std::int64_t dim, Norm norm) {
  return real_of_half("irfft", x, size_of_one(n), Dims(dim), norm);
}

Tensor fftn(const Tensor& x, const std::optional<Dims>& s, const std::optional<Dims>& dims, Norm norm) {
  return complex_along("fftn", x, s, dims, norm, Direction::forward);
}
Tensor ifftn(const Tensor& x, const std::optional<Dims>& s, const std::optional<Dims>& dims, Norm norm) {
  return complex_along("ifftn", x, s, dims, norm, Direction::backward);
}
Tensor rfftn(const Tensor& x, const std::optional<Dims>& s, const std::optional<Dims>& dims, Norm norm) {
  return half_of_real("rfftn", x, s, dims, norm);
}
Tensor irfftn(const Tensor& x, const std::optional<Dims>& s, const std::optional<Dims>& dims, Norm norm) {
  return real_of_half("irfftn", x, s, dims, norm);
}

Tensor fft2(const Tensor& x, const std::optional<Dims>& s, const Dims& dims, Norm norm) {
  return complex_along("fft2", x, s, dims, norm, Direction::forward);
}
Tensor ifft2(const Tensor& x, const std::optional<Dims>& s, const Dims& dims, Norm norm) {
  return complex_along("ifft2", x, s, dims, norm, Direction::backward);
}
Tensor rfft2(const Tensor& x, const std::optional<Dims>& s, const Dims& dims, Norm norm) {
  return half_of_real("rfft2", x, s, dims, norm);
}
Tensor irfft2(const Tensor& x, const std::optional<Dims>& s, const Dims& dims, Norm norm) {
  return real_of_half("irfft2", x, s, dims, norm);
}

Tensor fftfreq(std::int64_t n, double d, TensorOptions options) {
  const double step = spacing("fftfreq", n, d);
  return roll(arange(-(n / 2), n - n / 2, 1, real(options)), n - n / 2, 0) * step;
}
Tensor rfftfreq(std::int64_t n, double d, TensorOptions options) {
  const double step = spacing("rfftfreq", n, d);
  return arange(n / 2 + 1, real(options)) * step;
}

Tensor fftshift(const Tensor& x, const Dims& dims) { return shifted("fftshift", x, dims, 0); }
Tensor ifftshift(const Tensor& x, const Dims& dims) { return shifted("ifftshift", x, dims, 1); }

}  // namespace descent::fft
