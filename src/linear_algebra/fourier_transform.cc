#include "linear_algebra/fourier_transform.h"

#include <bit>
#include <cmath>
#include <limits>
#include <new>
#include <numbers>
#include <type_traits>
#include <unsupported/Eigen/FFT>
#include <utility>

#include "descent/error.h"
#include "kernels/thread_memory.h"

namespace descent::fft {
namespace {

// Up to this prime factor, the library's way, n times the factor, is faster than Bluestein's.
constexpr std::int64_t kLargestFactor = 50;

std::int64_t largest_factor(std::int64_t n) {
  std::int64_t largest = 1;
  for (std::int64_t p = 2; p * p <= n; ++p) {
    for (; n % p == 0; n /= p) largest = p;
  }
  return std::max(largest, n);
}

}  // namespace

struct FourierTransform::Library {
  Eigen::FFT<double> fft{
      Eigen::default_fft_impl<double>(),
      static_cast<Eigen::FFT<double>::Flag>(Eigen::FFT<double>::Unscaled | Eigen::FFT<double>::HalfSpectrum)};
};

FourierTransform::FourierTransform(std::int64_t length) : length_(length) {
  if (length > std::numeric_limits<int>::max() / 8) fail("fft: a length of ", length, " is too large");
  if (length == 1) return;  // which the library does not know
  if (largest_factor(length) <= kLargestFactor) {
    library_ = std::make_unique<Library>();
    return;
  }
  const auto n = static_cast<std::size_t>(length), m = std::bit_ceil(2 * n - 1);
  longer_ = std::make_unique<FourierTransform>(static_cast<std::int64_t>(m));
  chirp_.resize(n);
  work_.assign(m, 0);
  for (std::size_t j = 0; j < n; ++j) {
    const double angle =
        std::numbers::pi * static_cast<double>(std::uint64_t{j} * j % (2 * n)) / static_cast<double>(n);
    chirp_[j] = std::polar(1.0, -angle);
    work_[j] = work_[(m - j) % m] = std::conj(chirp_[j]);
  }
  filter_.resize(m);
  transformed_.resize(m);
  longer_->transform(work_.data(), filter_.data(), false);
}

FourierTransform::~FourierTransform() = default;

void FourierTransform::transform(const Complex* in, Complex* out, bool backward) {
  const int n = static_cast<int>(length_);
  if (n == 1) {
    *out = *in;
    return;
  }
  if (library_) {
    if (backward) {
      library_->fft.inv(out, in, n);
    } else {
      library_->fft.fwd(out, in, n);
    }
    return;
  }
  // The backward transform is the conjugate of the conjugate's forward one.
  const auto turned = [backward](const Complex& x) { return backward ? std::conj(x) : x; };
  std::fill(work_.begin(), work_.end(), 0);
  for (std::size_t j = 0; j < chirp_.size(); ++j) work_[j] = turned(in[j]) * chirp_[j];
  longer_->transform(work_.data(), transformed_.data(), false);
  for (std::size_t j = 0; j < transformed_.size(); ++j) transformed_[j] *= filter_[j];
  longer_->transform(transformed_.data(), work_.data(), true);
  const double scale = 1 / static_cast<double>(work_.size());
  for (std::size_t j = 0; j < chirp_.size(); ++j) out[j] = turned(scale * work_[j] * chirp_[j]);
}

void FourierTransform::from_real(const double* in, Complex* out) {
  if (library_) return library_->fft.fwd(out, in, static_cast<int>(length_));
  const std::vector<Complex> line(in, in + length_);
  std::vector<Complex> whole(line.size());
  transform(line.data(), whole.data(), false);
  std::copy_n(whole.begin(), length_ / 2 + 1, out);
}

void FourierTransform::to_real(const Complex* in, double* out) {
  if (library_) return library_->fft.inv(out, in, static_cast<int>(length_));
  std::vector<Complex> line(in, in + length_ / 2 + 1), whole(static_cast<std::size_t>(length_));
  for (std::int64_t k = length_ / 2 + 1; k < length_; ++k) line.push_back(std::conj(in[length_ - k]));
  transform(line.data(), whole.data(), true);
  for (const Complex& x : whole) *out++ = x.real();
}

namespace {

/// The calling thread's latest.
struct Last {
  kernels::ThreadEnd end{
      [](kernels::ThreadEnd& end) { delete std::exchange(reinterpret_cast<Last&>(end).transform, nullptr); }};
  FourierTransform* transform = nullptr;
};
static_assert(std::is_standard_layout_v<Last>);  // it begins where its end does

}  // namespace

FourierTransform& transform_of(std::int64_t length) {
  constinit thread_local Last last;
  if (last.transform && last.transform->length() == length) return *last.transform;
  if (!last.end.list()) throw std::bad_alloc();
  auto next = std::make_unique<FourierTransform>(length);
  delete std::exchange(last.transform, next.release());
  return *last.transform;
}

}  // namespace descent::fft
