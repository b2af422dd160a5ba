// The sums over paths that the loss of connectionist temporal classification is made of (loss/ctc.h).
#pragma once

#include "descent/tensor.h"

namespace descent {

/// The loss of each sample of a batch, float64 [N]: minus the log probability of all of its paths. A path is, in each
/// frame, in one of the sample's states: blank, first label, blank, ..., last label, blank. It begins in one of the
/// first two, ends in one of the last two, and from one frame to the next stays, goes on by one, or, over a blank
/// between labels that differ, by two.
///
/// emissions: the log probability of each state in each frame, float64 [N, frames, states]. layout: of each sample, its
/// number of frames, its number of states and the class of each state, int64 [N, 2 + states]. The slope of a sample
/// without a possible path is 0 if `zero_impossible`, NaN otherwise. Differentiable once.
Tensor ctc_losses(const Tensor& emissions, const Tensor& layout, bool zero_impossible);

}  // namespace descent
