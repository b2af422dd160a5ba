#pragma once

#include "descent/optim/average/weight_average.h"

namespace descent {
namespace DESCENT_EXPORT optim {

/// SWA: the plain mean of the weights at each update (Izmailov et al., 2018).
///
///   average <- average + (p - average) / (n + 1)              (n: the updates before this one)
///
/// Choose it for the last quarter of a training, updated after each epoch, with the schedule SWALR, which keeps the
/// learning rate from falling.
///
/// Source: Izmailov et al., 2018, arXiv:1803.05407; torch.optim.swa_utils.AveragedModel.
class StochasticWeightAveraging final : public WeightAverage {
 public:
  explicit StochasticWeightAveraging(const ParameterList& parameters);

 private:
  Tensor share() const override;
};

}  // namespace optim
}  // namespace descent
