// WarmupCosineLR as a function, for the schedules that are made of several.
#pragma once

#include "descent/optim/lr_scheduler/warmup_cosine_lr.h"

namespace descent::optim::lr_scheduler {

void check_warmup_cosine(const char* scheduler, const WarmupCosineLROptions& options);

/// What the learning rate is multiplied with at `step`.
double warmup_cosine_factor(const WarmupCosineLROptions& options, std::int64_t step);

}  // namespace descent::optim::lr_scheduler
