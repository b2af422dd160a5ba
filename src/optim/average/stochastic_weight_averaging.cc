#include "descent/optim/average/stochastic_weight_averaging.h"

namespace descent::optim {

StochasticWeightAveraging::StochasticWeightAveraging(const ParameterList& parameters)
    : WeightAverage("StochasticWeightAveraging", parameters) {}

void StochasticWeightAveraging::take_in(const Tensor& average, const Tensor& p) const {
  average.addcmul_(p - average, 1 / static_cast<double>(n_averaged() + 1));
}

}  // namespace descent::optim
