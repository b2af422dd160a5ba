#include "descent/loss/ctc.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <vector>

#include "descent/autograd.h"
#include "descent/create.h"
#include "descent/ops.h"
#include "loss/checks.h"
#include "loss/reduce.h"

namespace descent {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::int64_t kNoLabel = std::numeric_limits<std::int64_t>::min();

// A path of a sample is, in each frame, in one of the states blank, first label, blank, ..., last label, blank. It
// begins in one of the first two, ends in one of the last two, and from one frame to the next stays, goes on by one,
// or, over a blank between labels that differ, by two.
struct Sample {
  std::int64_t frame_count;
  std::vector<std::int64_t> states;  // the class of each
  std::int64_t state_count() const { return static_cast<std::int64_t>(states.size()); }
};

double log_add(double a, double b, double c) {
  const double largest = std::max({a, b, c});
  if (largest == -kInfinity) return -kInfinity;  // not inf - inf
  return largest + std::log(std::exp(a - largest) + std::exp(b - largest) + std::exp(c - largest));
}

// For each frame and state the log probability of all ways from the start to there, `emissions` [frames, stride] being
// the log probabilities of the states. Or, backward, of all ways from there to the end, frames and states counted from
// the end: reversed, the rules of a path are the same.
std::vector<double> sum_paths(const Sample& sample, const double* emissions, std::int64_t stride, bool backward) {
  const std::int64_t frames = sample.frame_count, states = sample.state_count();
  const auto emission = [&](std::int64_t t, std::int64_t s) {
    return backward ? emissions[(frames - 1 - t) * stride + states - 1 - s] : emissions[t * stride + s];
  };
  const auto label = [&](std::int64_t s) {
    return sample.states[static_cast<std::size_t>(backward ? states - 1 - s : s)];
  };
  std::vector<double> sums(static_cast<std::size_t>(frames * states), -kInfinity);
  for (std::int64_t t = 0; t < frames; ++t) {
    double* now = sums.data() + t * states;
    const double* before = now - states;
    for (std::int64_t s = 0; s < states; ++s) {
      double ways = s < 2 ? 0 : -kInfinity;
      if (t > 0) {
        ways = log_add(before[s], s >= 1 ? before[s - 1] : -kInfinity,
                       s >= 2 && label(s) != label(s - 2) ? before[s - 2] : -kInfinity);
      }
      now[s] = ways + emission(t, s);
    }
  }
  return sums;
}

// The log probability of all paths, from what sum_paths gave forward.
double log_likelihood(const Sample& sample, const std::vector<double>& sums) {
  if (sample.frame_count == 0) return sample.state_count() == 1 ? 0 : -kInfinity;
  return log_add(sums.back(), sample.state_count() > 1 ? sums[sums.size() - 2] : -kInfinity, -kInfinity);
}

using Samples = std::shared_ptr<const std::vector<Sample>>;

Tensor log_likelihoods(const std::vector<Sample>& samples, const Tensor& emissions) {
  const std::int64_t stride = emissions.size(2), size = emissions.size(1) * stride;
  const Tensor result = empty(emissions.size(0), {.dtype = float64});
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double* from = emissions.data<double>() + static_cast<std::int64_t>(i) * size;
    result.data<double>()[i] = log_likelihood(samples[i], sum_paths(samples[i], from, stride, false));
  }
  return result;
}

// The probability of each state in each frame, given that the path is one of the target's: the gradient of
// log_likelihoods. `of_impossible` where no path is possible.
Tensor posteriors(const std::vector<Sample>& samples, const Tensor& emissions, double of_impossible) {
  const std::int64_t stride = emissions.size(2), size = emissions.size(1) * stride;
  const Tensor result = zeros_like(emissions);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const Sample& sample = samples[i];
    const double* from = emissions.data<double>() + static_cast<std::int64_t>(i) * size;
    double* to = result.data<double>() + static_cast<std::int64_t>(i) * size;
    const std::vector<double> forward = sum_paths(sample, from, stride, false);
    const std::vector<double> backward = sum_paths(sample, from, stride, true);
    const double total = log_likelihood(sample, forward);
    for (std::size_t k = 0; k < forward.size(); ++k) {
      const auto t = static_cast<std::int64_t>(k) / sample.state_count();
      const auto s = static_cast<std::int64_t>(k) % sample.state_count();
      const double emission = from[t * stride + s];  // is in both sums
      double& posterior = to[t * stride + s];
      if (total == -kInfinity) {
        posterior = of_impossible;
      } else if (emission != -kInfinity) {
        posterior = std::exp(forward[k] + backward[backward.size() - 1 - k] - emission - total);
      }
    }
  }
  return result;
}

// The loss of each sample, from the log probabilities of its states, [N, T, states] in float64.
Tensor losses_of(const Tensor& emissions, const Samples& samples, bool zero_infinity) {
  const auto slope = custom_function(
      "ctc_loss's gradient",
      [=](Context&, const std::vector<Tensor>& in) {
        return -posteriors(*samples, in[0], zero_infinity ? 0 : std::numeric_limits<double>::quiet_NaN());
      },
      [](const Context&, const Tensor&) -> std::vector<Tensor> { fail("ctc_loss can be differentiated only once"); });
  const auto losses = custom_function(
      "ctc_loss",
      [=](Context& context, const std::vector<Tensor>& in) {
        context.save({in[0]});
        return -log_likelihoods(*samples, in[0]);
      },
      [=](const Context& context, const Tensor& gradient) -> std::vector<Tensor> {
        return {gradient.reshape({-1, 1, 1}) * slope({context.saved()[0]})};
      });
  return losses({emissions});
}

