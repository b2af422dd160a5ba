// Prints the bits of what comes of Descent's decompositions: Shampoo's eigenvectors, SOAP's QR, least squares' SVD.
#include <descent/descent.h>

#include <cstdio>

using namespace descent;

#ifdef BESIDE_EIGEN
double own_eigen();
#endif

void print_bits(const Tensor& tensor) {
  for (const double value : tensor.to(float64).to_vector<double>()) std::printf("%a\n", value);
}

template <class Optimizer>
void train_weight() {
  manual_seed(0);
  const Tensor target = randn({24, 24});
  const Tensor weight = zeros({24, 24}, {.requires_grad = true});
  Optimizer optimizer({weight});
  for (int step = 0; step < 20; ++step) {
    optimizer.zero_grad();
    mean(square(matmul(weight, target) - target)).backward();
    optimizer.step();
  }
  print_bits(weight.detach());
}

int main() {
#ifdef BESIDE_EIGEN
  std::fprintf(stderr, "own: %g\n", own_eigen());
#endif
  train_weight<optim::Shampoo>();
  train_weight<optim::SOAP>();
  const Tensor a = randn({40, 24}, {.dtype = float64});
  const auto residuals = [&](const Tensor& x) { return exp(matmul(a, x) * 0.1) - 2; };
  print_bits(least_squares(residuals, zeros(24, {.dtype = float64})).x);
}
