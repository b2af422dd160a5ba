// Models of texts.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "descent/descent.h"
#include "descent/train/fit.h"
#include "error_of.h"
#include "model_bytes.h"
#include "temporary_folder.h"

using namespace descent;
using namespace descent::train;
using nlohmann::json;

namespace {

/// Sentences of two novels, told or spoken.
const data::Table& sentences() {
  static const data::Table table = data::read_csv(DESCENT_SOURCE_DIR "/examples/data/sentences.csv.gz");
  return table;
}

FitOptions of_sentences() { return {.epochs = 3, .columns = {.ignore = {"novel"}}}; }

/// A number and a text of which either tells the class alone in half of the rows.
data::Table mixed() {
  std::string text = "n,review,y\n";
  for (int i = 0; i < 200; ++i) {
    const bool good = i % 2 == 0, told = i % 4 < 2;
    text += concat(told   ? 0
                   : good ? 1
                          : -1,
                   ",the film number ", i % 50, " was ",
                   !told  ? "so so"
                   : good ? "great"
                          : "dull",
                   ' ', i, ',', good ? "good" : "bad", '\n');
  }
  return data::parse_csv(text);
}

}  // namespace

TEST_CASE("told from spoken sentences are known by their words") {
  const FitResult result = fit_table(sentences(), "kind", {.columns = {.ignore = {"novel"}}});
  CHECK(result.model.shape.inputs == 0);
  CHECK(result.model.shape.hidden.empty());
  CHECK(std::get<metrics::ClassCounts>(result.held_out->of_task).accuracy() > 0.84);
  const std::vector<StrongestTerms> strongest = strongest_terms(result.model, 10);
  REQUIRE(strongest.size() == 2);
  CHECK(strongest[0].column == "sentence");
  CHECK(strongest[1].terms.size() == 10);
  for (const StrongestTerms& of_class : strongest) {
    std::vector<std::string> terms;
    for (const TermWeight& term : of_class.terms) terms.push_back(term.term);
    const char* sign = of_class.outcome == "spoken" ? "you" : "anne";
    CHECK(std::ranges::count(terms, sign) == 1);
  }
}

TEST_CASE("a training of texts has the same bits on any number of threads") {
  const int threads = num_threads();
  set_num_threads(1);
  const std::string one = bytes_of(fit_table(sentences(), "kind", of_sentences()).model);
  set_num_threads(2);
  const std::string two = bytes_of(fit_table(sentences(), "kind", of_sentences()).model);
  set_num_threads(threads);
  CHECK(one == two);
}

TEST_CASE("texts and numbers are learnt from together") {
  const data::Table table = mixed();
  const FitResult result = fit_table(table, "y", {.epochs = 20});
  CHECK(result.model.shape.inputs == 1);
  CHECK(result.model.shape.terms > 0);
  CHECK(std::get<metrics::ClassCounts>(result.held_out->of_task).accuracy() == 1);
  const PermutationImportance importance = permutation_importance(result.model, table, data::all_rows(table.rows));
  REQUIRE(importance.columns.size() == 2);
  CHECK(importance.score == 1);
  for (const ColumnImportance& column : importance.columns) CHECK(column.mean > 0.1);
}

TEST_CASE("a quantity is learnt from words, and which make it more") {
  std::string text = "review,stars\n";
  for (int i = 0; i < 100; ++i)
    text += concat("the film ", i, " was ", i % 2 ? "very good" : "quite bad", ' ', i % 10, ',',
                   (i % 2 ? 4.5 : 1.5) + i % 10 / 100.0, '\n');
  const FitResult result = fit_table(data::parse_csv(text), "stars", {.epochs = 30});
  CHECK(std::get<metrics::RegressionMoments>(result.held_out->of_task).r2() > 0.95);
  const std::vector<StrongestTerms> strongest = strongest_terms(result.model, 8);
  REQUIRE(strongest.size() == 2);
  CHECK(strongest[0].outcome == "more");
  CHECK(std::ranges::count(strongest[0].terms, "very good", &TermWeight::term) == 1);
  CHECK(std::ranges::count(strongest[1].terms, "quite bad", &TermWeight::term) == 1);
}

