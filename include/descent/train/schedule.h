#pragma once

namespace descent::train {

/// What to multiply the learning rate with when a training is `progress`, of [0, 1], through: a straight rise from 0 to
/// 1 over the first `warmup`, then half a cosine from 1 to 0 (Loshchilov and Hutter, arXiv:1608.03983).
double warmup_cosine(double progress, double warmup = 0.1);

}  // namespace descent::train
