#include "descent/distributions/distribution.h"

#include "descent/grad_mode.h"
#include "descent/ops.h"
#include "distributions/parameters.h"

namespace descent::distributions {

Dims Distribution::extended(const Dims& shape) const { return joined(joined(shape, batch_shape_), event_shape_); }

void Distribution::fail_without(const char* what) const { fail(name_, ": has no ", what); }

Tensor Distribution::sample(const Dims& shape, Generator& generator) const try {
  const NoGrad no_grad;
  return draw(shape, generator).detach();
} catch (const Error& error) {
  fail_as(name_, error);
}

Tensor Distribution::rsample(const Dims& shape, Generator& generator) const try {
  if (!has_rsample()) fail_without("rsample: its samples are no differentiable function of its parameters");
  return draw(shape, generator);
} catch (const Error& error) {
  fail_as(name_, error);
}

Tensor Distribution::log_prob(const Tensor& value) const try {
  if (validates_args_) check_value(value);
  return log_prob_at(value);
} catch (const Error& error) {
  fail_as(name_, error);
}

Tensor Distribution::cdf(const Tensor& value) const try {
  if (validates_args_) check_value(value);
  return cdf_at(value);
} catch (const Error& error) {
  fail_as(name_, error);
}

Tensor Distribution::icdf(const Tensor& probability) const try {
  return icdf_at(probability);
} catch (const Error& error) {
  fail_as(name_, error);
}

Tensor Distribution::entropy() const { return entropy_of(); }
Tensor Distribution::mean() const { return mean_of(); }
Tensor Distribution::mode() const { return mode_of(); }
Tensor Distribution::variance() const { return variance_of(); }
Tensor Distribution::stddev() const { return stddev_of(); }

Tensor Distribution::cdf_at(const Tensor&) const { fail_without("cdf"); }
Tensor Distribution::icdf_at(const Tensor&) const { fail_without("icdf"); }
Tensor Distribution::entropy_of() const { fail_without("entropy"); }
Tensor Distribution::mean_of() const { fail_without("mean"); }
Tensor Distribution::mode_of() const { fail_without("mode"); }
Tensor Distribution::variance_of() const { fail_without("variance"); }
Tensor Distribution::stddev_of() const { return sqrt(variance()); }

}  // namespace descent::distributions
