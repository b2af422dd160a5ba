// Averages of weights against PyTorch's AveragedModel: tests/golden/wrappers.py.
#include <doctest/doctest.h>

#include <functional>
#include <map>
#include <memory>

#include "descent/descent.h"
#include "error_of.h"
#include "golden/golden.h"

using namespace descent;
using namespace descent::optim;

namespace {

using MakeAverage = std::function<std::unique_ptr<WeightAverage>(const std::vector<Tensor>& parameters)>;

const std::map<std::string, MakeAverage> kAverages = {
    {"average/ema",
     [](const auto& parameters) {
       return std::make_unique<ExponentialMovingAverage>(parameters, ExponentialMovingAverageOptions{.decay = 0.9});
     }},
    {"average/swa", [](const auto& parameters) { return std::make_unique<StochasticWeightAveraging>(parameters); }},
};

void set(const Tensor& p, const Tensor& value) {
  const NoGrad no_grad;
  p.copy_(value);
}

}  // namespace

TEST_CASE("averages are PyTorch's, and their state dicts continue bit for bit") {
  const Golden golden("wrappers");
  const Tensor weights = golden["average/weights"];
  for (const auto& entry : kAverages) {
    const auto& id = entry.first;
    const auto& make = entry.second;
    CAPTURE(id);
    for (const DType dtype : {float64, float32}) {
      const Tensor p = zeros(12, {.dtype = dtype, .requires_grad = true}),
                   q = zeros(3, {.dtype = dtype, .requires_grad = true});
      auto average = make({p, q});
      for (int step = 0; step < 6; ++step) {
        CAPTURE(step);
        set(p, weights[step](Slice(0, 12)));
        set(q, weights[step](Slice(12)));
        average->update();
        CHECK(average->n_averaged() == step + 1);
        const double tolerance = dtype == float64 ? 1e-15 : 1e-6;
        const Tensor got = cat({average->averages()[0], average->averages()[1]});
        CHECK(got.dtype() == dtype);
        CHECK(allclose(got.to(float64), golden[id][step], tolerance, tolerance));
        if (step == 2) {
          auto loaded = make({p, q});
          loaded->load_state_dict(average->state_dict());
          CHECK(equal(loaded->averages()[1], average->averages()[1]));
          average = std::move(loaded);
        }
      }
    }
  }
}

TEST_CASE("averages are put into the parameters and taken out") {
  const Tensor p = tensor({4.0}, {.requires_grad = true});
  ExponentialMovingAverage average({p}, {.decay = 0.75});
  average.update();
  set(p, tensor({8.0}));
  average.update();
  {
    const auto averages_are_in = average.swap_in();
    CHECK(p.item() == 5);
    CHECK(p.requires_grad());
  }
  CHECK(p.item() == 8);
  average.copy_to_parameters();
  CHECK(p.item() == 5);
  set(p, tensor({1.0}));
  CHECK(average.averages()[0].item() == 5);
}

TEST_CASE("an average of the parameters of a model") {
  manual_seed(1);
  nn::Sequential model{nn::Linear(2, 3), nn::Linear(3, 1)};
  StochasticWeightAveraging average(model.parameters());
  CHECK(average.averages().size() == 4);
  const Tensor x = ones({1, 2}), before = model(x).detach();
  average.update();
  {
    const NoGrad no_grad;
    for (const Tensor& p : model.parameters()) p.zero_();
  }
  CHECK(model(x).item() == 0);
  const auto averages_are_in = average.swap_in();
  CHECK(equal(model(x).detach(), before));
}

TEST_CASE("averages refuse what they cannot average") {
  const Tensor p = tensor({4.0}, {.requires_grad = true});
  CHECK(error_of([&] { ExponentialMovingAverage({p}, {.decay = 1.5}); }) ==
        "ExponentialMovingAverage: decay = 1.5 must be at least 0 and at most 1");
  CHECK(error_of([&] { StochasticWeightAveraging(std::vector<Tensor>()); }) ==
        "StochasticWeightAveraging: there are no parameters to average");
  CHECK(error_of([&] {
          StochasticWeightAveraging({p, Tensor()});
        }) == "StochasticWeightAveraging: parameter 1 is undefined");
  CHECK(error_of([&] { StochasticWeightAveraging({tensor({1})}); }) ==
        "StochasticWeightAveraging: parameter 0 is int64, not of a floating point type");
  StochasticWeightAveraging average({p});
  CHECK(error_of([&] {
          average.load_state_dict({{"n_averaged", tensor(5)}, {"averages.0", zeros(2)}});
        }) == "StochasticWeightAveraging: load_state_dict: another shape: averages.0 of [2] where [1] is wanted");
  CHECK(average.n_averaged() == 0);
}