void check_lengths(const char* role, const Tensor& lengths, std::int64_t sample_count, std::int64_t most) {
  if (!(lengths.sizes() == Dims(sample_count)) || lengths.dtype() != int64) {
    fail("ctc_loss: wants ", role, "s of shape [", sample_count, "] of int64, not ", lengths.sizes(), " of ",
         lengths.dtype());
  }
  const auto allowed = [=](auto length) { return length >= 0 && length <= most; };
  check_elements("ctc_loss", role, lengths, allowed, "is out of bounds; wanted 0 to ", most);
}

// The labels of the samples, one after another.
std::vector<std::int64_t> labels_of(const Tensor& targets, const Tensor& target_lengths, std::int64_t class_count,
                                    std::int64_t blank) {
  const std::int64_t sample_count = target_lengths.size(0);
  if (targets.dtype() != int64) fail("ctc_loss: wants targets of int64, not ", targets.dtype());
  const bool padded = targets.dim() == 2;
  Tensor labels = targets;
  if (padded && targets.size(0) == sample_count) {
    labels = where(arange(targets.size(1)) < target_lengths.unsqueeze(1), targets, kNoLabel);
  } else if (targets.dim() != 1 || targets.numel() != sum(target_lengths).item<std::int64_t>()) {
    fail("ctc_loss: wants targets of shape [", sample_count, ", S], or [", sum(target_lengths).item<std::int64_t>(),
         "], the sum of target_lengths, not ", targets.sizes());
  }
  const auto allowed = [=](auto label) {
    return (label >= 0 && label < class_count && label != blank) || (padded && label == kNoLabel);
  };
  check_elements("ctc_loss", "target", labels, allowed, "is no label; wanted 0 to ", class_count - 1,
                 ", but not the blank, ", blank);
  std::vector<std::int64_t> values = labels.to_vector<std::int64_t>();
  std::erase(values, kNoLabel);
  return values;
}

std::vector<Sample> samples_of(const std::vector<std::int64_t>& labels, const Tensor& input_lengths,
                               const Tensor& target_lengths, std::int64_t blank) {
  std::vector<Sample> samples;
  auto label = labels.begin();
  const auto label_counts = target_lengths.to_vector<std::int64_t>();
  for (const std::int64_t frame_count : input_lengths.to_vector<std::int64_t>()) {
    Sample& sample = samples.emplace_back(Sample{frame_count, {blank}});
    for (std::int64_t i = 0; i < label_counts[samples.size() - 1]; ++i) {
      sample.states.push_back(*label++);
      sample.states.push_back(blank);
    }
  }
  return samples;
}

// The classes of the states, [N, 1, states], with blanks after the last of a sample.
Tensor classes_of(const std::vector<Sample>& samples, std::int64_t blank) {
  std::size_t most = 0;
  for (const Sample& sample : samples) most = std::max(most, sample.states.size());
  std::vector<std::int64_t> classes;
  for (const Sample& sample : samples) {
    classes.insert(classes.end(), sample.states.begin(), sample.states.end());
    classes.insert(classes.end(), most - sample.states.size(), blank);
  }
  return tensor(classes).reshape({static_cast<std::int64_t>(samples.size()), 1, static_cast<std::int64_t>(most)});
}

}  // namespace

Tensor ctc_loss(const Tensor& log_probs, const Tensor& targets, const Tensor& input_lengths,
                const Tensor& target_lengths, const CTCLossOptions& options) {
  if (log_probs.dim() == 2 && targets.dim() == 1 && input_lengths.dim() == 0 && target_lengths.dim() == 0) {
    const Tensor loss = ctc_loss(log_probs.unsqueeze(1), targets.unsqueeze(0), input_lengths.unsqueeze(0),
                                 target_lengths.unsqueeze(0), options);
    return loss.reshape({});
  }
  if (log_probs.dim() != 3 || !is_floating_point(log_probs.dtype())) {
    fail("ctc_loss: wants log_probs of shape [T, N, C], or [T, C] with targets [S] and lengths [], not ",
         log_probs.sizes(), " of ", log_probs.dtype());
  }
  const std::int64_t frame_count = log_probs.size(0), sample_count = log_probs.size(1), class_count = log_probs.size(2);
  const std::int64_t blank = options.blank;
  if (blank < 0 || blank >= class_count) {
    fail("ctc_loss: blank = ", blank, " must be a class, 0 to ", class_count - 1);
  }
  check_lengths("input length", input_lengths, sample_count, frame_count);
  check_lengths("target length", target_lengths, sample_count, targets.dim() == 2 ? targets.size(1) : targets.numel());

  const auto samples = std::make_shared<const std::vector<Sample>>(
      samples_of(labels_of(targets, target_lengths, class_count, blank), input_lengths, target_lengths, blank));
  const Tensor classes = classes_of(*samples, blank);
  const Tensor emissions =
      gather(log_probs.transpose(0, 1), 2, classes.expand({sample_count, frame_count, classes.size(2)}));
  Tensor losses = losses_of(emissions.to(float64).contiguous(), samples, options.zero_infinity);
  if (options.zero_infinity) losses = masked_fill(losses, isinf(losses), 0);
  if (options.reduction == Reduction::mean) losses = losses / clamp_min(target_lengths, 1);
  return reduce(losses, options.reduction).to(log_probs.dtype());
}

}  // namespace descent
