#include "descent/optim/projection/projection.h"

#include "descent/create.h"
#include "descent/grad_mode.h"
#include "descent/ops.h"
#include "descent/optim/optimizer.h"

namespace descent::optim {

Tensor project_box(const Tensor& x, const Tensor& low, const Tensor& high) {
  const NoGrad no_grad;
  if (!all(low <= high).item<bool>()) fail("project_box: a lower bound is above its upper bound");
  return clamp(x, low, high);
}

Tensor project_non_negative(const Tensor& x) {
  const NoGrad no_grad;
  return clamp_min(x, 0);
}

Tensor project_simplex(const Tensor& x, double total) {
  const NoGrad no_grad;
  Bounds("project_simplex").above("total", total, 0);
  if (x.numel() == 0) fail("project_simplex: a tensor of shape ", x.sizes(), " has no elements");
  // A shift of all elements changes nothing; that by the largest keeps the sums small.
  const Tensor shifted = x.to(float64) - amax(x).to(float64);
  const Tensor descending = sort(shifted.flatten(), -1, true).values;
  const Tensor counts = arange(1, x.numel() + 1, 1, {.dtype = float64});
  const Tensor thetas = (cumsum(descending, 0) - total) / counts;
  const std::int64_t support = sum(descending > thetas).item<std::int64_t>();
  return clamp_min(shifted - thetas[support - 1], 0).to(x.dtype());
}

Tensor project_l1_ball(const Tensor& x, double radius) {
  const NoGrad no_grad;
  Bounds("project_l1_ball").above("radius", radius, 0);
  if (norm(x.to(float64), 1).item() <= radius) return x.clone();
  return sign(x) * project_simplex(abs(x), radius);
}

Tensor project_l2_ball(const Tensor& x, double radius) {
  const NoGrad no_grad;
  Bounds("project_l2_ball").at_least("radius", radius, 0);
  const Tensor wide = x.to(float64);
  const double size = norm(wide).item();
  return size <= radius ? x.clone() : (wide * (radius / size)).to(x.dtype());
}

}  // namespace descent::optim
