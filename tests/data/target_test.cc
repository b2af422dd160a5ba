#include "descent/data/target.h"

#include <doctest/doctest.h>

#include <cmath>

#include "descent/create.h"
#include "descent/ops.h"

using namespace descent;
using namespace descent::data;

namespace {

/// A table whose only column, "y", holds these values.
Table column(const std::string& values) {
  std::string text = "y\n";
  for (const char c : values) text += c == ' ' ? '\n' : c;
  return parse_csv(text + "\n");
}

std::string repeat(const std::string& values, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += (i ? " " : "") + values;
  return text;
}

Target learn(const Table& table, Task task) { return learn_target(table, "y", all_rows(table.rows), task); }

}  // namespace

TEST_CASE("the task is told by the values") {
  const auto assume = [](const std::string& values) { return assume_task(column(values).columns[0]); };
  CHECK(assume("a b a").task == Task::classification);
  CHECK(assume("a b a").reason == "'y' holds text");
  CHECK(assume("0 1 0").task == Task::classification);
  CHECK(assume("0 1 NA 0").reason == "'y' holds 2 different whole numbers");
  CHECK(assume("0.5 1.5 0.5").task == Task::regression);
  CHECK(assume("0.5 1.5 0.5").reason == "'y' holds numbers with fractions");
  CHECK(assume("1 2 3 4 5").task == Task::regression);
  CHECK(assume("1 2 3 4 5").reason == "'y' holds 5 different numbers in 5 rows");
  CHECK(assume(repeat("1 2 3 4 5", 5)).task == Task::classification);
  std::string many;
  for (int i = 0; i < 21; ++i) many += std::to_string(i) + " ";
  CHECK(assume(repeat(many + "0", 9)).task == Task::regression);
  CHECK(assume(repeat(many + "0", 9)).reason == "'y' holds more than 20 different numbers");
}

TEST_CASE("classes are sorted, numbers by value, and counted") {
  const Target text = learn(column("b a b c"), Task::classification);
  CHECK(text.classes == std::vector<std::string>{"a", "b", "c"});
  CHECK(text.counts == std::vector<std::int64_t>{1, 2, 1});
  CHECK(text.commonest_class() == 1);
  CHECK(text.width() == 3);
  const Target numbers = learn(column("10 9 -0.5 10 9 -0 0.0 -0.5"), Task::classification);
  CHECK(numbers.classes == std::vector<std::string>{"-0.5", "0", "9", "10"});
  CHECK(numbers.numeric);
}

TEST_CASE("a target is encoded as positions of classes, or standardised") {
  const Table text = column("b a b c");
  CHECK(encode_target(learn(text, Task::classification), text, {0, 1, 3}).to_vector<std::int64_t>() ==
        std::vector<std::int64_t>{1, 0, 2});
  const Table numbers = column("10 9 10 9");
  const Tensor classes = encode_target(learn(numbers, Task::classification), column("9.0 1e1"), {0, 1});
  CHECK(classes.to_vector<std::int64_t>() == std::vector<std::int64_t>{0, 1});
  const Target quantity = learn(numbers, Task::regression);
  CHECK(quantity.width() == 1);
  CHECK(encode_target(quantity, numbers, {0, 1}).to_vector<float>() == std::vector<float>{1, -1});
}

TEST_CASE("targets that nothing can be learnt from are refused") {
  const auto refuse = [](const std::string& values, Task task, const char* message) {
    CHECK_THROWS_WITH_AS(learn(column(values), task), message, Error);
  };
  refuse("a a", Task::classification, "csv: target 'y' has one class only, 'a'; there must be two");
  refuse("7 7", Task::classification, "csv: target 'y' has one class only, '7'; there must be two");
  refuse("7 7", Task::regression, "csv: target 'y' has one value only, 7; there is nothing to learn");
  refuse("a b", Task::regression, "csv:2: column 'y': 'a' is not a number; regression wants numbers");
  std::string ids;
  for (int i = 0; i < 30; ++i) ids += "id" + std::to_string(i) + " ";
  refuse(ids, Task::classification,
         "csv: target 'y' has 30 classes for 30 rows; there must be two rows or more to a class on average");
}

