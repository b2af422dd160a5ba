#include "descent/optim/average/weight_average.h"

#include "core/host.h"
#include "descent/create.h"

namespace descent::optim {
namespace {

void copy_all(const std::vector<Tensor>& to, const std::vector<Tensor>& from) {
  const NoGrad no_grad;
  for (std::size_t i = 0; i < to.size(); ++i) to[i].copy_(from[i]);
}

std::vector<Tensor> clones_of(const std::vector<Tensor>& tensors) {
  std::vector<Tensor> clones;
  for (const Tensor& tensor : tensors) clones.push_back(tensor.detach().clone());
  return clones;
}

}  // namespace

AveragesInPlace::AveragesInPlace(const std::vector<Tensor>& parameters, const std::vector<Tensor>& averages)
    : parameters_(parameters), before_(clones_of(parameters)) {
  copy_all(parameters_, averages);
}

AveragesInPlace::~AveragesInPlace() { copy_all(parameters_, before_); }

WeightAverage::WeightAverage(const char* name, const ParameterList& parameters)
    : name_(name), parameters_(parameters.tensors()) {
  if (parameters_.empty()) fail(name, ": there are no parameters to average");
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    if (!parameters_[i].defined()) fail(name, ": parameter ", i, " is undefined");
    if (!is_floating_point(parameters_[i].dtype())) {
      fail(name, ": parameter ", i, " is ", parameters_[i].dtype(), ", not of a floating point type");
    }
  }
  averages_ = clones_of(parameters_);
  n_averaged_ = zeros({}, {.dtype = int64});
}

void WeightAverage::update() {
  const NoGrad no_grad;
  const Tensor one = full({}, std::int64_t{1});
  if (is_nonzero(n_averaged_)) {
    // All of what may fail comes before any average changes.
    std::vector<Tensor> differences;
    differences.reserve(parameters_.size());
    for (std::size_t i = 0; i < parameters_.size(); ++i) differences.push_back(parameters_[i] - averages_[i]);
    const Tensor share = this->share();
    for (std::size_t i = 0; i < parameters_.size(); ++i) averages_[i].addcmul_(differences[i], share);
  } else {
    copy_all(averages_, parameters_);
  }
  n_averaged_.add_(one);
}

void WeightAverage::copy_to_parameters() const { copy_all(parameters_, averages_); }

StateDict WeightAverage::state_dict() const {
  StateDict state = {{"n_averaged", n_averaged_}};
  for (std::size_t i = 0; i < averages_.size(); ++i) state.emplace(concat("averages.", i), averages_[i]);
  return state;
}

void WeightAverage::load_state_dict(const StateDict& state) {
  const StateDict own = state_dict();
  copy_state(concat(name_, ": load_state_dict"), {own.begin(), own.end()}, state);
}

}  // namespace descent::optim
