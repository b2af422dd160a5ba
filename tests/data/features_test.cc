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

TEST_CASE("texts that differ in case only are one category, by the commonest spelling") {
  const Table table = parse_csv("b,y\nTrue,0\nfalse,1\nTRUE,0\nTrue,1\n\xC3\x84RA,0\n\xC3\xA4ra,0\n\xC3\xA4ra,1\n");
  const Features features = learn_features(table, all_rows(7), "y");
  CHECK(features.columns[0].categories == std::vector<std::string>{"True", "false", "\xC3\xA4ra"});
  CHECK(features.notes ==
        std::vector<std::string>{"column 'b': 'True' and 'TRUE' differ in case only and are one category"});
  const Table other = parse_csv("b\ntRUE\nFalse\n\xC3\x84ra\n");
  CHECK(encode(features, other) == std::vector<float>{1, 0, 0, 0, 1, 0, 0, 0, 1});
}

TEST_CASE("what is taken for granted is noted") {
  std::string text = "zip,age,city,mixed,index,constant,y\n";
  for (int i = 0; i < 300; ++i)
    text += (i == 7 ? "0123," : std::to_string(1000 + i % 7) + ",") +
            (i == 41 ? "abc," : std::to_string(i % 50) + ",") + "c" + std::to_string(i) + (i % 2 ? "x" : "y") +
            (i < 290 ? "" : "") + "," + (i % 3 ? "text," : std::to_string(i % 9) + ",") + std::to_string(i) + ",1," +
            std::to_string(i * i % 11) + "\n";
  for (int i = 0; i < 10; ++i) text += "1000,1,c1x,text," + std::to_string(300 + i) + ",1,3\n";
  const Table table = parse_csv(text);
  const Features features = learn_features(table, all_rows(310), "y");
  CHECK(features.notes ==
        std::vector<std::string>{
            "column 'zip' holds numbers with a leading zero, the first '0123' in line 9, and is taken for quantities; "
            "--category keeps codes apart",
            "column 'age': 1 value is no number and counts as missing, 'abc' in line 43",
            "column 'city' holds 300 different texts, of which the 256 commonest are told apart",
            "column 'mixed' holds 100 numbers and is taken for categories: 'text' in line 3 is none; --number counts "
            "such "
            "as missing",
            "column 'index' seems to count the rows; --ignore leaves it out",
            "column 'constant' is left out: it has one value only"});
  const Table asked = parse_csv(text, csv_options_for({.number = {"mixed"}, .category = {"zip"}}, "y"));
  const Features as_asked =
      learn_features(asked, all_rows(310), "y", {.only = {"zip", "mixed"}, .number = {"mixed"}, .category = {"zip"}});
  CHECK(as_asked.columns.size() == 2);
  CHECK_FALSE(as_asked.columns[0].numeric);
  CHECK(as_asked.columns[1].numeric);
  CHECK(as_asked.notes ==
        std::vector<std::string>{"column 'mixed': 210 values are no numbers and count as missing, the first 'text' in "
                                 "line 3"});
}

TEST_CASE("columns of a role are no inputs, and those that are none of the inputs asked for") {
  const Table table = parse_csv("a,b,id,w,g,t,y\n1,2,x,1,p,1,0\n2,1,y,2,q,2,1\n3,5,z,1,p,3,1\n");
  const ColumnOptions roles{.ignore = {"b"}, .id = "id", .weight = "w", .group = "g", .order = "t"};
  const Features features = learn_features(table, all_rows(3), "y", roles);
  REQUIRE(features.columns.size() == 1);
  CHECK(features.columns[0].name == "a");
  CHECK(features.ignored.empty());
  CHECK(learn_features(table, all_rows(3), "y", {.only = {"b"}}).columns[0].name == "b");
  CHECK(named_columns(roles) == std::vector<std::string>{"b", "id", "w", "g", "t"});
  check_columns(roles, "y");
  const auto refuse = [](const ColumnOptions& columns, const char* message) {
    CHECK_THROWS_WITH_AS(check_columns(columns, "y"), message, Error);
  };
  refuse({.ignore = {"a"}, .number = {"a"}}, "column 'a' cannot be both ignore and number");
  refuse({.ignore = {"y"}}, "column 'y' cannot be both target and ignore");
  refuse({.only = {"y"}}, "column 'y' cannot be both target and only");
  refuse({.group = "y"}, "column 'y' cannot be both target and group");
  check_columns({.category = {"y"}}, "y");
}

