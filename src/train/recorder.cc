#include "descent/train/recorder.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <utility>

#include "descent/create.h"
#include "descent/grad_mode.h"
#include "descent/ops.h"

namespace descent::train {

namespace {

constexpr std::int64_t kRecordMembers = 1 + static_cast<std::int64_t>(std::size(kEpochNumbers));  // with the step

/// NaN if there is no gradient.
double norm_of_gradients(const std::vector<Tensor>& parameters) {
  const NoGrad no_grad;
  double squares = 0;
  bool is_known = false;
  for (const Tensor& parameter : parameters) {
    const Tensor gradient = parameter.grad();
    if (!gradient.defined()) continue;
    squares += sum(square(gradient.to(float64))).item();
    is_known = true;
  }
  return is_known ? std::sqrt(squares) : EpochRecord::kUnknown;
}

}  // namespace

void Recorder::step(double loss) {
  history_.loss.add(loss);
  if (optimizer_) history_.lr.add(optimizer_->lr().value());
  sum_ += loss;
  ++steps_;
}

double Recorder::seconds() const {
  return seconds_before_ + std::chrono::duration<double>(Clock::now() - start_).count();
}

void Recorder::epoch(const EpochValues& values) {
  EpochRecord record{.epoch = static_cast<std::int64_t>(history_.epochs.size()) + 1,
                     .step = history_.loss.steps(),
                     .loss = values.loss,
                     .held_out_loss = values.held_out_loss,
                     .seconds = seconds(),
                     .metrics = values.metrics};
  if (std::isnan(record.loss) && steps_ > 0) record.loss = sum_ / static_cast<double>(steps_);
  if (optimizer_) {
    record.lr = optimizer_->lr().value();
    record.gradient_norm = norm_of_gradients(optimizer_->parameters());
  }
  history_.epochs.push_back(std::move(record));
  sum_ = 0;
  steps_ = 0;
}

void Recorder::weights(const StateDict& tensors) {
  history_.weights.add(static_cast<std::int64_t>(history_.epochs.size()), tensors);
}

StateDict Recorder::state_dict() const {
  std::vector<double> records;
  for (const EpochRecord& epoch : history_.epochs) {
    records.push_back(static_cast<double>(epoch.step));
    for (const auto& [name, number] : kEpochNumbers) records.push_back(epoch.*number);
  }
  StateDict state = {{"epochs", tensor(records, {.dtype = float64})
                                    .reshape({static_cast<std::int64_t>(history_.epochs.size()), kRecordMembers})},
                     {"sum", full({}, sum_, {.dtype = float64})},
                     {"steps", full({}, steps_)},
                     {"seconds", full({}, seconds(), {.dtype = float64})}};
  for (const std::string& name : history_.metric_names()) {
    std::vector<double> values;
    for (const EpochRecord& epoch : history_.epochs) values.push_back(epoch.metric(name));
    state.emplace("metrics." + name, tensor(values, {.dtype = float64}));
  }
  insert_under("loss.", history_.loss.state_dict(), state);
  insert_under("lr.", history_.lr.state_dict(), state);
  insert_under("weights.", history_.weights.state_dict(), state);
  return state;
}

void Recorder::load_state_dict(const StateDict& state) {
  const std::string what = "Recorder: load_state_dict";
  History history;
  history.loss.load_state_dict(under("loss.", state));
  history.lr.load_state_dict(under("lr.", state));
  history.weights.load_state_dict(under("weights.", state));
  const StateDict metrics = under("metrics.", state);
  StateDict rest = state;
  std::erase_if(rest, [](const auto& entry) {
    return std::ranges::any_of(std::array{"loss.", "lr.", "metrics.", "weights."},
                               [&](const char* part) { return entry.first.starts_with(part); });
  });
  const auto found = state.find("epochs");
  const std::int64_t count = found != state.end() && found->second.dim() == 2 ? found->second.size(0) : 0;
  const Tensor epochs = zeros({count, kRecordMembers}, {.dtype = float64}), steps = full({}, std::int64_t{0});
  const Tensor sum = full({}, 0.0, {.dtype = float64}), seconds = full({}, 0.0, {.dtype = float64});
  copy_state(what, {{"epochs", epochs}, {"sum", sum}, {"steps", steps}, {"seconds", seconds}}, rest);

  const std::vector<double> records = epochs.to_vector<double>();
  for (std::size_t i = 0; i < records.size(); i += kRecordMembers) {
    if (!(records[i] >= 0 && records[i] < 0x1p53)) fail(what, ": epochs has ", records[i], " for a number of steps");
    EpochRecord record{.epoch = static_cast<std::int64_t>(history.epochs.size()) + 1,
                       .step = static_cast<std::int64_t>(records[i])};
    std::size_t next = i;
    for (const auto& [name, number] : kEpochNumbers) record.*number = records[++next];
    history.epochs.push_back(std::move(record));
  }
  for (const auto& [name, tensor] : metrics) {
    if (tensor.dim() != 1 || tensor.size(0) != count)
      fail(what, ": metrics.", name, " has shape ", tensor.sizes(), ", wanted ", Dims{count});
    const std::vector<double> values = tensor.to(float64).to_vector<double>();
    for (std::size_t i = 0; i < values.size(); ++i)
      if (!std::isnan(values[i])) history.epochs[i].metrics.emplace_back(name, values[i]);
  }
  history_ = std::move(history);
  sum_ = sum.item();
  steps_ = steps.item<std::int64_t>();
  seconds_before_ = seconds.item();
  start_ = Clock::now();
}

}  // namespace descent::train
