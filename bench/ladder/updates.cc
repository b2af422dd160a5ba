// An optimizer's step by itself, over parameters that no cache holds.
#include <memory>
#include <string>

#include "ladder/rung.h"

using namespace descent;

namespace ladder {
namespace {

constexpr std::int64_t kParameters = 20'000'000;

/// `arrays`: how often it reads or writes as much memory as the parameters take.
template <class Optimizer>
void add_update(const std::string& name, double arrays, const typename Optimizer::Options& options) {
  add(name + " of 20 million", {.bytes = arrays * 4 * kParameters}, [=](auto way) {
    const Tensor parameter = randn(kParameters).requires_grad_();
    parameter.set_grad(randn(kParameters));
    const auto optimizer = std::make_shared<Optimizer>(std::vector<Tensor>{parameter}, options);
    return way([=] { optimizer->step(); });
  });
}

}  // namespace

void add_updates() {
  add_update<optim::SGD>("SGD", 3, {.lr = 1e-3});
  add_update<optim::SGD>("SGD with momentum", 5, {.lr = 1e-3, .momentum = 0.9});
  add_update<optim::Adam>("Adam", 7, {});
  add_update<optim::AdamW>("AdamW", 7, {});
  add_update<optim::Lion>("Lion", 5, {});
  add_update<optim::RMSprop>("RMSprop", 5, {});
  add_update<optim::Adagrad>("Adagrad", 5, {});
  add_update<optim::NAdam>("NAdam", 7, {});
}

}  // namespace ladder
