#include "descent/loss/cross_entropy.h"

#include <span>

#include "descent/ops.h"
#include "loss/reduce.h"

namespace descent {
namespace {

// An Error unless every target is one of the classes 0, 1, ..., class_count - 1, or ignored.
void check_classes(const Tensor& target, std::int64_t class_count, std::int64_t ignore_index) {
  const Tensor contiguous = target.contiguous();
  const std::span<const std::int64_t> classes(contiguous.data<std::int64_t>(),
                                              static_cast<std::size_t>(target.numel()));
  for (std::size_t i = 0; i < classes.size(); ++i) {
    if ((classes[i] >= 0 && classes[i] < class_count) || classes[i] == ignore_index) continue;
    Dims position = target.sizes();
    auto rest = static_cast<std::int64_t>(i);
    for (int d = position.size() - 1; d >= 0; --d) rest /= std::exchange(position[d], rest % position[d]);
    fail("cross_entropy: target ", classes[i], " at ", position, " is no class; wanted 0 to ", class_count - 1,
         ", or ignore_index ", ignore_index);
  }
}

// With the class of each sample as target; `weighted` is log softmax times the weights of the classes.
Tensor of_classes(const Tensor& weighted, int class_dim, const Tensor& target, const CrossEntropyLossOptions& options) {
  check_classes(target, weighted.size(class_dim), options.ignore_index);

  const Tensor ignored = target == options.ignore_index;
  const Tensor classes = where(ignored, 0, target);
  Tensor losses = -gather(weighted, class_dim, classes.unsqueeze(class_dim)).squeeze(class_dim);
  if (options.label_smoothing > 0) {
    losses = lerp(losses, -mean(weighted, class_dim), options.label_smoothing);
  }
  const Tensor counts =
      options.weight.defined()
          ? where(ignored, 0, index_select(options.weight, 0, classes.flatten()).reshape(target.sizes()))
          : !ignored;
  return reduce(masked_fill(losses, ignored, 0), counts, options.reduction);
}

// The same with the probability of each class as target.
Tensor of_probabilities(const Tensor& weighted, int class_dim, const Tensor& target,
                        const CrossEntropyLossOptions& options) {
  const double even = options.label_smoothing / static_cast<double>(weighted.size(class_dim));
  const Tensor smooth = options.label_smoothing > 0 ? target * (1 - options.label_smoothing) + even : target;
  return reduce(-sum(weighted * smooth, class_dim), options.reduction);
}

}  // namespace

Tensor cross_entropy(const Tensor& logits, const Tensor& target, const CrossEntropyLossOptions& options) {
  if (logits.dim() == 0) fail("cross_entropy: wants logits of shape [C], [N, C] or [N, C, ...], not []");
  const int class_dim = logits.dim() == 1 ? 0 : 1;
  const Tensor& weight = options.weight;
  if (weight.defined() && !(weight.sizes() == Dims(logits.size(class_dim)))) {
    fail("cross_entropy: logits of shape ", logits.sizes(), " want a weight of shape [", logits.size(class_dim),
         "], not ", weight.sizes());
  }
  Dims sample_shape = logits.sizes();
  sample_shape.erase(class_dim);
  const bool by_class = target.dtype() == int64;
  if (!(target.sizes() == (by_class ? sample_shape : logits.sizes())) || target.dtype() == boolean) {
    fail("cross_entropy: logits of shape ", logits.sizes(), " want a target of shape ", sample_shape,
         " (int64, classes) or ", logits.sizes(), " (floating point, probabilities), not ", target.sizes(), " of ",
         target.dtype());
  }
  if (!(options.label_smoothing >= 0 && options.label_smoothing <= 1)) {
    fail("cross_entropy: label_smoothing = ", options.label_smoothing, " must be at least 0 and at most 1");
  }

  Tensor weighted = log_softmax(logits, class_dim);
  if (weight.defined()) {
    Dims along_classes = Dims::filled(logits.dim(), 1);
    along_classes[class_dim] = weight.numel();
    weighted = weighted * weight.reshape(along_classes);
  }
  return by_class ? of_classes(weighted, class_dim, target, options)
                  : of_probabilities(weighted, class_dim, target, options);
}

}  // namespace descent
