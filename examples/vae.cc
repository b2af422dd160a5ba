// A variational autoencoder learns to draw: digits of 8 x 8 pixels, or pictures of clothes.
//   vae                        the digits of examples/data/digits.csv
//   vae FOLDER [EPOCHS]        the 60,000 pictures of MNIST's kind in FOLDER, such as that of Debian's package
//                              dataset-fashion-mnist, /usr/share/datasets/fashion-mnist; 10 epochs by default
// D. P. Kingma and M. Welling, "Auto-encoding variational Bayes", 2014.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "descent/descent.h"

using namespace descent;
using distributions::Normal;

class VAE final : public nn::Module<VAE> {
 public:
  VAE(std::int64_t pixels, std::int64_t hidden, std::int64_t latent)
      : fc1(pixels, hidden), fc21(hidden, latent), fc22(hidden, latent), fc3(latent, hidden), fc4(hidden, pixels) {}

  Normal encode(const Tensor& x) {
    const Tensor h = relu(fc1(x));
    return {fc21(h), exp(0.5 * fc22(h))};
  }
  Tensor decode(const Tensor& z) { return fc4(relu(fc3(z))); }  // logits of the pixels

  auto members() { return nn::members("fc1", fc1, "fc21", fc21, "fc22", fc22, "fc3", fc3, "fc4", fc4); }

  nn::Linear fc1, fc21, fc22, fc3, fc4;
};

// What the logarithm of the probability of pictures is at least, over all of them: how well they are drawn again, less
// how far their codes are from the prior.
Tensor bound(VAE& model, const Tensor& x) {
  const Normal posterior = model.encode(x);
  const Tensor redrawn = model.decode(posterior.rsample());
  const Tensor distance = binary_cross_entropy_with_logits(redrawn, x, {.reduction = Reduction::sum});
  return -distance - sum(kl_divergence(posterior, Normal(0, 1)));
}

// Pictures side by side, two characters a pixel.
void print(const Tensor& pictures) {
  const std::string ink = " .:-=+*#%@";
  for (std::int64_t row = 0; row < pictures.size(1); ++row) {
    for (const Tensor& picture : pictures) {
      for (const double pixel : picture[row].to_vector<double>())
        std::printf("%s", std::string(2, ink[static_cast<std::size_t>(std::lround(9 * pixel))]).c_str());
      std::printf("  ");
    }
    std::printf("\n");
  }
}

Tensor read_digits() {
  std::vector<Tensor> columns;
  for (const auto& column : data::read_csv(EXAMPLES_DATA "digits.csv").columns)
    columns.push_back(tensor(column.numbers, {.dtype = float32}));
  columns.pop_back();  // which digit it is
  return stack(columns, 1) / 16;
}

int main(int argc, char** argv) try {
  const bool digits = argc < 2;
  const int epochs = digits ? 40 : argc > 2 ? std::atoi(argv[2]) : 10;
  const auto read = [&](const std::string& name) {
    return data::read_idx(argv[1] + name, {.dtype = float32}).flatten(1) / 255;
  };
  const Tensor pictures = digits ? read_digits() : read("/train-images-idx3-ubyte.gz");
  const Tensor train_x = digits ? pictures(Slice(0, 1500)) : pictures;
  const Tensor test_x = digits ? pictures(Slice(1500)) : read("/t10k-images-idx3-ubyte.gz");
  const auto side = static_cast<std::int64_t>(std::sqrt(train_x.size(1)));

  manual_seed(1);
  const std::int64_t latent = digits ? 8 : 20;
  VAE model(train_x.size(1), digits ? 128 : 400, latent);
  optim::Adam optimizer(model.parameters(), {.lr = digits ? 3e-3 : 1e-3});
  const data::TensorDataset dataset(train_x);
  data::DataLoader loader(dataset, {.batch_size = digits ? 32 : 128, .shuffle = true});
  double test_bound = 0;
  for (int epoch = 1; epoch <= epochs; ++epoch) {
    double train_bound = 0;
    for (const Tensor& x : loader) {
      optimizer.zero_grad();
      const Tensor loss = -bound(model, x) / x.size(0);
      loss.backward();
      optimizer.step();
      train_bound -= loss.item() * static_cast<double>(x.size(0)) / static_cast<double>(train_x.size(0));
    }
    const NoGrad no_grad;
    test_bound = bound(model, test_x).item() / static_cast<double>(test_x.size(0));
    if (!digits || epoch % 10 == 0) {
      std::printf("epoch %2d: bound %.2f, %.2f of pictures it has not seen\n", epoch, train_bound, test_bound);
      std::fflush(stdout);
    }
  }

  const NoGrad no_grad;
  print(sigmoid(model.decode(randn({digits ? 6 : 3, latent}))).reshape({-1, side, side}));
  return !digits || test_bound > -25 ? 0 : 1;
} catch (const Error& error) {
  std::fprintf(stderr, "vae: %s\n", error.what());
  return 1;
}
