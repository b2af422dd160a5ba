#include "descent/optim/average/stochastic_weight_averaging.h"

namespace descent::optim {

StochasticWeightAveraging::StochasticWeightAveraging(const ParameterList& parameters)
    : WeightAverage("StochasticWeightAveraging", parameters) {}

Tensor StochasticWeightAveraging::share() const { return 1 / (count().to(float64) + 1); }

}  // namespace descent::optim
