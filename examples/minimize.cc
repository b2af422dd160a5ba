// Minimising functions without a model: Rosenbrock's valley, and a curve fitted to measurements.
#include <cstdio>

#include "descent/descent.h"

using namespace descent;

int main() {
  // The objective is any function of a tensor written in Descent's functions; autograd gives its gradient.
  auto rosenbrock = [](const Tensor& x) { return square(1 - x[0]) + 100 * square(x[1] - square(x[0])); };
  auto start = tensor({-1.2, 1.0}, {.dtype = float64});

  auto result = minimize(rosenbrock, start);
  std::printf("L-BFGS: x = (%.4f, %.4f), %s\n", result.x[0].item(), result.x[1].item(), result.message());

  result = minimize(rosenbrock, start, {.method = method::first_order<optim::Adam>({.lr = 0.05})});
  std::printf("Adam:   x = (%.4f, %.4f), %s\n", result.x[0].item(), result.x[1].item(), result.message());

  result = minimize(rosenbrock, start, {.bounds = {.lower = -2, .upper = 0.5}});
  std::printf("x at most 0.5: x = (%.4f, %.4f)\n", result.x[0].item(), result.x[1].item());

  // A cup of tea cools: degrees after minutes. Newton's law: room + excess exp(-rate minutes).
  auto minutes = tensor({0, 5, 10, 15, 20, 30, 40, 60}, {.dtype = float64});
  auto degrees = tensor({88.1, 74.9, 64.8, 56.0, 49.6, 39.5, 32.9, 26.1}, {.dtype = float64});
  auto residuals = [&](const Tensor& x) { return x[0] + x[1] * exp(-x[2] * minutes) - degrees; };
  auto fit = least_squares(residuals, tensor({20, 50, 0.01}, {.dtype = float64}));
  std::printf("tea: the room has %.1f degrees, the excess of %.1f falls by %.2f %% a minute\n", fit.x[0].item(),
              fit.x[1].item(), 100 * fit.x[2].item());

  // Many valleys: one minimisation ends in the nearest, restarts look for the deepest.
  auto wavy = [](const Tensor& x) { return cos(14.5 * x - 0.3) + (x + 0.2) * x; };
  auto near = minimize(wavy, tensor(1.0, {.dtype = float64}));
  auto best = restarts(wavy, {tensor(-2.0, {.dtype = float64}), tensor(2.0, {.dtype = float64})}, {.starts = 50}).best;
  std::printf("wavy: from 1 to %.4f at %.4f; best of 50 starts %.4f at %.4f\n", near.value, near.x.item(), best.value,
              best.x.item());
}
