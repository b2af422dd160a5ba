#include "train/training_rule.h"

#include <cmath>

#include "descent/create.h"
#include "descent/generator.h"

namespace descent::train {

TrainingRule::TrainingRule(const TabularModel& model, std::int64_t schedule_steps)
    : model_(model), schedule_steps_(schedule_steps), made_(make(0)) {}

/// Biases and what encodes numbers are not pulled to 0, and the linear part a tenth as strongly as the rest.
TrainingRule::Made TrainingRule::make(std::size_t times_halved) const {
  const TrainingRecord& record = model_.training;
  DecayGroup free, wide{.weight_decay = record.weight_decay / 10}, deep{.weight_decay = record.weight_decay};
  for (const auto& [name, parameter] : model_.network.named_parameters()) {
    // Has a rule of its own, TextRule.
    if (name == "texts") continue;
    const bool is_free = parameter.dim() == 1 || name.starts_with("encoding");
    (is_free ? free : name.starts_with("wide") ? wide : deep).parameters.push_back(parameter);
  }
  Made made;
  made.optimizer =
      make_optimizer(record.optimizer, std::ldexp(record.lr, -static_cast<int>(times_halved)), {free, wide, deep});
  made.schedule = std::make_unique<NamedSchedule>(record.schedule, *made.optimizer, schedule_steps_);
  return made;
}

void TrainingRule::back_off(std::int64_t epoch) {
  made_ = make(halved_in_.size() + 1);
  halved_in_.push_back(epoch);
}

StateDict TrainingRule::state_dict() const {
  StateDict state = {{"halved_in", tensor(halved_in_)}};
  insert_under("optimizer.", made_.optimizer->state_dict(), state);
  insert_under("schedule.", made_.schedule->state_dict(), state);
  return state;
}

void TrainingRule::load_state_dict(const StateDict& state) {
  const auto halved = state.find("halved_in");
  if (halved == state.end() || halved->second.dim() != 1 || halved->second.dtype() != int64)
    fail("halved_in is no list of epochs");
  std::vector<std::int64_t> halved_in = halved->second.to_vector<std::int64_t>();
  // What an optimizer draws when it is made is none of the training's random numbers.
  Generator apart(0);
  const WithGenerator with_generator(apart);
  Made made = make(halved_in.size());
  made.optimizer->load_state_dict(under("optimizer.", state));
  made.schedule->load_state_dict(under("schedule.", state));
  made_ = std::move(made);
  halved_in_ = std::move(halved_in);
}

}  // namespace descent::train
