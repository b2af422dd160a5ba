// Writes the step that sensor.c trains with: a network of 2 readings, 16 tanh units and a temperature, and Adam.
//   export_sensor OUT.c
#include <descent/descent.h>

#include <iostream>

using namespace descent;

int main(int argc, char** argv) try {
  if (argc != 2) fail("usage: export_sensor OUT.c");
  manual_seed(1);
  const nn::Linear hidden(2, 16), last(16, 1);
  optim::Adam optimizer({hidden.weight, hidden.bias, last.weight, last.bias}, {.lr = 0.01});
  const auto model = [&](const Tensor& readings) { return last(tanh(hidden(readings))).squeeze(1); };
  const auto train = [&](const Tensor& readings, const Tensor& temperatures) {
    const Tensor loss = mse_loss(model(readings), temperatures);
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
    return loss;
  };
  auto step = compile(train, {.native = false});            // it is not to run here
  const Tensor targets = rand(16), inputs = rand({16, 2});  // in an order that is the same for every compiler
  step(inputs, targets);                                    // captures it; what it learns from noise it unlearns
  export_c(step, argv[1], {.name = "sensor_step", .arguments = {"readings", "temperatures"}, .results = {"loss"}});
} catch (const Error& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
