#include "train/ensemble.h"

#include <cmath>

#include "descent/ops.h"

namespace descent::train {

namespace {

/// Of outputs [networks, rows, 2].
Tensor of_mixture(const Tensor& outputs) {
  const Tensor means = select(outputs, 2, 0), of_all = mean(means, 0);
  const Tensor variances = data::variance_of(select(outputs, 2, 1)) + square(means - of_all);
  return stack({of_all, data::output_of_variance(mean(variances, 0))}, 1);
}

}  // namespace

Tensor mean_of_outputs(const data::Target& target, const std::vector<Tensor>& outputs) {
  if (outputs.size() == 1) return outputs.front();
  const Tensor all = stack(outputs);
  if (target.task == data::Task::classification)
    return logsumexp(log_softmax(all, 2), 0) - std::log(static_cast<double>(outputs.size()));
  if (target.link == data::Link::normal) return of_mixture(all);
  return mean(all, 0);
}

}  // namespace descent::train
