#include "descent/optim/average/exponential_moving_average.h"

namespace descent::optim {

ExponentialMovingAverage::ExponentialMovingAverage(const ParameterList& parameters,
                                                   const ExponentialMovingAverageOptions& options)
    : WeightAverage("ExponentialMovingAverage", parameters), options_(options) {
  Bounds(name()).between("decay", options.decay, 0, 1);
}

void ExponentialMovingAverage::take_in(const Tensor& average, const Tensor& p) const {
  average.addcmul_(p - average, 1 - options_.decay);
}

}  // namespace descent::optim
