// Columns of texts, and files of texts a line each.
#include <doctest/doctest.h>

#include <cmath>

#include "descent/data/features.h"
#include "error_of.h"
#include "temporary_folder.h"

using namespace descent;
using namespace descent::data;

namespace {

using Texts = std::vector<std::string>;

/// Sentences of which all differ.
Table sentences(int rows = 40) {
  std::string text = "n,review,y\n";
  for (int i = 0; i < rows; ++i)
    text +=
        concat(i % 7, ",\"", i % 2 ? "a good film" : "a bad film", ", number ", i % 10, " of ", i, "\",", i % 2, '\n');
  return parse_csv(text);
}

}  // namespace

TEST_CASE("a column of sentences is learnt as words and pairs of words, the commonest first") {
  const Table table = sentences();
  const Features features = learn_features(table, all_rows(table.rows), "y");
  REQUIRE(features.columns.size() == 2);
  const Feature& review = features.columns[1];
  REQUIRE(review.texts.has_value());
  CHECK(review.width() == 0);
  CHECK(features.width() == 1);
  CHECK(review.texts->terms[0] == "a");
  const Texts& terms = review.texts->terms;
  CHECK(std::ranges::count(terms, "good film") == 1);
  CHECK(std::ranges::count(terms, "of 39") == 0);  // in one text only
  CHECK(features.term_count() == static_cast<std::int64_t>(terms.size()));
  CHECK(features.text_columns() == Texts{"review"});
  CHECK(features.notes[0].starts_with("column 'review' holds texts, of which "));

  const ColumnOptions as_category{.category = {"review"}};
  CHECK(error_of([&] {
          learn_features(table, all_rows(table.rows), "y", {.only = {"review"}, .category = {"review"}});
        }).find("holds a different text in each of 40 rows") != std::string::npos);
}

TEST_CASE("texts are encoded as sparse rows of unit length, each known term once") {
  const Table table = parse_csv("t,y\nx y x,0\ny x,1\n,0\nz,1\n", {.text_columns = {"t"}});
  const Features features = learn_features(table, {0, 1}, "y", {.text = {"t"}});
  // "x y" is in the first text, "y x" in both.
  CHECK(features.columns[0].texts->terms == Texts{"x", "y", "y x"});
  const SparseRows rows = encode_features(features, table, all_rows(4)).texts;
  CHECK(rows.begins == std::vector<std::size_t>{0, 3, 6, 6, 6});
  CHECK(rows.columns == std::vector<std::int32_t>{0, 1, 2, 0, 1, 2});
  for (const float value : rows.values) CHECK(value == static_cast<float>(1 / std::sqrt(3.0)));
}

TEST_CASE("a missing text is an input of its own if training had some") {
  const Table table = parse_csv("t,y\nx y,0\n,1\ny x,1\n", {.text_columns = {"t"}});
  const Features features = learn_features(table, all_rows(3), "y", {.text = {"t"}});
  CHECK(features.width() == 1);
  const EncodedFeatures encoded = encode_features(features, table, all_rows(3));
  CHECK(encoded.inputs.to_vector<float>() == std::vector<float>{0, 1, 0});
  CHECK(encoded.texts.begins == std::vector<std::size_t>{0, 2, 2, 4});
  CHECK(error_of([] {
          learn_features(parse_csv("t,y\na,0\nb,1\n", {.text_columns = {"t"}}), {0, 1}, "y", {.text = {"t"}});
        }) == "csv: there is nothing to learn from; column 't' has no two texts with a word in common");
}

TEST_CASE("several columns of texts lie side by side in the sparse rows") {
  const Table table = parse_csv("s,t,y\na,b,0\na,b,1\n", {.text_columns = {"s", "t"}});
  const Features features = learn_features(table, all_rows(2), "y", {.text = {"s", "t"}});
  CHECK(features.term_count() == 2);
  CHECK(encode_features(features, table, {0}).texts.columns == std::vector<std::int32_t>{0, 1});
}

TEST_CASE("where most words are met once, runs of characters count too") {
  // Korean: particles are written together with what they follow.
  const Table table = parse_csv("t,y\n영화는 좋았다,1\n영화가 나빴다,0\n영화를 좋아한다,1\n배우는 나빴지만,0\n",
                                {.text_columns = {"t"}});
  const Features features = learn_features(table, all_rows(4), "y", {.text = {"t"}});
  const Texts& terms = features.columns[0].texts->terms;
  CHECK(features.columns[0].texts->ngrams.most_characters == 5);
  CHECK(terms.front() == "영화*");
  CHECK(std::ranges::count(terms, "좋아*") == 0);
  CHECK(std::ranges::count(terms, "나빴*") == 1);
}

TEST_CASE("sparse rows are cut, appended and permuted") {
  SparseRows rows;
  for (const std::vector<std::int32_t>& columns : {std::vector{0, 5}, std::vector<std::int32_t>{}, std::vector{1, 7}}) {
    for (const std::int32_t column : columns) {
      rows.columns.push_back(column);
      rows.values.push_back(static_cast<float>(column));
    }
    rows.end_row();
  }
  const SparseRows last = rows.narrow(1, 2);
  CHECK(last.begins == std::vector<std::size_t>{0, 0, 2});
  CHECK(last.columns == std::vector<std::int32_t>{1, 7});
  SparseRows both = last;
  both.append(last);
  CHECK(both.begins == std::vector<std::size_t>{0, 0, 2, 2, 4});
  CHECK(both.values == std::vector<float>{1, 7, 1, 7});
  const SparseRows permuted = rows.permuted(0, 5, std::vector<std::int64_t>{2, 0, 1});
  CHECK(permuted.begins == std::vector<std::size_t>{0, 2, 3, 4});
  CHECK(permuted.columns == std::vector<std::int32_t>{5, 1, 0, 7});
}

TEST_CASE("a file of labels and texts, a line each") {
  const Table table =
      parse_csv("__label__good A \"fine\" film, really\n\n__label__bad\tDull\r\nno label\n__label__good");
  REQUIRE(table.rows == 4);
  CHECK(table.dialect.lines);
  CHECK(table.find("label")->text(0) == "good");
  CHECK(table.find("text")->text(0) == "A \"fine\" film, really");
  CHECK(table.find("text")->text(1) == "Dull");
  CHECK(table.find("label")->missing(2));
  CHECK(table.find("text")->text(2) == "no label");
  CHECK(table.find("text")->missing(3));
  CHECK(table.line_of(1) == 3);
  CHECK(error_of([] { parse_csv("__label__a x\n__label__a __label__b y\n", {}, "f"); }) ==
        "f:2: has two labels; wanted one");
  // A quote that is never closed ends nothing.
  std::string many;
  for (int i = 0; i < 100'000; ++i) many += concat("__label__a \"word ", i, "\n");
  CHECK(parse_csv(many).rows == 100'000);
}

TEST_CASE("lines without labels are texts where such are usual, unless a header says otherwise") {
  const CsvOptions usual{.usual = {.lines = true}};
  CHECK(parse_csv("one, two\nthree\n", usual).find("text")->text(0) == "one, two");
  const Table table = parse_csv("text,label\none two,x\n", usual);
  CHECK_FALSE(table.dialect.lines);
  CHECK(table.find("text")->text(0) == "one two");
}
