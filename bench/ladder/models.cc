// Training steps of the networks that people make of layers, by AdamW.
#include <memory>
#include <vector>

#include "ladder/rung.h"
#include "ladder/training.h"

using namespace descent;

namespace ladder {
namespace {

/// Sequences of 100 steps, and the class of each.
struct SequenceClassifier final : nn::Module<SequenceClassifier> {
  nn::LSTM lstm{64, 128, {.batch_first = true}};
  nn::Linear head{128, 10};
  Tensor forward(const Tensor& x) { return head(lstm(x).second.h[0]); }
};

/// The classic of 28 x 28 pictures.
struct ConvNet final : nn::Module<ConvNet> {
  nn::Conv2d conv1{1, 32, 3};
  nn::Conv2d conv2{32, 64, 3};
  nn::Linear fc1{9216, 128};
  nn::Linear fc2{128, 10};
  Tensor forward(const Tensor& x) {
    const Tensor features = max_pool2d(relu(conv2(relu(conv1(x)))), 2);
    return fc2(relu(fc1(flatten(features, 1))));
  }
};

/// A language model of characters: 6 layers of width 384, 6 heads, windows of 256.
class CharGPT final : public nn::Module<CharGPT> {
 public:
  static constexpr std::int64_t kWidth = 384;

  struct Block final : nn::Module<Block> {
    nn::LayerNorm ln1{kWidth};
    nn::Linear qkv{kWidth, 3 * kWidth};
    nn::Linear out{kWidth, kWidth};
    nn::LayerNorm ln2{kWidth};
    nn::Linear up{kWidth, 4 * kWidth};
    nn::Linear down{4 * kWidth, kWidth};
    Tensor forward(const Tensor& x) {
      const std::int64_t batch = x.size(0), length = x.size(1);
      const Tensor heads = qkv(ln1(x)).reshape({batch, length, 3, 6, 64}).permute({2, 0, 3, 1, 4});
      const Tensor seen = scaled_dot_product_attention(heads[0], heads[1], heads[2], {.is_causal = true});
      const Tensor h = x + out(seen.transpose(1, 2).reshape({batch, length, kWidth}));
      return h + down(gelu(up(ln2(h))));
    }
  };
  Tensor forward(const Tensor& tokens) {
    Tensor x = token_embedding(tokens) + position_embedding.weight;
    for (Block& block : blocks) x = block(x);
    return head(ln(x));
  }
  auto members() {
    return nn::members("token_embedding", token_embedding, "position_embedding", position_embedding, "blocks", blocks,
                       "ln", ln, "head", head);
  }

  nn::Embedding token_embedding{65, kWidth};
  nn::Embedding position_embedding{256, kWidth};
  std::vector<Block> blocks = std::vector<Block>(6);
  nn::LayerNorm ln{kWidth};
  nn::Linear head{kWidth, 65, {.bias = false}};
};

template <class Net, class LossOf>
auto model(const Tensor& x, const Tensor& y, LossOf loss_of) {
  return [=](auto way) {
    const auto net = std::make_shared<Net>();
    return way(training(std::make_shared<optim::AdamW>(net->parameters(), optim::AdamW::Options{.lr = 1e-3}),
                        [=](const Tensor& a, const Tensor& b) { return loss_of(*net, a, b); }),
               x, y);
  };
}

template <class Net>
Tensor loss_of_classes(Net& net, const Tensor& x, const Tensor& y) {
  const Tensor logits = net(x);
  return cross_entropy(logits.reshape({-1, logits.size(-1)}), y);
}

}  // namespace

void add_models() {
  add("lstm 64 to 128, 64 sequences of 100", {},
      model<SequenceClassifier>(randn({64, 100, 64}), randint(10, {64}), loss_of_classes<SequenceClassifier>));
  add("convolutional net, 64 pictures of 28x28", {},
      model<ConvNet>(rand({64, 1, 28, 28}), randint(10, {64}), loss_of_classes<ConvNet>));
  add("char GPT, 6 layers of 384, 16x256", {},
      model<CharGPT>(randint(65, {16, 256}), randint(65, {4096}), loss_of_classes<CharGPT>));
}

}  // namespace ladder
