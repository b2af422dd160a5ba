// What losses share whose target is one class among many: predictions of shape [C], [N, C] or [N, C, d1, ...], targets
// (int64) of that shape without C.
#pragma once

#include <cstdint>

#include "descent/tensor.h"

namespace descent {

/// The dimension of the classes: 0 of [C], otherwise 1. An Error that calls the prediction `role` if it has none.
int class_dim_of(const char* loss, const char* role, const Tensor& prediction);

/// An Error unless `weight` is undefined or has one element a class.
void check_class_weight(const char* loss, const char* role, const Tensor& prediction, const Tensor& weight);

/// An Error unless the target has the shape of the prediction without its classes. Gives the dimension of the classes.
int check_class_shape(const char* loss, const char* role, const Tensor& prediction, const Tensor& target);

/// The element of x that belongs to each class of `classes`.
Tensor at_classes(const Tensor& x, int class_dim, const Tensor& classes);

/// Targets of which some are ignored.
struct ClassTargets {
  /// An Error unless every target is one of 0, ..., class_count - 1, or ignore_index.
  ClassTargets(const char* loss, const Tensor& target, std::int64_t class_count, const Tensor& weight,
               std::int64_t ignore_index);

  Tensor ignored;  // bool
  Tensor classes;  // 0 where ignored
  Tensor counts;   // how much each counts: the weight of its class, or 1; 0 where ignored
};

}  // namespace descent
