// Distribution: what every distribution of random tensors is.
//
//   distributions::Categorical policy({.logits = model(state)});
//   const Tensor action = policy.sample();
//   const Tensor loss = -policy.log_prob(action) * reward;
//
// Parameters broadcast together: each element of their common shape, the batch shape, is a distribution of its own. One
// sample of it has the event shape, which is that of a number for most. Names, shapes and defaults are those of
// torch.distributions, and samples are PyTorch's from the same seed unless a distribution says otherwise.
//
// What is computed is differentiable with respect to the parameters. Numbers stand for tensors of float32, or of the
// dtype of the other parameter. Parameters, and values given to log_prob and cdf, are held to what the distribution
// allows, at the price of a look at each; `validate_args`, the last argument of each constructor, says whether.
#pragma once

#include "descent/generator.h"
#include "descent/tensor.h"

namespace descent {
namespace DESCENT_EXPORT distributions {

class Distribution {
 public:
  virtual ~Distribution() = default;

  const char* name() const { return name_; }
  const Dims& batch_shape() const { return batch_shape_; }
  const Dims& event_shape() const { return event_shape_; }
  bool validates_args() const { return validates_args_; }
  /// Whether samples can be differentiated with respect to the parameters.
  virtual bool has_rsample() const { return false; }

  /// Random values, without history: [shape..., batch shape..., event shape...].
  Tensor sample(const Dims& shape = {}, Generator& generator = default_generator()) const;
  /// The same, as a differentiable function of the parameters; an Error where there is none.
  Tensor rsample(const Dims& shape = {}, Generator& generator = default_generator()) const;

  /// The logarithm of the density, or of the probability, at `value`, which broadcasts with [batch shape..., event
  /// shape...]; without the event's dimensions.
  Tensor log_prob(const Tensor& value) const;
  /// The probability of at most `value`, and the value that has this probability. An Error where there is none.
  Tensor cdf(const Tensor& value) const;
  Tensor icdf(const Tensor& probability) const;

  // These have the batch shape, and all but the entropy the event shape behind it. An Error where there is no such.
  Tensor entropy() const;
  Tensor mean() const;
  /// The most probable value.
  Tensor mode() const;
  Tensor variance() const;
  Tensor stddev() const;

 protected:
  Distribution(const char* name, const Dims& batch_shape, const Dims& event_shape, bool validate_args)
      : name_(name), batch_shape_(batch_shape), event_shape_(event_shape), validates_args_(validate_args) {}
  Distribution(const Distribution&) = default;
  Distribution& operator=(const Distribution&) = default;

  /// [shape..., batch shape..., event shape...].
  Dims extended(const Dims& shape) const;
  /// `made`, of parameters that have been checked, checking from now on what this one does.
  template <class D>
  D like_this(D made) const {
    made.validates_args_ = validates_args_;
    return made;
  }

 private:
  // What the public functions are made of; an Error in a distribution's name is theirs to make.
  virtual Tensor draw(const Dims& shape, Generator& generator) const = 0;  // recorded where that is possible
  virtual Tensor log_prob_at(const Tensor& value) const = 0;
  virtual Tensor cdf_at(const Tensor& value) const;
  virtual Tensor icdf_at(const Tensor& probability) const;
  virtual Tensor entropy_of() const;
  virtual Tensor mean_of() const;
  virtual Tensor mode_of() const;
  virtual Tensor variance_of() const;
  virtual Tensor stddev_of() const;
  /// An Error unless `value` can come of this.
  virtual void check_value(const Tensor& value) const = 0;

  [[noreturn]] void fail_without(const char* what) const;

  const char* name_;
  Dims batch_shape_, event_shape_;
  bool validates_args_;
};

}  // namespace distributions
}  // namespace descent
