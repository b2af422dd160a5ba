#include "descent/data/epoch_place.h"

#include "descent/create.h"

namespace descent::data {

std::shared_ptr<EpochPlace::Progress> EpochPlace::begin(const Generator& generator) {
  auto progress = std::make_shared<Progress>(Progress{.position = std::exchange(resume_at_, 0)});
  over_ = epoch();
  at_begin_ = generator.state();
  latest_ = progress;
  return progress;
}

StateDict EpochPlace::state_dict(const Generator& generator) const {
  Generator at_begin = generator;
  if (is_under_way()) at_begin.set_state(at_begin_);
  StateDict state = {{"epoch", full({}, epoch())}, {"position", full({}, position())}};
  insert_under("generator.", at_begin.state_dict(), state);
  return state;
}

void EpochPlace::load_state_dict(const std::string& what, const StateDict& state, std::int64_t batches,
                                 Generator& generator) {
  const StateDict found = EpochPlace().state_dict(Generator());
  copy_state(what, {found.begin(), found.end()}, state);
  const auto epoch = found.at("epoch").item<std::int64_t>(), position = found.at("position").item<std::int64_t>();
  if (epoch < 0) fail(what, ": epoch is ", epoch);
  if (position < 0 || position > batches)
    fail(what, ": position is ", position, " in an epoch of ", batches, " batches");
  generator.load_state_dict(under("generator.", found));
  over_ = epoch;
  latest_ = nullptr;
  resume_at_ = position;
}

}  // namespace descent::data
