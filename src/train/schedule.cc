#include "descent/train/schedule.h"

#include <cmath>
#include <numbers>

namespace descent::train {

double warmup_cosine(double progress, double warmup) {
  if (progress < warmup) return progress / warmup;
  return 0.5 * (1 + std::cos(std::numbers::pi * (progress - warmup) / (1 - warmup)));
}

}  // namespace descent::train
