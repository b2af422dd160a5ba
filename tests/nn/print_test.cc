// Modules in words.
#include <doctest/doctest.h>

#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "descent/descent.h"

using namespace descent;

namespace {

struct Named final : nn::Module<Named> {
  nn::Linear fc1{4, 3};
  std::vector<nn::Linear> layers{nn::Linear(3, 3), nn::Linear(3, 2, {.bias = false})};
  std::map<std::string, nn::Softmax> heads{{"first", nn::Softmax(1)}};
  double rate = 0.5;
  Tensor forward(const Tensor& x) { return heads.at("first")(layers[1](layers[0](fc1(x)) * rate)); }
};

struct Scale final : nn::Module<Scale> {
  std::int64_t width = 3;
  float factor = 2;
  bool is_on = true;
  std::string title = "it";
  nn::Parameter weight{ones(2)};
  nn::ReLU inner;
  std::vector<int> ignored{1};
  Tensor forward(const Tensor& x) { return inner(x) * factor; }
};

}  // namespace

TEST_CASE("modules print as PyTorch's") {
  CHECK(to_string(nn::Linear(4, 3)) == "Linear(in_features=4, out_features=3, bias=True)");
  CHECK(to_string(nn::ReLU()) == "ReLU()");
  CHECK(to_string(nn::Softplus()) == "Softplus(beta=1.0, threshold=20.0)");
  CHECK(to_string(nn::LeakyReLU()) == "LeakyReLU(negative_slope=0.01)");
  CHECK(to_string(nn::MaxPool2d(2, {.stride = {2, 1}})) ==
        "MaxPool2d(kernel_size=(2,), stride=(2, 1), padding=(0,), dilation=(1,), ceil_mode=False)");
  CHECK(to_string(nn::Conv2d(1, 32, 3)) == "Conv2d(1, 32, kernel_size=(3, 3), stride=(1, 1))");
  CHECK(to_string(nn::Conv1d(4, 8, 3, {.stride = 2, .padding = 1, .groups = 2, .bias = false})) ==
        "Conv1d(4, 8, kernel_size=(3,), stride=(2,), padding=(1,), groups=2, bias=False)");
  CHECK(to_string(nn::ConvTranspose2d(4, 8, 3)) == "ConvTranspose2d(4, 8, kernel_size=(3, 3), stride=(1, 1))");
  CHECK(to_string(nn::ZeroPad2d(1)) == "ZeroPad2d(padding=(1, 1, 1, 1), value=0.0)");
  CHECK(to_string(nn::BatchNorm2d(3)) ==
        "BatchNorm2d(num_features=3, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)");
  CHECK(to_string(nn::LayerNorm({3, 4})) == "LayerNorm(normalized_shape=(3, 4), eps=1e-05)");
  CHECK(to_string(nn::Embedding(10, 3)) == "Embedding(10, 3, padding_idx=None)");
  CHECK(to_string(nn::PairwiseDistance()) == "PairwiseDistance(p=2.0, eps=1e-06, keepdim=False)");
  CHECK(to_string(nn::Sequential{nn::Linear(2, 3), relu, nn::Sequential{nn::Tanh()}}) ==
        "Sequential(\n"
        "  (0): Linear(in_features=2, out_features=3, bias=True)\n"
        "  (1): function()\n"
        "  (2): Sequential(\n"
        "    (0): Tanh()\n"
        "  )\n"
        ")");
}

TEST_CASE("a module prints its layers by name, and the numbers among its members") {
  std::ostringstream out;
  out << Named();
  CHECK(out.str() ==
        "Named(rate=0.5\n"
        "  (fc1): Linear(in_features=4, out_features=3, bias=True)\n"
        "  (layers.0): Linear(in_features=3, out_features=3, bias=True)\n"
        "  (layers.1): Linear(in_features=3, out_features=2, bias=False)\n"
        "  (heads.first): Softmax(dim=1)\n"
        ")");
  CHECK(to_string(Scale()) ==
        "Scale(width=3, factor=2.0, is_on=True, title='it'\n"
        "  (inner): ReLU()\n"
        ")");
}

TEST_CASE("a summary counts what a call takes, and leaves the module as it was") {
  struct Inner final : nn::Module<Inner> {
    nn::Linear up{8, 16};
    nn::Dropout dropout{0.5};
    nn::Parameter scale{ones(16)};
    Tensor forward(const Tensor& x) { return dropout(up(x)) * scale; }
  };
  struct Outer final : nn::Module<Outer> {
    nn::Linear unused{1, 1};
    std::vector<Inner> blocks{1};
    nn::Linear head{16, 2, {.bias = false}};
    Tensor forward(const Tensor& x) { return head(blocks[0](x)); }
  } net;
  net.head.requires_grad_(false);
  const nn::Summary summary = nn::summary(net, ones({4, 8}));
  REQUIRE(summary.layers.size() == 6);
  const auto layer = [&](std::size_t i) -> const nn::LayerSummary& { return summary.layers[i]; };
  CHECK(layer(0).name == "");
  CHECK(layer(0).outputs == std::vector<Dims>{{4, 2}});
  CHECK(layer(1).outputs.empty());
  CHECK(layer(2).name == "blocks.0");
  CHECK(layer(2).type == "Inner");
  CHECK(layer(2).depth == 1);
  CHECK(layer(2).parameters == 16);
  CHECK(layer(3).name == "blocks.0.up");
  CHECK(layer(3).parameters == 8 * 16 + 16);
  CHECK(layer(3).multiply_adds == 4 * 8 * 16);
  CHECK(layer(3).output_bytes == 4 * 16 * 4);
  CHECK(layer(4).multiply_adds == 0);
  CHECK(layer(5).multiply_adds == 4 * 16 * 2);
  CHECK(layer(5).trainable == 0);
  CHECK(summary.parameters == 2 + 16 + 8 * 16 + 16 + 32);
  CHECK(summary.trainable == summary.parameters - 32);
  CHECK(summary.parameter_bytes == 4 * summary.parameters);
  CHECK(summary.multiply_adds == 4 * 8 * 16 + 4 * 16 * 2);
  CHECK(summary.output_bytes == 4 * (4 * 16 + 4 * 16 + 4 * 2));
  CHECK(net.blocks[0].dropout.training);
  std::ostringstream out;
  out << summary;
  CHECK(out.str() ==
        "Layer                 Output   Parameters  Multiply-adds\n"
        "--------------------------------------------------------\n"
        "Outer                 [4, 2]            -              -\n"
        "  unused: Linear      -                 2              -\n"
        "  blocks.0: Inner     [4, 16]          16              -\n"
        "    up: Linear        [4, 16]         144            512\n"
        "    dropout: Dropout  [4, 16]           -              -\n"
        "  head: Linear        [4, 2]           32            128\n"
        "\n"
        "Parameters: 194, trainable: 162, in memory with buffers: 776 bytes\n"
        "Multiply-adds: 640, outputs: 544 bytes\n");
}
