// The discrete Fourier transform of one line of numbers.
#pragma once

#include <complex>
#include <cstdint>
#include <memory>
#include <vector>

namespace descent::fft {

using Complex = std::complex<double>;

/// Transforms of one length, unnormalised. One thread at a time.
class FourierTransform {
 public:
  explicit FourierTransform(std::int64_t length);
  ~FourierTransform();

  std::int64_t length() const { return length_; }
  /// out[k] = sum of in[j] exp(-2 pi i j k / n); `backward`: exp(+2 pi i j k / n). Not in place.
  void transform(const Complex* in, Complex* out, bool backward);
  /// The first n / 2 + 1 numbers of the forward transform of real ones.
  void from_real(const double* in, Complex* out);
  /// The backward transform of n / 2 + 1 numbers, which the conjugates of the others follow: real.
  void to_real(const Complex* in, double* out);

 private:
  struct Library;

  std::int64_t length_;
  std::unique_ptr<Library> library_;
  // Bluestein (1970): a transform of a length with a large prime factor is a convolution, by transforms of a power
  // of 2.
  std::unique_ptr<FourierTransform> longer_;
  std::vector<Complex> chirp_;   // exp(-pi i j^2 / n)
  std::vector<Complex> filter_;  // the transform of its conjugate
  std::vector<Complex> work_, transformed_;
};

/// The calling thread's, kept until it asks for another length.
FourierTransform& transform_of(std::int64_t length);

}  // namespace descent::fft
