#include "descent/optim/average/stochastic_weight_averaging.h"

namespace descent::optim {

StochasticWeightAveraging::StochasticWeightAveraging(const ParameterList& parameters)
    : WeightAverage("StochasticWeightAveraging", parameters) {}

void StochasticWeightAveraging::take_in(const Tensor& average, const Tensor& p) const {
  average.addcmul_(p - average, 1 / (count().to(float64) + 1));
}

}  // namespace descent::optim
