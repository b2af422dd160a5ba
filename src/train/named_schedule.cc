#include "descent/train/named_schedule.h"

#include <algorithm>
#include <cmath>

#include "descent/create.h"
#include "descent/optim/sgd.h"
#include "train/named_options.h"

namespace descent::train {

namespace {

using namespace optim::lr_scheduler;
using optim::Optimizer;

struct ScheduleEntry {
  std::string_view name;
  std::unique_ptr<LRScheduler> (*make)(const Wish& wish, Optimizer& optimizer, std::int64_t steps);
};

template <class Schedule, class Options>
std::unique_ptr<LRScheduler> make_schedule(const Wish& wish, Optimizer& optimizer, Options options) {
  set_options("schedule", wish, options_of(options));
  return std::make_unique<Schedule>(optimizer, options);
}

/// `part` of the steps, rounded up.
std::int64_t part_of(std::int64_t steps, double part) {
  return static_cast<std::int64_t>(std::ceil(part * static_cast<double>(steps)));
}

// In the order of the alphabet. "plateau" goes by the loss, and is made elsewhere.
constexpr ScheduleEntry kSchedules[] = {
    {"constant",
     [](const Wish& wish, Optimizer& optimizer, std::int64_t steps) {
       return make_schedule<ConstantLR>(wish, optimizer, ConstantLROptions{.factor = 1, .total_iters = steps});
     }},
    {"cosine",
     [](const Wish& wish, Optimizer& optimizer, std::int64_t steps) {
       return make_schedule<CosineAnnealingLR>(wish, optimizer, CosineAnnealingLROptions{.T_max = steps});
     }},
    {"exponential",
     [](const Wish& wish, Optimizer& optimizer, std::int64_t steps) {
       return make_schedule<ExponentialDecayLR>(
           wish, optimizer, ExponentialDecayLROptions{.transition_steps = steps, .decay_rate = 0.01});
     }},
    {"inverse_square_root",
     [](const Wish& wish, Optimizer& optimizer, std::int64_t steps) {
       return make_schedule<InverseSquareRootLR>(wish, optimizer,
                                                 InverseSquareRootLROptions{.warmup_steps = part_of(steps, 0.1)});
     }},
    {"inverse_time",
     [](const Wish& wish, Optimizer& optimizer, std::int64_t steps) {
       return make_schedule<InverseTimeDecayLR>(
           wish, optimizer, InverseTimeDecayLROptions{.decay_steps = part_of(steps, 0.1), .decay_rate = 1});
     }},
    {"linear",
     [](const Wish& wish, Optimizer& optimizer, std::int64_t steps) {
       return make_schedule<LinearLR>(wish, optimizer,
                                      LinearLROptions{.start_factor = 1, .end_factor = 0, .total_iters = steps});
     }},
    {"one_cycle",
     [](const Wish& wish, Optimizer& optimizer, std::int64_t steps) {
       std::vector<double> rates;
       for (std::size_t group = 0; group < optimizer.group_count(); ++group)
         rates.push_back(optimizer.lr(group).value());
       return make_schedule<OneCycleLR>(
           wish, optimizer,
           OneCycleLROptions{.max_lr = rates, .total_steps = steps, .cycle_momentum = optimizer.momentum() != nullptr});
     }},
    {"plateau", nullptr},
    {"polynomial",
     [](const Wish& wish, Optimizer& optimizer, std::int64_t steps) {
       return make_schedule<PolynomialLR>(wish, optimizer, PolynomialLROptions{.total_iters = steps, .power = 2});
     }},
    {"step",
     [](const Wish& wish, Optimizer& optimizer, std::int64_t steps) {
       return make_schedule<StepLR>(wish, optimizer, StepLROptions{.step_size = part_of(steps, 1.0 / 3)});
     }},
    {"warm_restarts",
     [](const Wish& wish, Optimizer& optimizer, std::int64_t steps) {
       return make_schedule<CosineAnnealingWarmRestarts>(
           wish, optimizer, CosineAnnealingWarmRestartsOptions{.T_0 = part_of(steps, 1.0 / 7), .T_mult = 2});
     }},
    {"warmup_cosine",
     [](const Wish& wish, Optimizer& optimizer, std::int64_t steps) {
       return make_schedule<WarmupCosineLR>(wish, optimizer,
                                            WarmupCosineLROptions{.total_steps = steps, .warmup_steps = steps / 10});
     }},
    {"warmup_stable_decay",
     [](const Wish& wish, Optimizer& optimizer, std::int64_t steps) {
       return make_schedule<WarmupStableDecayLR>(
           wish, optimizer,
           WarmupStableDecayLROptions{
               .total_steps = steps, .warmup_steps = steps / 10, .decay_steps = part_of(steps, 0.2)});
     }},
};

}  // namespace

NamedSchedule::NamedSchedule(std::string_view text, Optimizer& optimizer, std::int64_t steps) : steps_(steps) {
  const Wish wish = parse_wish("schedule", text);
  const ScheduleEntry& entry = find_by_name("schedule", wish.name, std::span<const ScheduleEntry>(kSchedules));
  if (entry.make) {
    by_step_ = entry.make(wish, optimizer, steps);
  } else {
    ReduceLROnPlateauOptions options;
    set_options("schedule", wish, options_of(options));
    by_loss_ = std::make_unique<ReduceLROnPlateau>(optimizer, options);
  }
}

void NamedSchedule::advance(double progress) {
  if (!by_step_) return;
  const std::int64_t now = std::min(steps_ - 1, static_cast<std::int64_t>(progress * static_cast<double>(steps_)));
  while (by_step_->last_epoch() < now) by_step_->step();
}

void NamedSchedule::end_epoch(double loss) {
  if (by_loss_) by_loss_->step(loss);
}

StateDict NamedSchedule::state_dict() const { return by_step_ ? by_step_->state_dict() : by_loss_->state_dict(); }

void NamedSchedule::load_state_dict(const StateDict& state) {
  if (by_step_)
    by_step_->load_state_dict(state);
  else
    by_loss_->load_state_dict(state);
}

void check_schedule(std::string_view wish) {
  optim::SGD optimizer({zeros(1)}, {.momentum = 0.9});
  NamedSchedule(wish, optimizer, 1000);
}

std::vector<std::string_view> schedule_names() {
  std::vector<std::string_view> names;
  for (const ScheduleEntry& entry : kSchedules) names.push_back(entry.name);
  return names;
}

}  // namespace descent::train
