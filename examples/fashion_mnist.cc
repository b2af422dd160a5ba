// A convolutional network on Fashion-MNIST: 70,000 pictures of 28 x 28 pixels, of ten kinds of clothes.
//   fashion_mnist                 one epoch over 3,000 pictures, for a first look
//   fashion_mnist 8 60000         eight epochs over all of them: docs/examples.md says what comes out
// The pictures are those of Debian's package dataset-fashion-mnist; FASHION_MNIST names another folder.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "descent/descent.h"

using namespace descent;

struct Net final : nn::Module<Net> {
  nn::Conv2d conv1{1, 32, 3};
  nn::Conv2d conv2{32, 64, 3};
  nn::Dropout dropout{0.25};
  nn::Linear fc1{9216, 128};
  nn::Linear fc2{128, 10};

  Tensor forward(Tensor x) {
    x = relu(conv1(x));
    x = max_pool2d(relu(conv2(x)), 2);
    x = dropout(flatten(x, 1));
    return fc2(relu(fc1(x)));
  }
};

double accuracy(Net& net, const Tensor& pictures, const Tensor& kinds) {
  const NoGrad no_grad;
  net.eval();
  double right = 0;
  for (std::int64_t i = 0; i < pictures.size(0); i += 1000) {
    const Slice some(i, i + 1000);
    right += sum(argmax(net(pictures(some)), 1) == kinds(some)).item();
  }
  net.train();
  return right / static_cast<double>(pictures.size(0));
}

int main(int argc, char** argv) try {
  const int epochs = argc > 1 ? std::atoi(argv[1]) : 1;
  const std::int64_t pictures = argc > 2 ? std::atoll(argv[2]) : 3'000;
  const char* named = std::getenv("FASHION_MNIST");
  const std::string folder = named ? named : "/usr/share/datasets/fashion-mnist";
  const auto read = [&](const std::string& part, const std::string& what, DType dtype) {
    return data::read_idx(folder + "/" + part + "-" + what + "-ubyte.gz", {.dtype = dtype});
  };
  const Tensor train_x = read("train", "images-idx3", float32)(Slice(0, pictures)).unsqueeze(1) / 255;
  const Tensor train_y = read("train", "labels-idx1", int64)(Slice(0, pictures));
  const Tensor test_x = read("t10k", "images-idx3", float32).unsqueeze(1) / 255;
  const Tensor test_y = read("t10k", "labels-idx1", int64);

  manual_seed(1);
  Net net;
  optim::AdamW optimizer(net.parameters(), {.lr = 1e-3});
  const auto step = [&](const Tensor& x, const Tensor& y) {
    optimizer.zero_grad();
    const Tensor loss = cross_entropy(net(x), y);
    loss.backward();
    optimizer.step();
    return loss;
  };
  data::Batches batches(train_x, train_y, 64);
  for (int epoch = 1; epoch <= epochs; ++epoch) {
    double total = 0;
    for (const auto& [x, y] : batches) total += step(x, y).item();
    std::printf("epoch %d: training loss %.4f, %.2f %% of the test pictures right\n", epoch,
                total / static_cast<double>(batches.count()), 100 * accuracy(net, test_x, test_y));
    std::fflush(stdout);
  }
  return accuracy(net, test_x, test_y) > 0.7 ? 0 : 1;
} catch (const Error& error) {
  std::fprintf(stderr, "fashion_mnist: %s\n", error.what());
  return 1;
}
