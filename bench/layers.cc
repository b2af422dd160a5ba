// Training steps of the networks that people make of layers, op by op and as native code: one line
// "NAME eager|native MILLISECONDS" for each. bench/compare_layers.py runs it beside PyTorch.
//   bench_layers [NAME ...]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "core/observer.h"
#include "descent/descent.h"

using namespace descent;

namespace {

using Step = std::function<void()>;

// Milliseconds a step of each, the least of several rounds of at least 0.2 s, in turns.
std::vector<double> milliseconds(const std::vector<Step>& steps) {
  using Clock = std::chrono::steady_clock;
  const auto time = [](const Step& step, int count) {
    const auto start = Clock::now();
    for (int i = 0; i < count; ++i) step();
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count() / count;
  };
  std::vector<int> counts;
  for (const Step& step : steps) {
    for (int i = 0; i < 2; ++i) step();
    counts.push_back(std::max(1, static_cast<int>(200 / time(step, 1))));
  }
  std::vector<double> least(steps.size(), std::numeric_limits<double>::infinity());
  for (int round = 0; round < 5; ++round) {
    for (std::size_t i = 0; i < steps.size(); ++i) least[i] = std::min(least[i], time(steps[i], counts[i]));
  }
  return least;
}

// Times the training of `net` by AdamW, where loss(net) is what it descends.
template <class Net, class LossOf>
void training(const std::string& name, Net net, const LossOf& loss_of) {
  optim::AdamW optimizer(net.parameters(), {.lr = 1e-3});
  const auto step = [&] {
    optimizer.zero_grad();
    loss_of(net).backward();
    optimizer.step();
  };
  auto native = compile(step);
  const std::vector<double> times = milliseconds({[&] { native(); },
                                                  [&] {
                                                    Observer somebody;  // who watches: then no step runs as a program
                                                    const WithObserver watched(&somebody);
                                                    step();
                                                  }});
  std::printf("%s native %.3f\n%s eager %.3f\n", name.c_str(), times[0], name.c_str(), times[1]);
  std::fflush(stdout);
}

// Sequences of 100 steps, and the class of each.
struct SequenceClassifier final : nn::Module<SequenceClassifier> {
  nn::LSTM lstm{64, 128, {.batch_first = true}};
  nn::Linear head{128, 10};
  Tensor forward(const Tensor& x) { return head(lstm(x).second.h[0]); }
};

void lstm(const std::string& name) {
  const Tensor x = randn({64, 100, 64}), y = randint(10, {64});
  training(name, SequenceClassifier(), [&](SequenceClassifier& net) { return cross_entropy(net(x), y); });
}

// The classic of 28 x 28 pictures.
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

void conv_net(const std::string& name) {
  const Tensor x = rand({64, 1, 28, 28}), y = randint(10, {64});
  training(name, ConvNet(), [&](ConvNet& net) { return cross_entropy(net(x), y); });
}

// A language model of characters: 6 layers of width 384, 6 heads, windows of 256.
class CharGPT final : public nn::Module<CharGPT> {
 public:
  struct Block final : nn::Module<Block> {
    nn::LayerNorm ln1{384};
    nn::Linear qkv{384, 3 * 384};
    nn::Linear out{384, 384};
    nn::LayerNorm ln2{384};
    nn::Linear up{384, 4 * 384};
    nn::Linear down{4 * 384, 384};
    Tensor forward(const Tensor& x) {
      const std::int64_t batch = x.size(0), length = x.size(1);
      const Tensor heads = qkv(ln1(x)).reshape({batch, length, 3, 6, 64}).permute({2, 0, 3, 1, 4});
      const Tensor seen = scaled_dot_product_attention(heads[0], heads[1], heads[2], {.is_causal = true});
      const Tensor h = x + out(seen.transpose(1, 2).reshape({batch, length, 384}));
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

  nn::Embedding token_embedding{65, 384};
  nn::Embedding position_embedding{256, 384};
  std::vector<Block> blocks = std::vector<Block>(6);
  nn::LayerNorm ln{384};
  nn::Linear head{384, 65, {.bias = false}};
};

void char_gpt(const std::string& name) {
  const Tensor x = randint(65, {16, 256}), y = randint(65, {16 * 256});
  training(name, CharGPT(), [&](CharGPT& net) { return cross_entropy(net(x).reshape({-1, 65}), y); });
}

const std::vector<std::pair<const char*, void (*)(const std::string& name)>> networks = {
    {"lstm", lstm}, {"conv_net", conv_net}, {"char_gpt", char_gpt}};

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> wanted(argv + 1, argv + argc);
  for (const auto& [name, run] : networks) {
    if (wanted.empty() || std::find(wanted.begin(), wanted.end(), name) != wanted.end()) run(name);
  }
}
