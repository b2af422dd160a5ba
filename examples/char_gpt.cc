// A transformer learns to write like Jane Austen, character by character.
//   char_gpt                              a small one, for a first look
//   char_gpt STEPS [TEMPERATURE [FILE]]   the one of docs/examples.md, which takes 1000 steps; what it writes is drawn
//                                         at TEMPERATURE, 0.8 by default; FILE holds another text
// A. Radford et al., "Language models are unsupervised multitask learners", 2019.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "descent/descent.h"

using namespace descent;

struct Settings {
  std::int64_t context, width, heads, layers, batch;
  double lr;
};

class GPT final : public nn::Module<GPT> {
 public:
  GPT(std::int64_t characters, const Settings& settings)
      : token(characters, settings.width),
        position(settings.context, settings.width),
        blocks(nn::TransformerEncoderLayer(settings.width, settings.heads,
                                           {.dim_feedforward = 4 * settings.width,
                                            .dropout = 0.1,
                                            .activation = [](const Tensor& x) { return gelu(x); },
                                            .batch_first = true,
                                            .norm_first = true}),
               settings.layers, nn::LayerNorm(settings.width)),
        head(settings.width, characters) {}

  // Of each character [N, L], the logits of the one that follows it.
  Tensor forward(const Tensor& x) {
    const std::int64_t length = x.size(1);
    const nn::TransformerEncoderMasks masks{
        .src_mask = nn::Transformer::generate_square_subsequent_mask(length),
        .is_causal = true,
    };
    return head(blocks(token(x) + position(arange(length)), masks));
  }

  auto members() { return nn::members("token", token, "position", position, "blocks", blocks, "head", head); }

  nn::Embedding token, position;
  nn::TransformerEncoder blocks;
  nn::Linear head;
};

// Windows of a text that begin at `starts` [N], and the same one character later.
data::Batch windows(const Tensor& text, const Tensor& starts, std::int64_t context) {
  const Tensor at = starts.unsqueeze(1) + arange(context);
  return {text(at), text(at + 1)};
}

Tensor loss_of(GPT& model, const Tensor& x, const Tensor& y) {
  return cross_entropy(model(x).flatten(0, 1), y.flatten());
}

// A character, of a text of which the model has seen none.
double validation_loss(GPT& model, const Tensor& text, const Settings& settings) {
  const NoGrad no_grad;
  model.eval();
  const Tensor starts = arange(0, text.size(0) - settings.context, settings.context);
  double total = 0;
  for (const Tensor& some : split(starts, settings.batch)) {
    const auto [x, y] = windows(text, some, settings.context);
    total += loss_of(model, x, y).item() * static_cast<double>(some.size(0));
  }
  model.train();
  return total / static_cast<double>(starts.size(0));
}

// The text and `count` characters that follow it.
Tensor write_on(GPT& model, Tensor text, int count, double temperature, Generator generator) {
  const NoGrad no_grad;
  model.eval();
  const std::int64_t context = model.position.weight.size(0);
  for (int i = 0; i < count; ++i) {
    const Tensor logits = model(text(Slice(-context)).unsqueeze(0))[0][-1];
    text = cat({text, multinomial(softmax(logits / temperature, 0), 1, false, generator)});
  }
  return text;
}

int main(int argc, char** argv) try {
  const bool whole = argc > 1;
  const int steps = whole ? std::atoi(argv[1]) : 300;
  const double temperature = argc > 2 ? std::atof(argv[2]) : 0.8;
  const Settings settings =
      whole ? Settings{.context = 64, .width = 128, .heads = 4, .layers = 4, .batch = 32, .lr = 3e-3}
            : Settings{.context = 32, .width = 64, .heads = 4, .layers = 2, .batch = 32, .lr = 5e-3};

  const std::string text = data::read_text(argc > 3 ? argv[3] : EXAMPLES_DATA "pride_and_prejudice.txt.gz");
  const data::CharacterTokenizer tokenizer(text);
  const Tensor tokens = tensor(tokenizer.encode(text));
  const Tensor prompt = tensor(tokenizer.encode("It is a truth"));
  const std::int64_t nine_tenths = tokens.size(0) * 9 / 10;
  const Tensor train_text = tokens(Slice(0, nine_tenths)), test_text = tokens(Slice(nine_tenths));

  manual_seed(1);
  Generator order(1);
  GPT model(tokenizer.size(), settings);
  optim::AdamW optimizer(model.parameters(), {.lr = settings.lr, .weight_decay = 0.1});
  optim::lr_scheduler::WarmupCosineLR schedule(optimizer,
                                               {.total_steps = steps, .warmup_steps = steps / 20, .end_factor = 0.1});
  auto step = compile([&](const Tensor& x, const Tensor& y) {
    const Tensor loss = loss_of(model, x, y);
    optimizer.zero_grad();
    loss.backward();
    optim::clip_grad_norm_(model.parameters(), 1);
    optimizer.step();
    return loss;
  });
  double test_loss = 0;
  for (int i = 1; i <= steps; ++i) {
    const Tensor starts = randint(train_text.size(0) - settings.context, {settings.batch}, {}, order);
    const auto [x, y] = windows(train_text, starts, settings.context);
    const Tensor loss = step(x, y);
    schedule.step();
    if (i % std::max(steps / (whole ? 10 : 3), 1) == 0) {
      test_loss = validation_loss(model, test_text, settings);
      std::printf("step %4d: loss %.3f, %.3f on the last tenth of the text\n", i, loss.item(), test_loss);
      std::fflush(stdout);
    }
  }

  const Tensor written = write_on(model, prompt, whole ? 1000 : 100, temperature, Generator(1));
  std::printf("\n%s\n", tokenizer.decode(written.to_vector<std::int64_t>()).c_str());
  // Who knows the last character alone, and how often each follows it, comes to 2.43.
  return whole || test_loss < 2.3 ? 0 : 1;
} catch (const Error& error) {
  std::fprintf(stderr, "char_gpt: %s\n", error.what());
  return 1;
}
