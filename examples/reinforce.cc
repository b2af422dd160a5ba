// REINFORCE: a policy learns to balance a pole on a cart, from nothing but how long it stayed up.
//   reinforce [STEPS]     an episode ends after so many, 200 by default; solved means nine tenths of that, on average
// R. J. Williams, "Simple statistical gradient-following algorithms for connectionist reinforcement learning", 1992.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "descent/descent.h"

using namespace descent;

// A pole that is hinged on a cart, which is pushed left or right 50 times a second. A. G. Barto, R. S. Sutton and
// C. W. Anderson, "Neuronlike adaptive elements that can solve difficult learning control problems", 1983.
struct CartPole {
  double x = 0, x_dot = 0, theta = 0, theta_dot = 0;

  CartPole() {
    const auto start = rand(4).to_vector<double>();
    x = 0.1 * start[0] - 0.05, x_dot = 0.1 * start[1] - 0.05;
    theta = 0.1 * start[2] - 0.05, theta_dot = 0.1 * start[3] - 0.05;
  }

  Tensor state() const { return tensor({x, x_dot, theta, theta_dot}); }
  bool fallen() const { return std::abs(x) > 2.4 || std::abs(theta) > 0.21; }

  void push(bool right) {
    const double gravity = 9.8, cart = 1.0, pole = 0.1, half_length = 0.5, seconds = 0.02, force = right ? 10 : -10;
    const double cosine = std::cos(theta), sine = std::sin(theta);
    const double a = (force + pole * half_length * theta_dot * theta_dot * sine) / (cart + pole);
    const double theta_dot_dot =
        (gravity * sine - cosine * a) / (half_length * (4.0 / 3 - pole * cosine * cosine / (cart + pole)));
    const double x_dot_dot = a - pole * half_length * theta_dot_dot * cosine / (cart + pole);
    x += seconds * x_dot, x_dot += seconds * x_dot_dot;
    theta += seconds * theta_dot, theta_dot += seconds * theta_dot_dot;
  }
};

struct Policy final : nn::Module<Policy> {
  nn::Linear fc1{4, 64};
  nn::Linear fc2{64, 2};

  distributions::Categorical forward(const Tensor& state) {
    return distributions::Categorical({.logits = fc2(relu(fc1(state)))});
  }
};

struct Episode {
  std::vector<Tensor> states, actions;
};

Episode play(Policy& policy, int steps) {
  const NoGrad no_grad;
  Episode episode;
  CartPole cart_pole;
  for (int step = 0; step < steps && !cart_pole.fallen(); ++step) {
    episode.states.push_back(cart_pole.state());
    episode.actions.push_back(policy(episode.states.back()).sample());
    cart_pole.push(episode.actions.back().item<int>() == 1);
  }
  return episode;
}

// The reward of each step is 1, and what follows counts less the later it comes: normalised over the episode.
Tensor returns(std::size_t steps) {
  const double gamma = 0.99;
  std::vector<double> values(steps);
  double value = 0;
  for (std::size_t i = steps; i-- > 0;) values[i] = value = 1 + gamma * value;
  const Tensor all = tensor(values, {.dtype = float32});
  return (all - all.mean()) / (all.std({}, 0) + 1e-7);
}

int main(int argc, char** argv) {
  const int steps = argc > 1 ? std::atoi(argv[1]) : 200;
  manual_seed(1);
  Policy policy;
  optim::Adam optimizer(policy.parameters(), {.lr = 0.01});

  double mean_length = 0;
  for (int episode = 1; episode <= 1500; ++episode) {
    const auto [states, actions] = play(policy, steps);

    optimizer.zero_grad();
    const Tensor log_prob = policy(stack(states)).log_prob(stack(actions));
    const Tensor loss = -sum(log_prob * returns(states.size()));
    loss.backward();
    optimizer.step();

    mean_length += (static_cast<double>(states.size()) - mean_length) / std::min(episode, 50);
    if (episode % 50 == 0) {
      std::printf("episode %4d: the pole stays up for %.1f steps on average\n", episode, mean_length);
      std::fflush(stdout);
      if (mean_length > 0.9 * steps) return 0;
    }
  }
  std::printf("not solved\n");
  return 1;
}
