// What losses share that take, as the target, the class of each sample or the probability of each class.
#pragma once

#include "descent/tensor.h"

namespace descent {

/// An Error unless `target` holds a class (int64) for each sample of the prediction. Gives the dimension of the
/// classes.
int check_class_target(const char* loss, const char* role, const Tensor& prediction, const Tensor& target);

/// The same, but `target` may hold probabilities, in the shape of the prediction, too.
int check_soft_class_target(const char* loss, const char* role, const Tensor& prediction, const Tensor& target);

/// One number a class, [C], in a shape that broadcasts to the prediction.
Tensor along_classes(const Tensor& of_classes, const Tensor& prediction, int class_dim);

/// Where the prediction is that of the class of its sample: bool, in the shape of the prediction.
Tensor class_mask(const Tensor& prediction, int class_dim, const Tensor& classes);

/// The value of the class of each sample, or the mean of those of all classes under its probabilities.
Tensor at_target(const Tensor& values, int class_dim, const Tensor& target);

}  // namespace descent