TEST_CASE("a value that is no class, or no number, is named with its line") {
  const Target classes = learn(column("a b a b"), Task::classification);
  CHECK_THROWS_WITH_AS(encode_target(classes, column("a z"), all_rows(2)),
                       "csv:3: column 'y': 'z' is none of the 2 classes of the model", Error);
  const Target numbers = learn(column("1 2 1 2"), Task::classification);
  CHECK_THROWS_WITH_AS(encode_target(numbers, column("1 two"), all_rows(2)), "csv:3: column 'y': 'two' is not a number",
                       Error);
}

TEST_CASE("classes are called as they are written") {
  const Table table = parse_csv("y\n007\n7.0\n042\n007\n42\n042\n", {.spelled_columns = {"y"}});
  const Target numbers = learn(table, Task::classification);
  CHECK(numbers.classes == std::vector<std::string>{"007", "042"});
  CHECK(numbers.counts == std::vector<std::int64_t>{3, 3});
  CHECK(numbers.numbers == std::vector<double>{7, 42});
  CHECK(encode_target(numbers, column("42 7"), all_rows(2)).to_vector<std::int64_t>() ==
        std::vector<std::int64_t>{1, 0});
  CHECK(learn(parse_csv("y\n1.0\n0.0\n", {.spelled_columns = {"y"}}), Task::classification).classes ==
        std::vector<std::string>{"0.0", "1.0"});

  const Table text = column("Yes no yes yes NO no");
  const Target answers = learn(text, Task::classification);
  CHECK(answers.classes == std::vector<std::string>{"no", "yes"});
  CHECK(answers.counts == std::vector<std::int64_t>{3, 3});
  CHECK(encode_target(answers, column("YES No"), all_rows(2)).to_vector<std::int64_t>() ==
        std::vector<std::int64_t>{1, 0});
  CHECK(notes_on_classes(text, text.columns[0], all_rows(6)) ==
        std::vector<std::string>{"column 'y': 'Yes' and 'yes' differ in case only and are one class, 'yes'"});
}

TEST_CASE("a target mostly of numbers is one; what is none is left out, and noted") {
  const Table table = column("1.5 2.5 3.5 oops 4.5 5.5 6.5");
  CHECK(assume_task(table.columns[0]).task == Task::regression);
  const Rows rows = rows_with_value(table.columns[0]);
  CHECK(rows == Rows{0, 1, 2, 4, 5, 6});
  CHECK(notes_on_missing(table, table.columns[0]) ==
        std::vector<std::string>{"column 'y': 1 value is no number and counts as missing, 'oops' in line 5",
                                 "1 row without a value of 'y' is left out"});
}

TEST_CASE("a target of texts and numbers is one of classes, and it is noted") {
  const Table table = column("3 4 5 unknown 3 unknown");
  CHECK(assume_task(table.columns[0]).task == Task::classification);
  CHECK(notes_on_classes(table, table.columns[0], all_rows(6)) ==
        std::vector<std::string>{"column 'y' holds 4 numbers and is taken for classes: 'unknown' in line 5 is none; "
                                 "--number counts such as missing"});
}

TEST_CASE("rows of classes a model does not know are told apart") {
  const Target classes = learn(column("a b a b"), Task::classification);
  const Table other = column("b z a q");
  const KnownRows known = known_rows(classes, other, all_rows(4));
  CHECK(known.rows == Rows{0, 2});
  REQUIRE(known.unknown.size() == 2);
  CHECK(known.unknown[0].row == 1);
  CHECK(known.unknown[0].text == "z");
  CHECK(note_on_unknown(other, classes, known.unknown) ==
        "2 rows have a 'y' that is none of the model's 2 classes, and are left out, the first: 'z' in line 3");
}

