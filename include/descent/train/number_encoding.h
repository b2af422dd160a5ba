// What a network sees of numbers beside the numbers themselves.
#pragma once

#include <cstdint>

#include "descent/nn/module.h"
#include "descent/nn/parameter.h"

namespace descent {
namespace DESCENT_EXPORT train {

/// How many further inputs each number of a row becomes.
struct NumberEncodingShape {
  std::int64_t numbers = 0;
  std::int64_t bins = 0;
  std::int64_t frequencies = 0;

  std::int64_t width() const { return numbers * (bins + frequencies); }
};

/// Ramps and waves of each number x of a row, [N, numbers] to [N, width()]:
///
///   ramp_t = min(max((x - start_t) slope_t, 0), 1)     piecewise linear encoding
///   wave_k = cos(2 pi frequency_k x + phase_k)         periodic encoding, the frequencies and phases are learnt
///
/// Ramps show a network on which side of a value a number is, as the splits of a tree do; waves, a change that is
/// sharper than a layer would learn. (Gorishniy, Rubachev, Babenko, arXiv:2203.05556; the waves as in Holzmueller,
/// Grinsztajn, Steinwart, arXiv:2407.04491.) The frequencies start at N(0, 0.1^2), the phases at U(-pi, pi).
class NumberEncoding final : public nn::Module<NumberEncoding> {
 public:
  NumberEncoding() = default;
  explicit NumberEncoding(const NumberEncodingShape& shape);
  Tensor forward(const Tensor& x) const;
  /// Sets the ramps by the values x, [N, numbers]: each runs from one of bins + 1 quantiles to the next, or from one
  /// value to the next where no more differ. Ramps that are left over are 0 everywhere.
  void learn_bins(const Tensor& x);
  auto members() {
    return nn::members("starts", starts, "slopes", slopes, "frequencies", frequencies, "phases", phases);
  }

  nn::Buffer starts, slopes;          // [numbers, bins]; undefined without bins
  nn::Parameter frequencies, phases;  // [numbers, frequencies]; undefined without frequencies
};

}  // namespace train
}  // namespace descent
