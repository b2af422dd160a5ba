// Gradient clipping against PyTorch and Optax: tests/golden/wrappers.py.
#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <map>

#include "descent/descent.h"
#include "error_of.h"
#include "golden/golden.h"

using namespace descent;
using namespace descent::optim;

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

// Gives the norm, if there is one.
using Clip = std::function<double(const std::vector<Tensor>& parameters)>;

Clip to_norm(double max_norm, const ClipGradNormOptions& options = {}) {
  return [=](const auto& parameters) { return clip_grad_norm_(parameters, max_norm, options).item(); };
}

template <class F>
Clip without_norm(const F& clip) {
  return [=](const auto& parameters) {
    clip(parameters);
    return 0;
  };
}

const std::map<std::string, Clip> kClips = {
    {"clip/norm", to_norm(1.5)},
    {"clip/norm_large", to_norm(100)},
    {"clip/norm_just", to_norm(5)},
    {"clip/norm_1", to_norm(3, {.norm_type = 1})},
    {"clip/norm_3", to_norm(0.5, {.norm_type = 3})},
    {"clip/norm_inf", to_norm(0.5, {.norm_type = kInf})},
    {"clip/value", without_norm([](const auto& parameters) { clip_grad_value_(parameters, 0.7); })},
    {"clip/block_rms", without_norm([](const auto& parameters) { clip_grad_block_rms_(parameters, 0.9); })},
    {"clip/adaptive", without_norm([](const auto& parameters) { clip_grad_adaptive_(parameters, {.clipping = 0.5}); })},
    {"clip/adaptive_eps",
     without_norm([](const auto& parameters) { clip_grad_adaptive_(parameters, {.clipping = 0.8, .eps = 2.0}); })},
};

Tensor with_gradient(const Tensor& value, const Tensor& gradient) {
  const Tensor p = value.clone().requires_grad_();
  p.set_grad(gradient);
  return p;
}

}  // namespace

TEST_CASE("clipped gradients are the reference's") {
  const Golden golden("wrappers");
  std::size_t count = 0;
  for (const auto& golden_case : golden.cases()) {
    const std::string& id = golden_case.first;
    if (!id.starts_with("clip/")) continue;
    CAPTURE(id);
    ++count;
    for (const DType dtype : {float64, float32}) {
      const double tolerance = dtype == float64 ? 1e-14 : 1e-6;
      std::vector<Tensor> parameters, gradients;
      for (int i = 0; i < 3; ++i) {
        gradients.push_back(golden[concat("clip/g/", i)].to(dtype));
        parameters.push_back(with_gradient(golden[concat("clip/p/", i)].to(dtype), gradients.back()));
      }
      const std::vector<Tensor> copies = {gradients[0].clone(), gradients[1].clone(), gradients[2].clone()};
      const double total = kClips.at(id)(parameters);
      if (golden.has(id + "/total")) {
        CHECK(total == doctest::Approx(golden[id + "/total"].item()).epsilon(tolerance));
      }
      for (std::size_t i = 0; i < 3; ++i) {
        const Tensor g = parameters[i].grad(), wanted = golden[concat(id, "/", i)];
        CHECK(g.dtype() == dtype);
        CHECK(allclose(g.to(float64), wanted, tolerance, tolerance));
        CHECK(equal(gradients[i], copies[i]));
      }
    }
  }
  CHECK(count == kClips.size());
}

TEST_CASE("clipping leaves out parameters without a gradient, and the values of small gradients") {
  const Tensor x = ones(2, {.requires_grad = true}), y = with_gradient(ones(2), tensor({3.0, 4.0}));
  const Tensor g = y.grad();
  CHECK(clip_grad_norm_({x}, 1).item() == 0);
  const Tensor total = clip_grad_norm_({x, y}, 6);
  CHECK(total.item() == 5);
  CHECK(total.dtype() == float64);
  CHECK(total.dim() == 0);
  CHECK(equal(y.grad(), g));
  CHECK(!x.grad().defined());
  clip_grad_value_({x, y}, 1);
  clip_grad_block_rms_({x, y}, 1);
  clip_grad_adaptive_({x, y});
  CHECK(!x.grad().defined());
  CHECK(equal(g, tensor({3.0, 4.0})));
}

TEST_CASE("what clipping does with gradients that are not finite") {
  const Tensor x = with_gradient(ones(2), tensor({1.0, kInf})), y = with_gradient(ones(1), tensor({2.0}));
  CHECK(error_of([&] {
          clip_grad_norm_({x, y}, 1, {.error_if_nonfinite = true});
        }) == "clip_grad_norm_: the norm of the gradients is inf; error_if_nonfinite = true wants it finite");
  CHECK(y.grad().item() == 2);
  CHECK(clip_grad_norm_({x, y}, 1).item() == kInf);
  CHECK(y.grad().item() == 0);
  CHECK(std::isnan(x.grad()[1].item()));
  CHECK(std::isnan(clip_grad_norm_({x, y}, 1).item()));
  CHECK(std::isnan(y.grad().item()));
}

TEST_CASE("clipping refuses what is out of bounds") {
  const Tensor x = with_gradient(ones(1), ones(1));
  CHECK(error_of([&] { clip_grad_norm_({x}, -1); }) == "clip_grad_norm_: max_norm = -1 must be at least 0");
  CHECK(error_of([&] { clip_grad_value_({x}, -1); }) == "clip_grad_value_: clip_value = -1 must be at least 0");
  CHECK(error_of([&] { clip_grad_block_rms_({x}, 0); }) == "clip_grad_block_rms_: threshold = 0 must be above 0");
  CHECK(error_of([&] { clip_grad_adaptive_({x}, {.clipping = -1}); }) ==
        "clip_grad_adaptive_: clipping = -1 must be at least 0");
  CHECK(x.grad().item() == 1);
}
