// Convolutions as layers, against PyTorch's: tests/golden/convolution_layers.py.
#include <functional>

#include "error_names.h"
#include "golden/golden.h"

namespace descent {
namespace {

struct Run {
  StateDict state;
  Tensor out;
};

template <class Layer>
Run run(Layer layer, const Tensor& x) {
  return {layer.state_dict(), layer(x).detach()};
}

using nn::Conv1d, nn::Conv2d, nn::Conv3d, nn::ConvTranspose1d, nn::ConvTranspose2d, nn::ConvTranspose3d;

const std::map<std::string, std::function<Run(const Tensor& x, DType t)>> layers = {
    {"nn.Conv1d(3, 4, 3)", [](const Tensor& x, DType t) { return run(Conv1d(3, 4, 3, {.dtype = t}), x); }},
    {"nn.Conv1d(2, 3, 3, stride=2, padding=2, padding_mode='reflect')",
     [](const Tensor& x, DType t) {
       return run(Conv1d(2, 3, 3, {.stride = 2, .padding = 2, .padding_mode = PadMode::reflect, .dtype = t}), x);
     }},
    {"nn.Conv2d(3, 4, 3)", [](const Tensor& x, DType t) { return run(Conv2d(3, 4, 3, {.dtype = t}), x); }},
    {"nn.Conv2d(4, 6, (3, 2), stride=(2, 1), padding=(1, 2), dilation=(1, 2), groups=2)",
     [](const Tensor& x, DType t) {
       return run(
           Conv2d(4, 6, {3, 2}, {.stride = {2, 1}, .padding = {1, 2}, .dilation = {1, 2}, .groups = 2, .dtype = t}), x);
     }},
    {"nn.Conv2d(3, 4, 2, bias=False)",
     [](const Tensor& x, DType t) { return run(Conv2d(3, 4, 2, {.bias = false, .dtype = t}), x); }},
    {"nn.Conv2d(2, 3, (2, 3), padding='same')",
     [](const Tensor& x, DType t) {
       return run(Conv2d(2, 3, {2, 3}, {.padding = ConvPadding::same, .dtype = t}), x);
     }},
    {"nn.Conv2d(2, 3, 2, padding='valid', padding_mode='circular')",
     [](const Tensor& x, DType t) {
       return run(Conv2d(2, 3, 2, {.padding = ConvPadding::valid, .padding_mode = PadMode::circular, .dtype = t}), x);
     }},
    {"nn.Conv2d(2, 3, 3, padding=(1, 2), padding_mode='reflect')",
     [](const Tensor& x, DType t) {
       return run(Conv2d(2, 3, 3, {.padding = {1, 2}, .padding_mode = PadMode::reflect, .dtype = t}), x);
     }},
    {"nn.Conv2d(2, 3, 3, padding=2, padding_mode='replicate')",
     [](const Tensor& x, DType t) {
       return run(Conv2d(2, 3, 3, {.padding = 2, .padding_mode = PadMode::replicate, .dtype = t}), x);
     }},
    {"nn.Conv2d(2, 3, (2, 4), padding='same', padding_mode='circular')",
     [](const Tensor& x, DType t) {
       return run(Conv2d(2, 3, {2, 4}, {.padding = ConvPadding::same, .padding_mode = PadMode::circular, .dtype = t}),
                  x);
     }},
    {"nn.Conv3d(2, 3, (1, 2, 3), padding=(0, 1, 1))",
     [](const Tensor& x, DType t) {
       return run(Conv3d(2, 3, {1, 2, 3}, {.padding = {0, 1, 1}, .dtype = t}), x);
     }},
    {"nn.ConvTranspose1d(3, 4, 3)",
     [](const Tensor& x, DType t) { return run(ConvTranspose1d(3, 4, 3, {.dtype = t}), x); }},
    {"nn.ConvTranspose2d(3, 4, 3)",
     [](const Tensor& x, DType t) { return run(ConvTranspose2d(3, 4, 3, {.dtype = t}), x); }},
    {"nn.ConvTranspose2d(4, 6, 3, stride=2, padding=1, output_padding=1, groups=2, dilation=2)",
     [](const Tensor& x, DType t) {
       return run(
           ConvTranspose2d(4, 6, 3,
                           {.stride = 2, .padding = 1, .output_padding = 1, .groups = 2, .dilation = 2, .dtype = t}),
           x);
     }},
    {"nn.ConvTranspose2d(3, 4, 2, bias=False)",
     [](const Tensor& x, DType t) { return run(ConvTranspose2d(3, 4, 2, {.bias = false, .dtype = t}), x); }},
    {"nn.ConvTranspose3d(2, 3, 2)",
     [](const Tensor& x, DType t) { return run(ConvTranspose3d(2, 3, 2, {.dtype = t}), x); }},
};

}  // namespace

TEST_CASE("convolutions start with PyTorch's numbers, and give its") {
  const Golden golden("convolution_layers");
  std::set<std::string> used;
  for (const auto& golden_case : golden.cases()) {
    const std::string& id = golden_case.first;
    CAPTURE(id);
    const auto statements = PythonCall::split(golden_case.second, ';');
    manual_seed(std::stoull(PythonCall(statements.at(0)).arguments.at(0)));
    REQUIRE(layers.contains(statements.at(1)));
    used.insert(statements.at(1));
    const Tensor &x = golden[id + "/in"], &wanted = golden[id + "/out"];
    const Run got = layers.at(statements.at(1))(x, x.dtype());
    StateDict state = golden.under(id + "/");
    state.erase("in");
    state.erase("out");
    CHECK(got.state.size() == state.size());
    for (const auto& parameter : state) {
      CAPTURE(parameter.first);
      CHECK(equal(got.state.at(parameter.first), parameter.second));
    }
    CHECK(got.out.sizes() == wanted.sizes());
    CHECK(allclose(got.out, wanted, 0, x.dtype() == float32 ? 1e-6 : 1e-14));
  }
  CHECK(used.size() == layers.size());
}

TEST_CASE("errors of convolutions as layers") {
  CHECK(error_of([] { Conv2d(1, 4, 3)(ones({2, 3, 5, 5})); }) == "Conv2d: input has 3 channels, weight wants 1");
  CHECK(error_of([] {
          Conv2d(2, 4, 3, {.padding = 2, .padding_mode = PadMode::reflect})(ones({1, 2, 2, 5}));
        }).starts_with("Conv2d: "));
  CHECK(error_of([] {
          ConvTranspose1d(2, 4, 3)(ones({3, 5}));
        }) == "ConvTranspose1d: input has 3 channels, weight wants 2");
  CHECK(error_of([] { Conv2d(0, 4, 3); }) == "Conv2d: wants 1 channel or more, not 0 to 4");
  CHECK(error_of([] { Conv2d(4, 6, 3, {.groups = 4}); }) == "Conv2d: 4 to 6 channels do not fall into 4 groups");
  CHECK(error_of([] { Conv3d(4, 6, {3, 3}); }) == "Conv3d: kernel_size [3, 3] must be one number, or 3");
  CHECK(error_of([] { Conv1d(4, 6, 0); }) == "Conv1d: kernel_size [0] must be 1 or more");
  CHECK(error_of([] { Conv1d(4, 6, 3, {.stride = 0}); }) == "Conv1d: stride [0] must be 1 or more");
  CHECK(error_of([] {
          Conv2d(4, 6, 3, {.padding = {1, 2, 3}});
        }) == "Conv2d: padding [1, 2, 3] must be one number, or 2");
  CHECK(error_of([] { Conv2d(4, 6, 3, {.stride = 2, .padding = ConvPadding::same}); }) ==
        "Conv2d: stride [2] does not go with a result of the same size");
  CHECK(error_of([] { ConvTranspose2d(4, 6, 3, {.output_padding = -1}); }) ==
        "ConvTranspose2d: output_padding [-1] must be 0 or more");
  check_names_of_one("Conv1d", [](const Tensor& x) { Conv1d(3, 4, 3)(x); });
  check_names_of_one("ConvTranspose2d", [](const Tensor& x) { ConvTranspose2d(3, 4, 3)(x); });
}

}  // namespace descent
