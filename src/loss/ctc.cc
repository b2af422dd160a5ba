#include "descent/loss/ctc.h"

#include "descent/create.h"
#include "descent/ops.h"
#include "loss/reduce.h"
#include "ops/check.h"
#include "ops/ctc.h"

namespace descent {
namespace {

void check_lengths(const char* role, const Tensor& lengths, std::int64_t sample_count, std::int64_t most) {
  if (!(lengths.sizes() == Dims(sample_count)) || lengths.dtype() != int64) {
    fail("ctc_loss: wants ", role, "s of shape [", sample_count, "] of int64, not ", lengths.sizes(), " of ",
         lengths.dtype());
  }
  check(lengths, lengths >= 0 && lengths <= most, {"ctc_loss", role, "is out of bounds; wanted 0 to %", most});
}

// The labels of the samples, [N, most of a sample], `blank` after the last of each.
Tensor labels_of(const Tensor& targets, const Tensor& target_lengths, std::int64_t class_count, std::int64_t blank) {
  const std::int64_t sample_count = target_lengths.size(0);
  if (targets.dtype() != int64) fail("ctc_loss: wants targets of int64, not ", targets.dtype());
  const auto check_labels = [&](const Tensor& labels, const Tensor& counts) {
    check(labels, (labels >= 0 && labels < class_count && labels != blank) || logical_not(counts),
          {"ctc_loss", "target", "is no label; wanted 0 to %, but not the blank, %", {class_count - 1, blank}});
  };
  const auto padded = [&](const Tensor& labels, const Tensor& counts) { return where(counts, labels, blank); };
  const Tensor lengths = target_lengths.unsqueeze(1);
  if (targets.dim() == 2 && targets.size(0) == sample_count) {
    const Tensor counts = arange(targets.size(1)) < lengths;
    check_labels(targets, counts);
    return padded(targets, counts);
  }
  if (targets.dim() != 1 || targets.numel() != sum(target_lengths).item<std::int64_t>()) {
    fail("ctc_loss: wants targets of shape [", sample_count, ", S], or [", sum(target_lengths).item<std::int64_t>(),
         "], the sum of target_lengths, not ", targets.sizes());
  }
  check_labels(targets, ones(targets.sizes(), {.dtype = boolean}));
  if (targets.numel() == 0) return zeros({sample_count, 0}, {.dtype = int64});
  const Tensor place = arange(max(target_lengths).item<std::int64_t>()), counts = place < lengths;
  const Tensor first = (cumsum(target_lengths, 0) - target_lengths).unsqueeze(1);
  const Tensor at = where(counts, first + place, 0);
  return padded(index_select(targets, 0, at.flatten()).reshape(at.sizes()), counts);
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

  const Tensor labels = labels_of(targets, target_lengths, class_count, blank);
  // The states of each sample: blank, first label, blank, ..., last label, blank.
  const Tensor between = full_like(labels, blank);
  const Tensor classes = cat({stack({between, labels}, 2).flatten(1), full({sample_count, 1}, blank)}, 1);
  const Tensor layout = cat({input_lengths.unsqueeze(1), (2 * target_lengths + 1).unsqueeze(1), classes}, 1);
  const Dims shape = {sample_count, frame_count, classes.size(1)};
  const Tensor emissions = gather(log_probs.transpose(0, 1), 2, classes.unsqueeze(1).expand(shape));
  Tensor losses = ctc_losses(emissions.to(float64), layout, options.zero_infinity);
  if (options.zero_infinity) losses = masked_fill(losses, isinf(losses), 0);
  if (options.reduction == Reduction::mean) losses = losses / clamp_min(target_lengths, 1);
  return reduce(losses, options.reduction).to(log_probs.dtype());
} catch (const Error& error) {
  fail_as("ctc_loss", error);
}

}  // namespace descent
