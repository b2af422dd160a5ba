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
  const auto log_of_mean = [&](const Tensor& logarithms) {
    return logsumexp(logarithms, 0) - std::log(static_cast<double>(outputs.size()));
  };
  if (target.task == data::Task::classification) return log_of_mean(log_softmax(all, 2));
  switch (target.link) {
    case data::Link::log:
      return log_of_mean(all);
    case data::Link::log1p:
      return log_of_mean(all * target.scale) / target.scale;
    case data::Link::normal:
      return of_mixture(all);
    case data::Link::identity:
    case data::Link::interval:
      break;
  }
  return mean(all, 0);
}

}  // namespace descent::train
