// Ten million training steps: the time of a step, and the memory of the process, after each million. Exits with 1 if
// memory grew after the second.
#include <sys/resource.h>

#include <chrono>
#include <cstdio>

#include "descent/descent.h"

using namespace descent;

namespace {

constexpr int kMillions = 10;

long peak_kilobytes() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

}  // namespace

int main() {
  manual_seed(1);
  const Tensor x = rand({15, 1}), y = 1.04 * x - 0.1;
  nn::Linear model(1, 1);
  optim::Adam optimizer(model.parameters(), {.lr = 1e-4});
  train::Recorder recorder(optimizer);
  long second = 0, last = 0;
  std::printf("million steps   us a step   peak KB      loss\n");
  for (int million = 1; million <= kMillions; ++million) {
    const auto start = std::chrono::steady_clock::now();
    Tensor loss;
    for (int i = 0; i < 1'000'000; ++i) {
      loss = mse_loss(model(x), y);
      optimizer.zero_grad();
      loss.backward();
      optimizer.step();
      recorder.step(loss);
    }
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    last = peak_kilobytes();
    if (million == 2) second = last;
    std::printf("%13d%12.3f%10ld%10.3g\n", million, taken.count(), last, loss.item());
    std::fflush(stdout);
  }
  return last == second ? 0 : 1;
}