TEST_CASE("dates become their parts") {
  const Table table =
      parse_csv("when,y\n2024-01-31 06:30,0\n2024-02-29 18:00,1\n2023-12-24T00:00:00Z,1\nsoon,1\n2024-02-01,0\n");
  const Features features = learn_features(table, all_rows(5), "y");
  REQUIRE(features.columns.size() == 5);
  CHECK(
      features.notes ==
      std::vector<std::string>{
          "column 'when' holds dates, which become year, month, day, weekday, hour; --category takes them as they are",
          "column 'when': 1 value is no date and counts as missing, 'soon' in line 5"});
  CHECK(features.columns[0].part == DatePart::year);
  CHECK(features.columns[0].missing_indicator);
  CHECK_FALSE(features.columns[1].missing_indicator);
  CHECK(features.columns[0].mean == doctest::Approx(2023.75));
  CHECK(features.columns[1].mean == doctest::Approx((1 + 2 + 12 + 2) / 4.0));
  CHECK(features.columns[2].mean == doctest::Approx((31 + 29 + 24 + 1) / 4.0));
  CHECK(features.columns[3].mean == doctest::Approx((2 + 3 + 6 + 3) / 4.0));  // Wed, Thu, Sun, Thu
  CHECK(features.columns[4].mean == doctest::Approx((6.5 + 18) / 4));
  CHECK(features.text_columns() == std::vector<std::string>{"when"});
  CHECK(features.number_columns().empty());
  const Table new_year = parse_csv("when\n2025-01-01\n", {.text_columns = {"when"}});
  const EncodedFeatures encoded = encode_features(features, new_year, {0});
  CHECK(encoded.unseen.empty());
  CHECK(encoded.inputs[0][0].item() == doctest::Approx((2025 - 2023.75) / features.columns[0].scale));
  const Table never = parse_csv("when\nnever\n", {.text_columns = {"when"}});
  CHECK(encode(features, never)[1] == 1);
  CHECK(notes_on_misfits(features, never) ==
        std::vector<std::string>{"column 'when': 1 value is no date and counts as missing, 'never' in line 2"});
}

TEST_CASE("dates are read as most of a column has them") {
  const auto order = [](const std::string& csv) {
    const Table table = parse_csv(csv, {.text_columns = {"d"}});
    return learn_features(table, all_rows(table.rows), "y", {.date = {"d"}});
  };
  const Features month_first = order("d,y\n1/31/2024,0\n2/1/2024,1\n3/2/2024,1\n");
  CHECK(month_first.columns[0].order == DateOrder::month_day_year);
  CHECK(month_first.notes.empty());
  const Features day_first = order("d,y\n31/1/2024,0\n1/2/2024,1\n2/3/2024,1\n");
  CHECK(day_first.columns[0].order == DateOrder::day_month_year);
  CHECK(day_first.columns[0].part == DatePart::month);
  CHECK(day_first.columns[0].mean == 2);
  const Features either = order("d,y\n1/2/2024,0\n3/4/2024,1\n5/5/2024,1\n");
  CHECK(either.notes ==
        std::vector<std::string>{"column 'd': days and months cannot be told apart, and the month is taken "
                                 "to be first, as in '1/2/2024'"});
  for (const std::string first : {"31 Jan 2024", "31-Jan-24", "January 31, 2024", "31.1.2024", "20240131", "2024/1/31",
                                  "Jan. 31, 2024 11:30 pm", "2024-01-31T23:30:00.5+01:00"}) {
    CAPTURE(first);
    const Features features = order("d,y\n\"" + first + "\",0\n2024-02-02,1\n");
    REQUIRE(features.columns.size() > 1);
    CHECK(features.columns[0].part == DatePart::month);
    CHECK(features.columns[0].mean == 1.5);
    CHECK(features.columns[1].mean == 16.5);
  }
  CHECK_THROWS_WITH_AS(order("d,y\n2024-02-30,0\nx,1\n"),
                       "csv: there is nothing to learn from; column 'd' has no dates", Error);
  // Versions and codes are none, unless they are said to be.
  const Table versions = parse_csv("v,y\n1.2.10,0\n1.3.11,1\n1.2.10,1\n");
  CHECK_FALSE(learn_features(versions, all_rows(3), "y").columns[0].numeric);
}

TEST_CASE("numbers that tell the rows apart are noted, by their values or their names") {
  std::string text = "row,user_id,amount,age,y\n";
  for (int i = 0; i < 30; ++i)
    text += std::to_string(500 - i) + "," + std::to_string(i * i + 7000) + "," + std::to_string(i * i + 7000) + "," +
            std::to_string(i % 5) + "," + std::to_string(i * 7 % 11) + ".5\n";
  CHECK(learn_features(parse_csv(text), all_rows(30), "y").notes ==
        std::vector<std::string>{"column 'row' seems to count the rows; --ignore leaves it out",
                                 "column 'user_id' seems to name the rows; --ignore leaves it out"});
}

TEST_CASE("a column that gives the target away is named") {
  std::string text = "x,copy,code,y\n";
  for (int i = 0; i < 40; ++i)
    text += std::to_string(i * 7 % 10) + "," + std::to_string(2.5 * i + 1) + ",k" + std::to_string(i % 3) + "," +
            std::to_string(i) + "\n";
  const Table table = parse_csv(text);
  CHECK(learn_features(table, all_rows(40), "y").notes ==
        std::vector<std::string>{"column 'copy' alone tells 'y'; if it is not known when predicting, --ignore it"});
  std::string classes = "x,code,y\n";
  for (int i = 0; i < 40; ++i) classes += std::to_string(i * 7 % 10) + (i % 3 ? ",7,no\n" : ",9,yes\n");
  const Table two = parse_csv(classes);
  CHECK(learn_features(two, all_rows(40), "y").notes ==
        std::vector<std::string>{"column 'code' alone tells 'y'; if it is not known when predicting, --ignore it"});
}
