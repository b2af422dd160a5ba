#include "descent/functional/dropout.h"

#include <cmath>

#include "core/random.h"
#include "descent/create.h"
#include "descent/ops.h"

namespace descent {
namespace {

struct Form {
  const char* name;
  bool of_channels;
  bool alpha;
};

Tensor drop(const Form& form, const Tensor& x, double p, bool training, Generator& generator) try {
  if (!(p >= 0 && p <= 1)) fail("p = ", p, " must be at least 0 and at most 1");
  Dims shape = x.sizes();
  if (form.of_channels && shape.size() < 2) fail("the input is of shape ", shape, "; wanted [N, C, ...]");
  if (!training || p == 0 || x.numel() == 0) return x;
  if (p == 1) return x * 0;
  if (!is_floating_point(x.dtype())) fail("wants a floating point tensor, not ", x.dtype());
  for (int d = 2; form.of_channels && d < shape.size(); ++d) shape[d] = 1;
  const Tensor stays = empty(shape, {.dtype = x.dtype()});
  random::bernoulli_(form.name, stays, 1 - p, generator);
  if (!form.alpha) return x * stays.div_(1 - p);
  constexpr double kAlpha = 1.7580993408473766;  // -selu(-infinity)
  const double scale = 1 / std::sqrt((kAlpha * kAlpha * p + 1) * (1 - p));
  const Tensor shift = (stays - 1) * (kAlpha * scale) + kAlpha * scale * p;
  return x * stays.mul_(scale) + shift;
} catch (const Error& error) {
  fail_as(form.name, error);
}

// Of [N, C] and `positions` dimensions, of which the batch may be missing.
Tensor drop_channels(const char* name, int positions, const Tensor& x, double p, bool training, Generator& generator) {
  const Form form = {name, true, false};
  if (x.dim() == positions + 2) return drop(form, x, p, training, generator);
  if (x.dim() != positions + 1)
    fail(name, ": the input is of shape ", x.sizes(), "; wanted ", positions + 1, " or ", positions + 2, " dimensions");
  return squeeze(drop(form, unsqueeze(x, 0), p, training, generator), 0);
}

}  // namespace

Tensor dropout(const Tensor& x, double p, bool training, Generator& generator) {
  return drop({"dropout", false, false}, x, p, training, generator);
}

Tensor dropout1d(const Tensor& x, double p, bool training, Generator& generator) try {
  return drop_channels("dropout1d", 1, x, p, training, generator);
} catch (const Error& error) {
  fail_as("dropout1d", error);
}

Tensor dropout2d(const Tensor& x, double p, bool training, Generator& generator) try {
  if (x.dim() != 3 && x.dim() != 4) fail("the input is of shape ", x.sizes(), "; wanted 3 or 4 dimensions");
  return drop({"dropout2d", true, false}, x, p, training, generator);
} catch (const Error& error) {
  fail_as("dropout2d", error);
}

Tensor dropout3d(const Tensor& x, double p, bool training, Generator& generator) try {
  return drop_channels("dropout3d", 3, x, p, training, generator);
} catch (const Error& error) {
  fail_as("dropout3d", error);
}

Tensor alpha_dropout(const Tensor& x, double p, bool training, Generator& generator) {
  return drop({"alpha_dropout", false, true}, x, p, training, generator);
}

Tensor feature_alpha_dropout(const Tensor& x, double p, bool training, Generator& generator) {
  return drop({"feature_alpha_dropout", true, true}, x, p, training, generator);
}

}  // namespace descent