TEST_CASE("with the log link quantities are scaled by their mean, and outputs are their logarithms") {
  const Table table = column("1 2 6");
  const Target target = learn_target(table, "y", all_rows(3), Task::regression, Link::log);
  CHECK(target.scale == 3);
  const Tensor encoded = encode_target(target, table, all_rows(3));
  CHECK(allclose(encoded, tensor({1 / 3.0, 2 / 3.0, 2.0})));
  CHECK(allclose(decode_target(target, encoded), tensor({1.0, 2.0, 6.0}, {.dtype = float64})));
  CHECK(allclose(decode_outputs(target, tensor({0.0, 1.0})), tensor({3.0, 8.154845485}, {.dtype = float64})));
  CHECK_THROWS_WITH_AS(encode_target(target, column("1 -2"), all_rows(2)),
                       "csv:3: column 'y': -2 is below 0; this loss wants quantities of at least 0", Error);
  CHECK_THROWS_WITH_AS(learn_target(column("1 -3 -1"), "y", {2, 1, 0}, Task::regression, Link::log),
                       "csv:3: column 'y': -3 is below 0; this loss wants quantities of at least 0", Error);
}

TEST_CASE("with the log1p link the logarithms of 1 + y are scaled by their spread") {
  const Table table = column("0 1 3");
  const Target target = learn_target(table, "y", all_rows(3), Task::regression, Link::log1p);
  CHECK(target.mean == doctest::Approx(std::log(2.0)));
  CHECK(target.scale == doctest::Approx(std::log(2.0) * std::sqrt(2.0 / 3)));
  const Tensor encoded = encode_target(target, table, all_rows(3));
  CHECK(allclose(encoded, tensor({-1.2247449, 0.0, 1.2247449}), 1e-5, 1e-6));
  for (const auto& decode : {decode_target, decode_outputs})
    CHECK(allclose(decode(target, encoded), tensor({0.0, 1.0, 3.0}, {.dtype = float64}), 1e-5, 1e-6));
  CHECK_THROWS_WITH_AS(encode_target(target, column("1 -2"), all_rows(2)),
                       "csv:3: column 'y': -2 is below 0; this loss wants quantities of at least 0", Error);
}

TEST_CASE("with the normal link a network has an output for the mean and one for the variance") {
  const Table table = column("1 3");
  const Target target = learn_target(table, "y", all_rows(2), Task::regression, Link::normal);
  CHECK(target.width() == 2);
  CHECK(encode_target(target, table, all_rows(2)).to_vector<float>() == std::vector<float>{-1, 1});
  const Tensor outputs = tensor({{0.0, 0.0}, {2.0, std::log(9.0)}});
  CHECK(allclose(decode_outputs(target, outputs), tensor({2.0, 4.0}, {.dtype = float64})));
  CHECK(allclose(decode_deviations(target, outputs), sqrt(tensor({1.001, 9.001}, {.dtype = float64}))));
}

TEST_CASE("outputs of a regression are scaled back") {
  const Table table = column("1 2 6");
  const Target target = learn(table, Task::regression);
  const Tensor encoded = encode_target(target, table, all_rows(3));
  CHECK(allclose(decode_target(target, encoded), tensor({1.0, 2.0, 6.0}, {.dtype = float64}), 1e-6));
  CHECK(equal(decode_outputs(target, encoded), decode_target(target, encoded)));
}

TEST_CASE("rows without a value are told apart, and equal values share a number") {
  const Table table = column("b NA a b");
  CHECK(rows_with_value(table.columns[0]) == Rows{0, 2, 3});
  CHECK(distinct_values(table.columns[0], {0, 2, 3}) == std::vector<std::int64_t>{0, 1, 0});
  CHECK(distinct_values(column("2 1 2").columns[0], all_rows(3)) == std::vector<std::int64_t>{0, 1, 0});
}

TEST_CASE("a column that is not there is named beside the nearest, or all") {
  const Table table = parse_csv("price,carat\n1,2\n");
  CHECK_THROWS_WITH_AS(find_column(table, "Prize"), "csv: there is no column 'Prize'; did you mean 'price'?", Error);
  CHECK_THROWS_WITH_AS(find_column(table, "colour"), "csv: there is no column 'colour'; there are 'price', 'carat'",
                       Error);
}
