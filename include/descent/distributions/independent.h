#pragma once

#include <cstdint>
#include <utility>

#include "descent/distributions/distribution.h"
#include "descent/ops.h"

namespace descent {
namespace DESCENT_EXPORT distributions {

namespace detail {
/// The first, or the last, `count` of these.
Dims first_of(const Dims& dims, std::int64_t count);
Dims last_of(const Dims& dims, std::int64_t count);
/// Added up along the last `count` dimensions.
Tensor sum_last(const Tensor& x, std::int64_t count);
/// An Error unless 0 <= count <= rank.
std::int64_t checked_rank(std::int64_t count, const Dims& batch_shape);
}  // namespace detail

/// `base`, of whose batch shape the last `reinterpreted` dimensions belong to one event: their log_probs and entropies
/// are added up. Independent(Normal(mean, std), 1) is a normal distribution of vectors, of diagonal covariance.
template <class Base>
class Independent final : public Distribution {
 public:
  Independent(Base base, std::int64_t reinterpreted)
      : Distribution("Independent",
                     detail::first_of(base.batch_shape(), base.batch_shape().size() -
                                                              detail::checked_rank(reinterpreted, base.batch_shape())),
                     joined(detail::last_of(base.batch_shape(), reinterpreted), base.event_shape()),
                     base.validates_args()),
        base_(std::move(base)),
        reinterpreted_(reinterpreted) {}

  const Base& base() const { return base_; }
  std::int64_t reinterpreted() const { return reinterpreted_; }
  bool has_rsample() const override { return base_.has_rsample(); }
  /// The same, for each element of a larger batch shape, to which this one's broadcasts.
  Independent expand(const Dims& batch_shape) const {
    return Independent(base_.expand(joined(batch_shape, detail::last_of(base_.batch_shape(), reinterpreted_))),
                       reinterpreted_);
  }

 private:
  static Dims joined(Dims a, const Dims& b) {
    for (const std::int64_t size : b) a.push_back(size);
    return a;
  }

  Tensor draw(const Dims& shape, Generator& generator) const override {
    return base_.has_rsample() ? base_.rsample(shape, generator) : base_.sample(shape, generator);
  }
  Tensor log_prob_at(const Tensor& value) const override {
    return detail::sum_last(base_.log_prob(value), reinterpreted_);
  }
  Tensor entropy_of() const override { return detail::sum_last(base_.entropy(), reinterpreted_); }
  Tensor mean_of() const override { return base_.mean(); }
  Tensor mode_of() const override { return base_.mode(); }
  Tensor variance_of() const override { return base_.variance(); }
  Tensor stddev_of() const override { return base_.stddev(); }
  void check_value(const Tensor&) const override {}  // the base does

  Base base_;
  std::int64_t reinterpreted_;
};

}  // namespace distributions
}  // namespace descent
