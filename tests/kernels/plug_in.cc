// A library with Descent in it, as a program loads it and lets it go while it runs (process_test.cc).
#include "descent/descent.h"

using namespace descent;

/// A step of training on four threads; the loss before it, 4.
extern "C" double descent_plug_in_work() {
  set_num_threads(4);
  Tensor weight = zeros({500, 500}).requires_grad_();
  optim::Adam optimizer({weight});
  const Tensor loss = mse_loss(matmul(ones({500, 500}), weight), full({500, 500}, 2.0));
  loss.backward();
  optimizer.step();
  return loss.item();
}
