// Is a sentence of a novel told by its author, or spoken by someone in it? A bag of words knows.
//   text_classifier [EPOCHS]     3 by default
// It learns from sentences of "Persuasion", and is tested on those of another novel, "Northanger Abbey".
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "descent/descent.h"

using namespace descent;

class Net final : public nn::Module<Net> {
 public:
  explicit Net(std::int64_t words) : bag(words, 32), head(32, 2) {}
  Tensor forward(const Tensor& words, const Tensor& offsets) { return head(bag(words, offsets)); }
  auto members() { return nn::members("bag", bag, "head", head); }

  nn::EmbeddingBag bag;
  nn::Linear head;
};

// The words of each sentence, and 1 if it is spoken.
using Sentence = std::pair<std::vector<std::string>, std::int64_t>;

std::vector<Sentence> read_sentences(const std::string& novel) {
  const data::Table table = data::read_csv(EXAMPLES_DATA "sentences.csv.gz");
  const data::Column &title = *table.find("novel"), &kind = *table.find("kind"), &text = *table.find("sentence");
  std::vector<Sentence> sentences;
  for (std::size_t row = 0; row < table.rows; ++row) {
    if (title.text(row) == novel) sentences.emplace_back(data::split_words(text.text(row)), kind.text(row) == "spoken");
  }
  return sentences;
}

struct Bags {
  Tensor words, offsets, kinds;
};

Bags bags_of(const std::vector<std::pair<Tensor, std::int64_t>>& sentences) {
  std::vector<Tensor> words;
  std::vector<std::int64_t> offsets, kinds;
  std::int64_t offset = 0;
  for (const auto& [tokens, kind] : sentences) {
    words.push_back(tokens);
    offsets.push_back(offset);
    kinds.push_back(kind);
    offset += tokens.size(0);
  }
  return {cat(words), tensor(offsets), tensor(kinds)};
}

int main(int argc, char** argv) try {
  const int epochs = argc > 1 ? std::atoi(argv[1]) : 3;
  const std::vector<Sentence> train_sentences = read_sentences("Persuasion");
  const std::vector<Sentence> test_sentences = read_sentences("Northanger Abbey");

  std::vector<std::string> train_words;
  for (const auto& [words, kind] : train_sentences) train_words.insert(train_words.end(), words.begin(), words.end());
  const data::Vocabulary vocabulary(train_words, {.min_count = 2, .unknown = "<unk>"});
  const auto encode = [&](const Sentence& sentence) {
    return std::pair(tensor(vocabulary.encode(sentence.first)), sentence.second);
  };
  const auto training = data::map(data::VectorDataset(train_sentences), encode);
  const auto testing = data::map(data::VectorDataset(test_sentences), encode);
  data::DataLoader batches(training, {.batch_size = 32, .shuffle = true, .generator = Generator(1)}, bags_of);
  data::DataLoader all(testing, {.batch_size = testing.size()}, bags_of);
  const auto [test_words, test_offsets, test_kinds] = *all.begin();

  manual_seed(1);
  Net net(vocabulary.size());
  optim::Adam optimizer(net.parameters(), {.lr = 0.01});
  double accuracy = 0;
  for (int epoch = 1; epoch <= epochs; ++epoch) {
    double total = 0;
    for (const auto& [words, offsets, kinds] : batches) {
      optimizer.zero_grad();
      const Tensor loss = cross_entropy(net(words, offsets), kinds);
      loss.backward();
      optimizer.step();
      total += loss.item();
    }
    const NoGrad no_grad;
    accuracy = mean((argmax(net(test_words, test_offsets), 1) == test_kinds).to(float32)).item();
    std::printf("epoch %d: training loss %.4f, %.1f %% of the other novel's sentences right\n", epoch,
                total / static_cast<double>(batches.size()), 100 * accuracy);
  }

  // What each of the 300 commonest words, by itself, says for speech.
  const NoGrad no_grad;
  const Tensor logits = net.head(net.bag.weight(Slice(1, 301)));
  const Tensor order = argsort(logits.select(1, 1) - logits.select(1, 0)) + 1;
  for (const auto& [name, some] : {std::pair("told", Slice(0, 10)), std::pair("spoken", Slice(-10))}) {
    std::printf("%s:", name);
    for (const std::string& word : vocabulary.decode(order(some).to_vector<std::int64_t>()))
      std::printf(" %s", word.c_str());
    std::printf("\n");
  }
  return accuracy > 0.8 ? 0 : 1;
} catch (const Error& error) {
  std::fprintf(stderr, "text_classifier: %s\n", error.what());
  return 1;
}
