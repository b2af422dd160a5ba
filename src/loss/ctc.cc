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

double log_add(double a, double b, double c = -kInfinity) {
  const double largest = std::max({a, b, c});
  if (largest == -kInfinity) return a + b + c;  // not inf - inf, but NaN where one is
  return largest + std::log(std::exp(a - largest) + std::exp(b - largest) + std::exp(c - largest));
}

// `sums` becomes, for each frame and state, the log probability of all ways from the start to there, `emissions` being
// those of the states alone; both are [frames, stride]. Or, backward, of all ways from there to the end: reversed, the
// rules of a path are the same.
void sum_paths(const Sample& sample, const double* emissions, std::int64_t stride, bool backward, double* sums) {
  const std::int64_t frames = sample.frame_count, states = sample.state_count();
  const auto state_at = [&](std::int64_t s) { return backward ? states - 1 - s : s; };
  const auto label = [&](std::int64_t s) { return sample.states[static_cast<std::size_t>(state_at(s))]; };
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
  if (sample.frame_count == 0) return sample.state_count() == 1 ? 0 : -kInfinity;
  const double* last = sums + (sample.frame_count - 1) * stride + sample.state_count() - 1;
  return sample.state_count() == 1 ? last[0] : log_add(last[0], last[-1]);
}

// The log probabilities of a batch's states, [N, T, states] in float64, and what sum_paths makes of them.
struct Batch {
  std::vector<Sample> samples;
  double of_impossible;  // the slope where no path is possible

  // Gives the losses, [N], and fills `sums`.
  Tensor losses(const Tensor& emissions, const Tensor& sums) const {
    const std::int64_t stride = emissions.size(2), size = emissions.size(1) * stride;
    const Tensor result = empty(emissions.size(0), {.dtype = float64});
    for (std::size_t i = 0; i < samples.size(); ++i) {
      const std::int64_t offset = static_cast<std::int64_t>(i) * size;
      double* forward = sums.data<double>() + offset;
      sum_paths(samples[i], emissions.data<double>() + offset, stride, false, forward);
      result.data<double>()[i] = -log_likelihood(samples[i], forward, stride);
    }
    return result;
  }

  // The slopes of the losses: the negative probability of each state in each frame, given that the path is one of the
  // target's.
  Tensor slopes(const Tensor& emissions, const Tensor& sums) const {
    const std::int64_t stride = emissions.size(2), size = emissions.size(1) * stride;
    const Tensor result = zeros_like(emissions);
    std::vector<double> backward(static_cast<std::size_t>(size));
    for (std::size_t i = 0; i < samples.size(); ++i) {
      const std::int64_t offset = static_cast<std::int64_t>(i) * size;
      const double* emission = emissions.data<double>() + offset;
      const double* forward = sums.data<double>() + offset;
      double* slope = result.data<double>() + offset;
      sum_paths(samples[i], emission, stride, true, backward.data());
      const double total = log_likelihood(samples[i], forward, stride);
      for (std::int64_t t = 0; t < samples[i].frame_count; ++t) {
        for (std::int64_t k = t * stride; k < t * stride + samples[i].state_count(); ++k) {
          if (total == -kInfinity) {
            slope[k] = of_impossible;
          } else if (emission[k] != -kInfinity) {
            // The emission is in both sums.
            slope[k] = -std::exp(forward[k] + backward[static_cast<std::size_t>(k)] - emission[k] - total);
          }
        }
      }
    }
    return result;
  }
};

// The loss of each sample, from the log probabilities of its states.
Tensor losses_of(const Tensor& emissions, const std::shared_ptr<const Batch>& batch) {
  const auto slopes = custom_function(
      "ctc_loss's slope", [batch](Context&, const std::vector<Tensor>& in) { return batch->slopes(in[0], in[1]); },
      [](const Context&, const Tensor&) -> std::vector<Tensor> { fail("ctc_loss can be differentiated only once"); });
  const auto losses = custom_function(
      "ctc_loss",
      [batch](Context& context, const std::vector<Tensor>& in) {
        const Tensor sums = empty_like(in[0]);
        context.save({in[0], sums});
        return batch->losses(in[0], sums);
      },
      [slopes](const Context& context, const Tensor& gradient) -> std::vector<Tensor> {
        return {gradient.reshape({-1, 1, 1}) * slopes(context.saved())};
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
                const Tensor& target_lengths, const CTCLossOptions& options) try {
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

  const std::vector<std::int64_t> labels = labels_of(targets, target_lengths, class_count, blank);
  const auto batch =
      std::make_shared<const Batch>(Batch{samples_of(labels, input_lengths, target_lengths, blank),
                                          options.zero_infinity ? 0 : std::numeric_limits<double>::quiet_NaN()});
  const Tensor classes = classes_of(batch->samples, blank);
  const Dims shape = {sample_count, frame_count, classes.size(2)};
  const Tensor emissions = gather(log_probs.transpose(0, 1), 2, classes.expand(shape));
  Tensor losses = losses_of(emissions.to(float64).contiguous(), batch);
  if (options.zero_infinity) losses = masked_fill(losses, isinf(losses), 0);
  if (options.reduction == Reduction::mean) losses = losses / clamp_min(target_lengths, 1);
  return reduce(losses, options.reduction).to(log_probs.dtype());
} catch (const Error& error) {
  fail_as("ctc_loss", error);
}

}  // namespace descent
