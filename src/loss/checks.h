// What losses refuse: shapes that do not belong together, and values out of bounds.
#pragma once

#include <cstdint>

#include "descent/tensor.h"

namespace descent {

/// An Error unless `tensor`, called `role`, has the shape of the prediction.
void check_shape(const char* loss, const Tensor& prediction, const char* role, const Tensor& tensor);

/// An Error unless the two tensors, called by their roles, have one shape.
void check_same_shape(const char* loss, const char* role, const Tensor& tensor, const char* other_role,
                      const Tensor& other);

/// An Error unless `tensor`, called `role`, broadcasts to the shape of the prediction.
void check_broadcasts(const char* loss, const Tensor& prediction, const char* role, const Tensor& tensor);

/// An Error unless the value of the option is finite.
void check_finite(const char* loss, const char* option, double value);

/// An Error unless the value of the option is finite and above the bound, or at least as large.
void check_above(const char* loss, const char* option, double value, double bound);
void check_at_least(const char* loss, const char* option, double value, double bound);

/// An Error unless the classes are int64, naming the first that is neither one of 0, ..., class_count - 1 nor
/// ignore_index.
void check_classes(const char* loss, const Tensor& classes, std::int64_t class_count, std::int64_t ignore_index);
/// The same without an ignore_index.
void check_classes(const char* loss, const Tensor& classes, std::int64_t class_count);

/// An Error that names the first element of `tensor`, called `role`, that is no probability: outside [0, 1], or NaN.
void check_probabilities(const char* loss, const char* role, const Tensor& tensor);

/// An Error that names the first element of `target` that is neither 1 nor -1.
void check_signs(const char* loss, const Tensor& target);

}  // namespace descent
