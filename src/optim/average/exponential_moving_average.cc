#include "descent/optim/average/exponential_moving_average.h"

namespace descent::optim {

ExponentialMovingAverage::ExponentialMovingAverage(const ParameterList& parameters,
                                                   const ExponentialMovingAverageOptions& options)
    : WeightAverage("ExponentialMovingAverage", parameters), options_(options) {
  Bounds(name()).between("decay", options.decay, 0, 1);
}

Tensor ExponentialMovingAverage::share() const { return 1 - options_.decay; }

}  // namespace descent::optim
