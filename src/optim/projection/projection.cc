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
  // None are where x is NaN.
  const Tensor last = clamp_min(sum(descending > thetas) - 1, 0);
  return clamp_min(shifted - index_select(thetas, 0, last.reshape(1)).reshape({}), 0).to(x.dtype());
}

Tensor project_l1_ball(const Tensor& x, double radius) {
  const NoGrad no_grad;
  Bounds("project_l1_ball").above("radius", radius, 0);
  if (x.numel() == 0) return x.clone();
  return where(norm(x.to(float64), 1) <= radius, x, sign(x) * project_simplex(abs(x), radius));
}

Tensor project_l2_ball(const Tensor& x, double radius) {
  const NoGrad no_grad;
  Bounds("project_l2_ball").at_least("radius", radius, 0);
  const Tensor wide = x.to(float64);
  const Tensor size = norm(wide);
  return where(size <= radius, x, (wide * (radius / size)).to(x.dtype()));
}

}  // namespace descent::optim
