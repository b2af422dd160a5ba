#include "ops/ctc.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/apply.h"
#include "core/elements.h"
#include "descent/ops.h"

namespace descent {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

inline namespace compute {

struct Sample {
  std::int64_t frame_count;
  std::int64_t state_count;
  const std::int64_t* classes;  // of the states
};

Sample sample_of(const Tensor& layout, std::int64_t i) {
  const std::int64_t* row = elements_of<std::int64_t>(layout) + i * layout.impl()->sizes[1];
  return {row[0], row[1], row + 2};
}

double log_add(double a, double b, double c = -kInfinity) {
  const double largest = std::max({a, b, c});
  if (largest == -kInfinity) return a + b + c;  // not inf - inf, but NaN where one is
  return largest + std::log(std::exp(a - largest) + std::exp(b - largest) + std::exp(c - largest));
}

// `sums` becomes, for each frame and state, the log probability of all ways from the start to there, `emissions` being
// those of the states alone; both are [frames, stride]. Or, backward, of all ways from there to the end: reversed, the
// rules of a path are the same.
void sum_paths(const Sample& sample, const double* emissions, std::int64_t stride, bool backward, double* sums) {
  const std::int64_t frames = sample.frame_count, states = sample.state_count;
  const auto state_at = [&](std::int64_t s) { return backward ? states - 1 - s : s; };
  const auto label = [&](std::int64_t s) { return sample.classes[state_at(s)]; };
  for (std::int64_t t = 0; t < frames; ++t) {
    const std::int64_t row = (backward ? frames - 1 - t : t) * stride;
    const double* before = sums + row + (backward ? stride : -stride);
    for (std::int64_t s = 0; s < states; ++s) {
      double ways = -kInfinity;
      if (t == 0) {
        if (s < 2) ways = 0;
      } else if (s >= 2 && label(s) != label(s - 2)) {
        ways = log_add(before[state_at(s)], before[state_at(s - 1)], before[state_at(s - 2)]);
      } else if (s >= 1) {
        ways = log_add(before[state_at(s)], before[state_at(s - 1)]);
      } else {
        ways = before[state_at(s)];
      }
      sums[row + state_at(s)] = ways + emissions[row + state_at(s)];
    }
  }
}

// The log probability of all paths, from what sum_paths gave forward.
double log_likelihood(const Sample& sample, const double* sums, std::int64_t stride) {
  if (sample.frame_count == 0) return sample.state_count == 1 ? 0 : -kInfinity;
  const double* last = sums + (sample.frame_count - 1) * stride + sample.state_count - 1;
  return sample.state_count == 1 ? last[0] : log_add(last[0], last[-1]);
}

}  // namespace compute

// Of each sample and frame, [N, frames, states]: what sum_paths makes of the emissions, forward.
Tensor ctc_sums(const Tensor& emissions, const Tensor& layout) {
  static constexpr Op op = {.name = "ctc_sums", .compute = [](Inputs inputs, const Attributes&, Output& out) {
                              const Tensor emissions = row_major(*inputs[0]), layout = row_major(*inputs[1]);
                              const Dims& sizes = emissions.impl()->sizes;
                              const std::int64_t size = sizes[1] * sizes[2];
                              const TensorImpl& sums = zero_elements(sizes, float64, out);
                              for (std::int64_t i = 0; i < sizes[0]; ++i) {
                                sum_paths(sample_of(layout, i), elements_of<double>(emissions) + i * size, sizes[2],
                                          false, elements_of<double>(sums) + i * size);
                              }
                            }};
  return apply<op>({&emissions, &layout});
}

// The slopes of the losses: the negative probability of each state in each frame, given that the path is one of the
// sample's.
Tensor ctc_slopes(const Tensor& emissions, const Tensor& sums, const Tensor& layout, bool zero_impossible) {
  // flag: the slope where no path is possible is 0, not NaN.
  static constexpr Op op = {
      .name = "ctc_slope",
      .compute =
          [](Inputs inputs, const Attributes& attributes, Output& out) {
            const Tensor emissions = row_major(*inputs[0]), sums = row_major(*inputs[1]),
                         layout = row_major(*inputs[2]);
            const Dims& sizes = emissions.impl()->sizes;
            const std::int64_t stride = sizes[2], size = sizes[1] * stride;
            const double of_impossible = attributes.flag ? 0 : std::numeric_limits<double>::quiet_NaN();
            const TensorImpl& slopes = zero_elements(sizes, float64, out);
            std::vector<double> backward(static_cast<std::size_t>(size));
            for (std::int64_t i = 0; i < sizes[0]; ++i) {
              const Sample sample = sample_of(layout, i);
              const double* emission = elements_of<double>(emissions) + i * size;
              const double* forward = elements_of<double>(sums) + i * size;
              double* slope = elements_of<double>(slopes) + i * size;
              sum_paths(sample, emission, stride, true, backward.data());
              const double total = log_likelihood(sample, forward, stride);
              for (std::int64_t t = 0; t < sample.frame_count; ++t) {
                for (std::int64_t k = t * stride; k < t * stride + sample.state_count; ++k) {
                  if (total == -kInfinity) {
                    slope[k] = of_impossible;
                  } else if (emission[k] != -kInfinity) {
                    // The emission is in both sums.
                    slope[k] = -std::exp(forward[k] + backward[static_cast<std::size_t>(k)] - emission[k] - total);
                  }
                }
              }
            }
          },
      .gradients = {{[](const Tensor&, const Call&) -> Tensor { fail("ctc_loss can be differentiated only once"); }}}};
  Attributes attributes;
  attributes.flag = zero_impossible;
  return apply<op>({&emissions, &sums, &layout}, attributes);
}

}  // namespace

Tensor ctc_losses(const Tensor& emissions, const Tensor& layout, bool zero_impossible) {
  // flag: as in ctc_slopes.
  static constexpr Op op = {.name = "ctc_loss",
                            .compute =
                                [](Inputs inputs, const Attributes&, Output& out) {
                                  const Tensor sums = row_major(*inputs[1]), layout = row_major(*inputs[2]);
                                  const Dims& sizes = sums.impl()->sizes;
                                  auto* losses = elements_of<double>(out.make(sizes[0], float64));
                                  for (std::int64_t i = 0; i < sizes[0]; ++i) {
                                    const double* forward = elements_of<double>(sums) + i * sizes[1] * sizes[2];
                                    losses[i] = -log_likelihood(sample_of(layout, i), forward, sizes[2]);
                                  }
                                },
                            .gradients = {{[](const Tensor& g, const Call& c) {
                                             const Tensor slopes =
                                                 ctc_slopes(c.input(0), c.input(1), c.input(2), c.attributes().flag);
                                             return reshape(g, {-1, 1, 1}) * slopes;
                                           },
                                           kInput0 | kInput1 | kInput2}}};
  const Tensor sums = ctc_sums(emissions, layout);
  Attributes attributes;
  attributes.flag = zero_impossible;
  return apply<op>({&emissions, &sums, &layout}, attributes);
}

}  // namespace descent
