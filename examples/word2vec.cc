// Words as vectors: those that stand among the same words come to lie close.
//   word2vec [EPOCHS]     4 by default; docs/examples.md says what 15 come to
// T. Mikolov et al., "Distributed representations of words and phrases and their compositionality", 2013: skip-grams,
// negative samples (drawn once for all of a batch), and fewer of the commonest words.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "descent/descent.h"

using namespace descent;

class SkipGram final : public nn::Module<SkipGram> {
 public:
  SkipGram(std::int64_t words, std::int64_t width) : in(words, width), out(words, width) {
    nn::init::uniform_(in.weight, -0.5 / static_cast<double>(width), 0.5 / static_cast<double>(width));
    nn::init::zeros_(out.weight);
  }
  // The loss of words [N] that have these neighbours [N], and not the negative samples [K].
  Tensor forward(const Tensor& words, const Tensor& neighbours, const Tensor& negatives) {
    const Tensor x = in(words);
    return -mean(log_sigmoid(sum(x * out(neighbours), 1)) + sum(log_sigmoid(-matmul(x, out(negatives).t())), 1));
  }
  auto members() { return nn::members("in", in, "out", out); }

  nn::Embedding in, out;
};

// Each word of the text with those within its reach, which is drawn from 1 to `window`.
data::Batch pairs(const Tensor& text, std::int64_t window) {
  const std::int64_t length = text.size(0);
  const Tensor reach = randint(1, window + 1, {length});
  std::vector<Tensor> words, neighbours;
  for (std::int64_t distance = 1; distance <= window; ++distance) {
    const Slice left(0, length - distance), right(distance);
    for (const auto& [from, to] : {std::pair(left, right), std::pair(right, left)}) {
      const Tensor near = reach(from) >= distance;
      words.push_back(text(from)(near));
      neighbours.push_back(text(to)(near));
    }
  }
  return {cat(words), cat(neighbours)};
}

int main(int argc, char** argv) try {
  const int epochs = argc > 1 ? std::atoi(argv[1]) : 4;
  const std::vector<std::string> words = data::split_words(data::read_text(EXAMPLES_DATA "pride_and_prejudice.txt.gz"));
  const data::Vocabulary vocabulary(words, {.min_count = 5});
  const Tensor text = tensor(vocabulary.encode(words));
  const Tensor counts = bincount(text).to(float32);
  // How likely a word of the text is kept, and, up to a factor, how likely a word is drawn as a negative sample.
  const Tensor kept = clamp(sqrt(1e-3 * sum(counts) / counts), {}, 1);
  const Tensor noise = pow(counts, 0.75);

  manual_seed(1);
  SkipGram model(vocabulary.size(), 64);
  optim::SparseAdam optimizer(model.parameters(), {.lr = 0.01});
  auto step = compile([&](const Tensor& x, const Tensor& y, const Tensor& negatives) {
    optimizer.zero_grad();
    const Tensor loss = model(x, y, negatives);
    loss.backward();
    optimizer.step();
    return loss;
  });
  for (int epoch = 1; epoch <= epochs; ++epoch) {
    const auto [centres, neighbours] = pairs(text(bernoulli(kept(text)) == 1), 5);
    data::Batches batches(centres, neighbours, 512);
    double total = 0;
    for (const auto& [x, y] : batches) total += step(x, y, multinomial(noise, 10, true)).item();
    std::printf("epoch %2d: loss %.3f\n", epoch, total / static_cast<double>(batches.count()));
    std::fflush(stdout);
  }

  // Words that belong together, and which are the nearest to the first of them.
  const NoGrad no_grad;
  const Tensor vectors = normalize(model.in.weight);
  const std::vector<std::pair<std::string, std::string>> related = {
      {"mother", "father"}, {"brother", "sister"}, {"two", "three"},   {"hertfordshire", "derbyshire"},
      {"he", "him"},        {"mr", "mrs"},         {"kitty", "lydia"}, {"morning", "evening"},
  };
  double cosine = 0;
  for (const auto& [word, other] : related) {
    const Tensor cosines = matmul(vectors, vectors[vocabulary.find(word).value()]);
    cosine += cosines[vocabulary.find(other).value()].item() / static_cast<double>(related.size());
    std::printf("%s:", word.c_str());
    const Tensor nearest = topk(cosines, 7).indices(Slice(1));
    for (const std::string& near : vocabulary.decode(nearest.to_vector<std::int64_t>()))
      std::printf(" %s", near.c_str());
    std::printf("\n");
  }
  const double mean_cosine = mean(matmul(vectors, vectors.t())).item();
  std::printf("related words: a cosine of %.2f on average; any two words: %.2f\n", cosine, mean_cosine);
  return cosine > mean_cosine + 0.1 ? 0 : 1;
} catch (const Error& error) {
  std::fprintf(stderr, "word2vec: %s\n", error.what());
  return 1;
}
