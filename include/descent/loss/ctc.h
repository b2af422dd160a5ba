#pragma once

#include <cstdint>

#include "descent/loss/loss.h"

namespace DESCENT_EXPORT descent {

struct CTCLossOptions {
  std::int64_t blank = 0;      // the class, of 0 to C - 1, that stands for no label
  bool zero_infinity = false;  // a loss that is infinite is 0, and so is its gradient
  Reduction reduction = Reduction::mean;
};

/// Connectionist temporal classification (Graves et al., 2006): how unlikely a sequence of labels is, whichever way it
/// is spread over the frames.
///
///   l = -log(sum over all paths of product_t exp(log_probs[t, path[t]]))
///
/// where a path has a class for each frame, and is the target once repetitions, and then blanks, are left out.
///
/// `log_probs`: the log probabilities of the classes (log_softmax), [T, N, C], or [T, C] of one sample. `targets`
/// (int64, no blanks): [N, S], padded with anything, or all of them one after another, [sum of target_lengths]; of one
/// sample [S]. `input_lengths` and `target_lengths` (int64): how many frames and labels there are of each sample, [N],
/// of one sample []. An Error names a label or length that is out of bounds, and where it is.
///
/// The mean is that of the losses divided by their target_lengths (at least 1). A target that does not fit into its
/// frames has an infinite loss and, unless zero_infinity, a gradient of NaN. The sums run in float64. The gradient is
/// that of the formula; PyTorch's is larger by exp(log_probs), which log_softmax takes out again: that of the logits
/// is the same. It can be differentiated once.
///
/// Choose it to recognise sequences (speech, handwriting) where nobody has marked which frame is which label, and
/// labels are fewer than frames and in their order.
///
/// Source: Graves, Fernandez, Gomez and Schmidhuber, "Connectionist Temporal Classification", 2006,
/// doi:10.1145/1143844.1143891; PyTorch, torch.nn.CTCLoss.
Tensor ctc_loss(const Tensor& log_probs, const Tensor& targets, const Tensor& input_lengths,
                const Tensor& target_lengths, const CTCLossOptions& options = {});

namespace nn {
using CTCLoss = Loss<ctc_loss, CTCLossOptions>;
}

}  // namespace descent