TEST_CASE("a training of texts that was stopped goes on to the same bits, and begins with a model") {
  const TemporaryFolder folder;
  FitOptions options = of_sentences();
  const TabularModel whole = fit_table(sentences(), "kind", options).model;
  options.checkpoint = folder.path + "/checkpoints";
  int steps = 0;
  options.should_stop = [&] { return ++steps == 130; };
  CHECK(fit_table(sentences(), "kind", options).stopped);
  options.should_stop = nullptr;
  options.resume = true;
  const TabularModel resumed = fit_table(sentences(), "kind", options).model;
  CHECK(bytes_of(resumed) == bytes_of(whole));

  FitOptions further{.epochs = 1};
  further.from = &whole;
  const TabularModel next = fit_table(sentences(), "kind", further).model;
  CHECK(next.network.texts.sizes() == whole.network.texts.sizes());
  CHECK_FALSE(equal(next.network.texts, whole.network.texts));
}

TEST_CASE("a model of texts is saved and loaded, and refused where it does not hold together") {
  const TemporaryFolder folder;
  const std::string path = folder.path + "/m";
  const data::Table table = mixed();
  const TabularModel model = fit_table(table, "y", {.hidden = {4}, .epochs = 2}).model;
  model.save(path);
  const TabularModel loaded = TabularModel::load(path);
  const data::Rows rows = data::all_rows(table.rows);
  CHECK(equal(loaded.predict(table, rows).values, model.predict(table, rows).values));
  CHECK(loaded.features.columns[1].texts->terms == model.features.columns[1].texts->terms);
  CHECK(loaded.csv_options().text_columns == std::vector<std::string>{"review", "y"});

  const Safetensors good = load(path);
  const auto refuse = [&](const char* key, const char* pointer, const json& value, const std::string& reason) {
    Safetensors file = good;
    json changed = json::parse(file.metadata.at(key));
    changed[json::json_pointer(pointer)] = value;
    file.metadata[key] = changed.dump();
    save(path, file.tensors, file.metadata);
    CHECK(error_of([&] { TabularModel::load(path); }) == path + ": " + reason);
  };
  const std::size_t terms = model.features.columns[1].texts->terms.size();
  refuse("features", "/1/terms", json::array(), "metadata 'features'[1].terms: is empty");
  refuse("features", "/1/terms/1", model.features.columns[1].texts->terms[0],
         "metadata 'features'[1].terms[1]: 'the' is there twice");
  refuse("features", "/1/words", 0, "metadata 'features'[1].words: 0 is not of 1 to 16");
  refuse("features", "/1/characters", json{3}, "metadata 'features'[1].characters: wants two numbers");
  refuse("features", "/1/characters", json{4, 3}, "metadata 'features'[1].characters[0]: 4 is not of 1 to 3");
  refuse("features", "/1/terms", json{"a", "b"},
         concat("tensor 'texts' is float32 [", terms, ", 2]; by the metadata it is float32 [2, 2]"));
  refuse("network", "/inputs", 0, "metadata 'network'.hidden: has layers for no inputs");
  Safetensors without = good;
  without.tensors.erase("texts");
  save(path, without.tensors, without.metadata);
  CHECK(error_of([&] { TabularModel::load(path); }) ==
        path + ": the network of its metadata has a tensor 'texts', the file none");
  CHECK(error_of([&] { export_c(model, folder.path + "/m.c"); }).find("column 'review' holds texts") !=
        std::string::npos);
}

TEST_CASE("Korean texts are learnt by the parts of their words") {
  // Each word once with each particle: what a test word shares with those of the training is its stem.
  const std::vector<std::string> good = {"좋", "멋지", "재미있", "훌륭하"},
                                 bad = {"나쁘", "지루하", "따분하", "형편없"};
  const std::vector<std::string> ends = {"다", "고", "지만", "네요", "습니다", "어서", "었던", "군요"};
  std::string text = "text,y\n";
  int i = 0;
  for (const std::string& end : ends)
    for (std::size_t k = 0; k < good.size(); ++k) {
      for (const auto& [stem, kind] : {std::pair(good[k], "good"), std::pair(bad[k], "bad")})
        text += concat("이 영화", i, "는 정말 ", stem, end, ' ', i, ',', kind, '\n');
      ++i;
    }
  const FitResult result = fit_table(data::parse_csv(text), "y", {.epochs = 30});
  CHECK(result.model.features.columns[0].texts->ngrams.most_characters == 5);
  CHECK(std::get<metrics::ClassCounts>(result.held_out->of_task).accuracy() > 0.9);
}
