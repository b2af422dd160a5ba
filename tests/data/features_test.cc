#include "descent/data/features.h"

#include <doctest/doctest.h>

#include <cmath>

#include "descent/create.h"
#include "descent/ops.h"

using namespace descent;
using namespace descent::data;

namespace {

std::vector<float> encode(const Features& features, const Table& table) {
  return encode_features(features, table, all_rows(table.rows)).inputs.to_vector<float>();
}

}  // namespace

TEST_CASE("a numeric column is standardised by the rows it is learnt from") {
  const Table table = parse_csv("x,y\n1,0\n3,0\n5,0\n100,0\n");
  const Features features = learn_features(table, {0, 1, 2}, "y");
  REQUIRE(features.columns.size() == 1);
  CHECK(features.columns[0].mean == doctest::Approx(3));
  CHECK(features.columns[0].scale == doctest::Approx(std::sqrt(8.0 / 3)));
  CHECK(features.width() == 1);
  const auto values = encode(features, table);
  CHECK(values[0] == doctest::Approx(-std::sqrt(1.5)));
  CHECK(values[1] == doctest::Approx(0));
  CHECK(values[3] == 20);  // held to kMaxDeviation
}

TEST_CASE("numbers near the largest double are standardised without overflow") {
  const Table table = parse_csv("x,y\n1.7e308,0\n-1.7e308,0\n1.7e308,0\n-1.7e308,1\n");
  const Features features = learn_features(table, all_rows(4), "y");
  CHECK(encode(features, table) == std::vector<float>{1, -1, 1, -1});
}

TEST_CASE("a text column is one-hot, its categories sorted; a category never seen is counted") {
  const Table table = parse_csv("cut,y\nb,0\na,0\nb,0\nzap,0\nzip,1\n");
  const Features features = learn_features(table, {0, 1, 2}, "y");
  CHECK(features.columns[0].categories == std::vector<std::string>{"a", "b"});
  CHECK(features.text_columns() == std::vector<std::string>{"cut"});
  const EncodedFeatures encoded = encode_features(features, table, all_rows(5));
  CHECK(encoded.inputs.to_vector<float>() == std::vector<float>{0, 1, 1, 0, 0, 1, 0, 0, 0, 0});
  REQUIRE(encoded.unseen.size() == 1);
  CHECK(encoded.unseen[0].column == "cut");
  CHECK(encoded.unseen[0].rows == 2);
  CHECK(encoded.unseen[0].example == "zap");
}

TEST_CASE("missing values: an input of their own if training had some, else the mean and the commonest category") {
  const Table training = parse_csv("n,t,m,y\n1,a,1,0\n3,b,,0\n2,b,3,0\n");
  const Features features = learn_features(training, all_rows(3), "y");
  CHECK(features.width() == 1 + 2 + 2);
  const Table table = parse_csv("m,t,n\n,,\n2,a,2\n", {.text_columns = features.text_columns()});
  CHECK(encode(features, table) == std::vector<float>{0, 0, 1, 0, 1, 0, 1, 0, 0, 0});
}

TEST_CASE("a text column that had missing values has no category where one is missing") {
  const Table table = parse_csv("t,y\na,0\n,0\nb,0\na,0\n");
  const Features features = learn_features(table, all_rows(4), "y");
  CHECK(encode(features, table) == std::vector<float>{1, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 0});
}

TEST_CASE("columns that tell nothing are ignored, with the reason") {
  const Table table = parse_csv("one,none,id,same,x,half,y\n7,,a,q,1,5,0\n7,,b,q,2,,0\n7,,c,q,3,5,1\n");
  const Features features = learn_features(table, all_rows(3), "y");
  REQUIRE(features.columns.size() == 2);
  CHECK(features.columns[0].name == "x");
  CHECK(features.columns[1].name == "half");  // tells where it is missing
  REQUIRE(features.ignored.size() == 4);
  CHECK(features.ignored[0].reason == "has one value only");
  CHECK(features.ignored[1].reason == "has no values");
  CHECK(features.ignored[2].reason == "holds a different text in each of 3 rows");
  CHECK(features.ignored[3].reason == "has one value only");
  CHECK(encode(features, table)[1] == 0);
  CHECK_THROWS_WITH_AS(learn_features(parse_csv("a,y\n1,2\n1,3\n"), all_rows(2), "y"),
                       "csv: there is nothing to learn from; column 'a' has one value only", Error);
  CHECK_THROWS_WITH_AS(learn_features(parse_csv("y\n1\n2\n"), all_rows(2), "y"),
                       "csv: there is no column but the target 'y'", Error);
}

TEST_CASE("of very many categories the commonest become inputs") {
  std::string text = "t,y\n";
  for (int i = 0; i < 300; ++i) text += "c" + std::to_string(i) + ",0\n";
  for (int i = 290; i < 300; ++i) text += "c" + std::to_string(i) + ",0\n";
  const Table table = parse_csv(text);
  const Features features = learn_features(table, all_rows(310), "y");
  CHECK(features.width() == kMaxCategories);
  const EncodedFeatures encoded = encode_features(features, table, all_rows(310));
  CHECK(encoded.inputs[299].sum().item() == 1);
  CHECK(encoded.unseen[0].rows == 300 - kMaxCategories);
}

TEST_CASE("a table that does not fit is refused by column, line and value") {
  const Table table = parse_csv("x,t,y\n1,a,0\n2,b,1\n3,b,1\n");
  const Features features = learn_features(table, all_rows(3), "y");
  const auto refuse = [&](const char* csv, const char* message) {
    const Table other = parse_csv(csv);
    CHECK_THROWS_WITH_AS(encode_features(features, other, all_rows(other.rows)), message, Error);
  };
  refuse("X,t\n1,a\n", "csv: there is no column 'x'; did you mean 'X'?");
  refuse("t,q\na,1\n", "csv: there is no column 'x'; there are 't', 'q'");
  refuse("x,t\n1,a\nten,a\n", "csv:3: column 'x': 'ten' is not a number, which the model was trained with");
  refuse("x,t\n1,5\n", "csv: column 't' was read as numbers; the model was trained with text");
}
