#include "descent/optim/lr_scheduler/reduce_lr_on_plateau.h"

#include <algorithm>

#include "descent/create.h"

namespace descent::optim::lr_scheduler {
namespace {

constexpr const char* kName = "ReduceLROnPlateau";

std::vector<double> lrs_of(Optimizer& optimizer) {
  std::vector<double> lrs;
  for (std::size_t group = 0; group < optimizer.group_count(); ++group) lrs.push_back(optimizer.lr(group).value());
  return lrs;
}

}  // namespace

ReduceLROnPlateau::ReduceLROnPlateau(Optimizer& optimizer, const ReduceLROnPlateauOptions& options)
    : optimizer_(&optimizer),
      options_(options),
      best_(options.mode == PlateauMode::min ? std::numeric_limits<double>::infinity()
                                             : -std::numeric_limits<double>::infinity()),
      last_lr_(lrs_of(optimizer)) {
  const Bounds bounds(kName);
  bounds.within("factor", options.factor, 0, 1);
  bounds.at_least("patience", options.patience, 0);
  bounds.at_least("threshold", options.threshold, 0);
  bounds.at_least("cooldown", options.cooldown, 0);
  options.min_lr.check(kName, "min_lr", optimizer.group_count());
  bounds.at_least("eps", options.eps, 0);
}

void ReduceLROnPlateau::step(double metric) {
  ++last_epoch_;
  if (is_better(metric)) {
    best_ = metric;
    num_bad_epochs_ = 0;
  } else {
    ++num_bad_epochs_;
  }
  if (cooldown_counter_ > 0) {
    --cooldown_counter_;
    num_bad_epochs_ = 0;
  }
  if (num_bad_epochs_ > options_.patience) {
    reduce_lr();
    cooldown_counter_ = options_.cooldown;
    num_bad_epochs_ = 0;
  }
  last_lr_ = lrs_of(*optimizer_);
}

bool ReduceLROnPlateau::is_better(double metric) const {
  const bool relative = options_.threshold_mode == ThresholdMode::rel;
  if (options_.mode == PlateauMode::min) {
    return metric < (relative ? best_ * (1.0 - options_.threshold) : best_ - options_.threshold);
  }
  return metric > (relative ? best_ * (1.0 + options_.threshold) : best_ + options_.threshold);
}

void ReduceLROnPlateau::reduce_lr() {
  for (std::size_t group = 0; group < last_lr_.size(); ++group) {
    Scalar& lr = optimizer_->lr(group);
    const double reduced = std::max(lr.value() * options_.factor, options_.min_lr[group]);
    if (lr.value() - reduced > options_.eps) lr = reduced;
  }
}

StateDict ReduceLROnPlateau::state_dict() const {
  return {{"last_epoch", full({}, last_epoch_)},
          {"best", full({}, best_, {.dtype = float64})},
          {"num_bad_epochs", full({}, num_bad_epochs_)},
          {"cooldown_counter", full({}, cooldown_counter_)},
          {"last_lr", tensor(last_lr_)}};
}

void ReduceLROnPlateau::load_state_dict(const StateDict& state) {
  const StateDict own = state_dict();
  copy_state(concat(kName, ": load_state_dict"), {own.begin(), own.end()}, state);
  last_epoch_ = own.at("last_epoch").item<std::int64_t>();
  best_ = own.at("best").item();
  num_bad_epochs_ = own.at("num_bad_epochs").item<std::int64_t>();
  cooldown_counter_ = own.at("cooldown_counter").item<std::int64_t>();
  last_lr_ = own.at("last_lr").to_vector<double>();
}

}  // namespace descent::optim::lr_scheduler
