#include "descent/data/csv.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <charconv>
#include <cmath>
#include <limits>
#include <random>
#include <sstream>

#include "csv_helpers.h"

using descent::data::Column;
using descent::data::CsvOptions;
using descent::data::CsvWriter;
using descent::data::parse_csv;
using descent::data::read_csv;
using descent::data::Table;

TEST_CASE("numbers and texts") {
  const Table table = parse_csv("x,label,n\n1.5,cat,1\n-2e3,dog,-7\n+0.25,cat,007\n");
  CHECK(table.rows == 3);
  REQUIRE(table.columns.size() == 3);
  CHECK(table.columns[0].name == "x");
  CHECK(table.columns[0].numbers == std::vector<double>{1.5, -2000, 0.25});
  CHECK(table.columns[2].numbers == std::vector<double>{1, -7, 7});
  const Column& label = table.columns[1];
  CHECK_FALSE(label.numeric);
  CHECK(label.numbers.empty());
  CHECK(label.categories == std::vector<std::string>{"cat", "dog"});
  CHECK(label.codes == std::vector<std::int32_t>{0, 1, 0});
  CHECK(table.find("nothing") == nullptr);
}

TEST_CASE("line ends, blank lines, byte order mark") {
  for (const char* text : {"a,b\n1,x\n2,y\n", "a,b\n1,x\n2,y", "a,b\r\n1,x\r\n2,y\r\n", "a,b\r1,x\r2,y\r",
                           "\xEF\xBB\xBF"
                           "a,b\n1,x\n2,y",
                           "\n \n\"a\",b\n\n1,x\n\t \r\n2,y\n\n\n", " a , b\n 1 , x\n2\t,\ty \n"}) {
    CAPTURE(text);
    const Table table = parse_csv(text);
    CHECK(table.rows == 2);
    CHECK(cells(table, "a") == "1|2");
    CHECK(cells(table, "b") == "x|y");
  }
}

TEST_CASE("quotes") {
  const Table table = parse_csv(
      "\"a,b\",c\n\"1\",\"x, \"\"y\"\"\"\n \"2\" ,\"two\nlines\r\nor three\"\n3,5\" pipe\n4,\" padded "
      "\"\n5,\"\"\"\"\n");
  CHECK(cells(table, "a,b") == "1|2|3|4|5");
  CHECK(cells(table, "c") == "x, \"y\"|two\nlines\r\nor three|5\" pipe| padded |\"");
  CHECK(table.line_of(0) == 2);
  CHECK(table.line_of(1) == 3);
  CHECK(table.line_of(2) == 6);
  CHECK(table.line_of(4) == 8);
}

TEST_CASE("the line of a row") {
  const Table table = parse_csv("a\n\n1\n2\n\n\n3\n4\n");
  CHECK(table.line_of(0) == 3);
  CHECK(table.line_of(1) == 4);
  CHECK(table.line_of(2) == 7);
  CHECK(table.line_of(3) == 8);
}

TEST_CASE("missing values") {
  const Table table = parse_csv("a,b,c\n1,,\n?,NA,N/A\nNaN,u,null\nnan,\"\",\n2, ? ,\n");
  CHECK(cells(table, "a") == "1|-|-|-|2");
  CHECK(cells(table, "b") == "-|-|u|-|-");
  CHECK(table.find("b")->categories.size() == 1);
  CHECK(table.find("c")->numeric);
  CHECK(cells(table, "c") == "-|-|-|-|-");

  const Table chosen = parse_csv("a,b\n1,NA\n-999,x\n", {.missing = {"-999"}});
  CHECK(cells(chosen, "a") == "1|-");
  CHECK(cells(chosen, "b") == "NA|x");
  CHECK(parse_csv("a\nnan\n", {.missing = {}}).columns[0].text(0) == "nan");
  CHECK(cells(parse_csv("a,b\n,1\n", {.missing = {}}), "a") == "");
}

TEST_CASE("a text column may begin with numbers") {
  const Table table = parse_csv("a,b,c\n007,1,\n?,2,\nx,3,\ny,4,\n007,5,9\n");
  CHECK(cells(table, "a") == "007|-|x|y|007");
  CHECK_FALSE(table.find("a")->numeric);
  CHECK(table.find("a")->categories == std::vector<std::string>{"007", "x", "y"});
  CHECK(table.find("a")->text_row == 2);
  CHECK(cells(table, "b") == "1|2|3|4|5");
  CHECK(cells(table, "c") == "-|-|-|-|9");
  CHECK(table.line_of(4) == 6);

  const Table late = parse_csv("a\n?\nNA\nx\n");
  CHECK(cells(late, "a") == "-|-|x");
  CHECK(late.find("a")->text_row == 2);
}

TEST_CASE("a column mostly of numbers is one of numbers; what does not fit is missing, and kept apart") {
  const Table table = parse_csv("a,b\n1,inf\n2,1\nabc,2\n4,1e999\nab,3\n5,4\n6,5\n7,6\n8,7\n9,8\n", {.missing = {}});
  const Column& a = *table.find("a");
  CHECK(cells(table, "a") == "1|2|-|4|-|5|6|7|8|9");
  REQUIRE(a.misfits.size() == 2);
  CHECK(a.misfits[0].row == 2);
  CHECK(a.misfits[0].text == "abc");
  CHECK(a.misfits[1].row == 4);
  const Column& b = *table.find("b");
  CHECK(cells(table, "b") == "-|1|2|-|3|4|5|6|7|8");
  REQUIRE(b.misfits.size() == 2);
  CHECK(b.misfits[0].text == "inf");
  CHECK_FALSE(parse_csv("a\n1\nx\n2\n3\n").columns[0].numeric);
  CHECK(parse_csv("a\n1\nx\n2\n3\n4\n").columns[0].numeric);

  // The other way, if asked to.
  const Table asked = parse_csv("a\nx\n1\ny\n", {.number_columns = {"a"}});
  CHECK(cells(asked, "a") == "-|1|-");
  CHECK(asked.columns[0].misfits.size() == 2);
  CHECK(cells(parse_csv("a\n1\nx\n2\n3\n4\n", {.text_columns = {"a"}}), "a") == "1|x|2|3|4");
}

TEST_CASE("numbers keep how they are written where a number would not tell") {
  const Table table = parse_csv("a,b,c\n1,1.0,5\n042,2,-07.5\n7,3,0.5\n", {.spelled_columns = {"b"}});
  const Column& a = *table.find("a");
  CHECK(a.numbers == std::vector<double>{1, 42, 7});
  CHECK(a.text(1) == "042");
  REQUIRE(a.leading_zero.has_value());
  CHECK(a.leading_zero->row == 1);
  CHECK(a.leading_zero->text == "042");
  CHECK(table.find("b")->numbers == std::vector<double>{1, 2, 3});
  CHECK(table.find("b")->text(0) == "1.0");
  CHECK(table.find("c")->leading_zero->text == "-07.5");
  CHECK(parse_csv("a\n0\n-0\n0.5\n").columns[0].codes.empty());
}

TEST_CASE("values that stand for none: those of pandas, databases and spreadsheets") {
  for (const std::string text :
       {"NA",   "N/A",    "n/a",     "#N/A",    "#N/A N/A", "#NA",      "<NA>",      "NaN", "nan",
        "-NaN", "-nan",   "NULL",    "null",    "#NULL!",   "None",     "NaT",       "\\N", "?",
        "-",    "1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN", "\xC2\xA0", " \xC2\xA0 "}) {
    CAPTURE(text);
    const Table table = parse_csv("a,b,c\n" + text + "," + text + ",0\n1,x,0\n" + text + "," + text + ",0\n");
    CHECK(cells(table, "a") == "-|1|-");
    CHECK(table.find("a")->misfits.empty());
    CHECK(cells(table, "b") == "-|x|-");
  }
  CHECK(cells(parse_csv("a,b\n\xC2\xA0"
                        "5\xC2\xA0,\xC2\xA0x\n"),
              "a") == "5");
  const Table numbers = parse_csv("a,b\n-999,x\n-999.0,y\n-99,-999\n", {.missing = {"-999"}});
  CHECK(cells(numbers, "a") == "-|-|-99");
  CHECK(cells(numbers, "b") == "x|y|-");
}

TEST_CASE("a dash beside a plus is a value") {
  const Table table = parse_csv("a,b\n-,-\n+,x\n-,y\n");
  CHECK(cells(table, "a") == "-|+|-");
  CHECK(table.find("a")->missing(0) == false);
  CHECK(table.find("b")->missing(0));
  CHECK(table.find("b")->categories == std::vector<std::string>{"x", "y"});
}

TEST_CASE("columns kept as text") {
  const Table table = parse_csv("id,x\n001,1\n002,\n", {.text_columns = {"id", "other"}});
  CHECK(cells(table, "id") == "001|002");
  CHECK(table.find("x")->numeric);
}

TEST_CASE("delimiters") {
  CHECK(cells(parse_csv("a;b\n1;x,y\n"), "b") == "x,y");
  CHECK(cells(parse_csv("a\tb\tc\n1\t\tx\n\t\t\n"), "b") == "-|-");
  CHECK(cells(parse_csv("a\tb\n1\t x y \n"), "b") == "x y");
  CHECK(cells(parse_csv("\"a;b;c\",d\n1,2\n"), "d") == "2");
  CHECK(cells(parse_csv("a|b\n1|2\n", {.delimiter = '|'}), "b") == "2");
  CHECK(cells(parse_csv("a;b,c\n1,2\n", {.delimiter = ','}), "a;b") == "1");
  CHECK(cells(parse_csv("a b\n1 2\n", {.delimiter = ' '}), "b") == "2");
  CHECK(cells(parse_csv("a\n1\n2\n"), "a") == "1|2");
  CHECK(error_of_csv("a.b\n1.2\n", {.delimiter = '.'}) ==
        "a CSV delimiter must be a tab, a space or a punctuation mark other than \" + - . , not '.'");
}

TEST_CASE("without a header") {
  const Table table = parse_csv("5.1,setosa\n4.9,setosa\n", {.header = false});
  CHECK(table.rows == 2);
  CHECK(cells(table, "1") == "5.1|4.9");
  CHECK(cells(table, "2") == "setosa|setosa");
  CHECK(table.line_of(0) == 1);
  CHECK(error_of_csv("1,2\n3\n", {.header = false}) == "t.csv:2: has 1 field, the first row has 2");
}

TEST_CASE("numbers are the nearest doubles, out of range is a misfit") {
  const Table table = parse_csv("a\n0.1\n1e-400\n-0\n1.7976931348623157e308\n4.9e-324\n.5\n5.\n1E+2\n\"3\"\n");
  const std::vector<double> expected = {
      0.1, 0, -0.0, std::numeric_limits<double>::max(), std::numeric_limits<double>::denorm_min(), .5, 5, 100, 3};
  CHECK(table.columns[0].numbers == expected);
  CHECK(std::signbit(table.columns[0].numbers[2]));
  const std::string many_digits = std::string(400, '1') + "e-10";
  for (const std::string& text :
       {std::string("1e309"), std::string("-inf"), std::string("1e99999999999999999999"), many_digits}) {
    CAPTURE(text);
    const Column column = parse_csv("a,b\n1,2\n\n3," + text + "\n").columns[1];
    CHECK(column.numeric);
    CHECK(column.missing(1));
    REQUIRE(column.misfits.size() == 1);
    CHECK(column.misfits[0].row == 1);
    CHECK(column.misfits[0].text == text);
  }
  CHECK(parse_csv("a\n1e-99999999999999999999\n0." + std::string(400, '0') + "1\n").columns[0].numbers ==
        std::vector<double>{0, 0});
  CHECK(cells(parse_csv("a\n5e1234\ninf\nb7\n"), "a") == "5e1234|inf|b7");
  for (const char* text : {"1,5", "0x10", "1 2", "1e", "--1", "+-1", "++1", "1_000", "+", ".", "e5", "1d5", "1,23,456",
                           "0,123", "1,234,5", ",123", "1 234,567", "1.5.6"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_csv("a;b\n" + std::string(text) + ";0\n", {.decimal = '.'}).columns[0].numeric);
  }
}

TEST_CASE("random decimals are read as std::from_chars reads them") {
  std::mt19937_64 random(1);
  std::string text = "a\n";
  std::vector<double> expected;
  for (int i = 0; i < 20'000; ++i) {
    std::string decimal = random() % 2 ? "-" : "";
    const std::size_t digits = 1 + random() % 20, point = random() % 24;
    decimal += static_cast<char>('0' + random() % 10);
    for (std::size_t digit = 1; digit < digits; ++digit) {
      if (digit == point) decimal += '.';
      decimal += static_cast<char>('0' + random() % 10);
    }
    if (random() % 8 == 0) decimal += "e" + std::to_string(static_cast<int>(random() % 40) - 20);
    double value = 0;
    std::from_chars(decimal.data(), decimal.data() + decimal.size(), value);
    expected.push_back(value);
    text += decimal + "\n";
  }
  CHECK(parse_csv(text).columns[0].numbers == expected);
}

TEST_CASE("errors name file, line and column") {
  CHECK(error_of_csv("") == "t.csv: is empty");
  CHECK(error_of_csv("\n \r\n") == "t.csv: is empty");
  CHECK(parse_csv("a,b\n").rows == 0);
  CHECK(error_of_csv("a,b\n1,2\n\n3,4,5\n") == "t.csv:4: has 3 fields, the header has 2");
  CHECK(error_of_csv("a,b\n1,2\n3") == "t.csv:3: has 1 field, the header has 2");
  CHECK(error_of_csv("a,b\n1,2\n3,\"x\ny\n") == "t.csv:3: column 2 ('b'): the quote that opens here is never closed");
  CHECK(error_of_csv("a,\"b\n1,2\n") == "t.csv:1: column 2: the quote that opens here is never closed");
  CHECK(error_of_csv("a,b\n1,\"x\"y\n") == "t.csv:2: column 2 ('b'): text after the closing quote");
  CHECK(error_of_csv(std::string_view("a,b\n1,\0002\n", 9)) == "t.csv:2: holds a NUL byte: the file is not text");
  CHECK(error_of_csv("a,b\r1,2\r\ncaf\xE9,2\n") ==
        "t.csv:3: byte 0xE9 is not UTF-8: the file is binary or in another encoding");
  CHECK(error_of_csv("a,b,a\n1,2,3\n") == "t.csv:1: columns 1 and 3 are both called 'a'");
  CHECK(error_of_csv("\"a\nb\",x\n1,2\n3,\"4").starts_with("t.csv:4: column 2 ('x'): "));
  std::string wide = "a";
  for (int i = 0; i < 100'000; ++i) wide += ",a";
  CHECK(error_of_csv(wide) == "t.csv:1: more than 100000 columns, the limit for one table");
}

TEST_CASE("text is UTF-8") {
  for (const char* good :
       {"\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\xED\x9F\xBF", "\xF4\x8F\xBF\xBF", "aaaaaaa\xC3\xA9"})
    CHECK(parse_csv("a\n" + std::string(good) + "\n").columns[0].text(0) == good);
  for (const char* bad : {"\x80", "\xC0\xAF", "\xC3", "\xE0\x80\x80", "\xED\xA0\x80", "\xE2\x82", "\xF0\x80\x80\x80",
                          "\xF4\x90\x80\x80", "\xF5\x80\x80\x80"})
    CHECK(error_of_csv("a\n" + std::string(bad) + "\n").find("is not UTF-8") != std::string::npos);
}

TEST_CASE("files, plain and compressed") {
  const std::string text = "a,b\n1,x\n2,y\n";
  const std::string compressed = gzipped(text);
  CHECK(cells(read_csv(TemporaryFile(text).path), "b") == "x|y");
  CHECK(cells(read_csv(TemporaryFile(compressed).path), "b") == "x|y");
  CHECK(cells(read_csv(TemporaryFile(compressed + gzipped("3,z\n")).path), "b") == "x|y|z");

  std::string large = "a,b\n";
  for (int i = 0; i < 100'000; ++i) large += std::to_string(i) + ",some text\n";
  const TemporaryFile large_file(gzipped(large));
  CHECK(read_csv(large_file.path).columns[0].numbers[99'999] == 99'999);

  const TemporaryFile truncated(compressed.substr(0, compressed.size() - 9));
  CHECK(error_of_file(truncated.path).find("the gzip stream ends early") != std::string::npos);
  std::string corrupt = gzipped(large);
  corrupt[corrupt.size() / 2] = static_cast<char>(corrupt[corrupt.size() / 2] ^ 0x55);
  const TemporaryFile corrupt_file(corrupt);
  CHECK(error_of_file(corrupt_file.path).starts_with(corrupt_file.path + ": the gzip stream is corrupt after "));
  const TemporaryFile trailing(compressed + "xyz");
  CHECK(error_of_file(trailing.path).find("the gzip stream is corrupt") != std::string::npos);

  CHECK(error_of_file("/nonexistent/t.csv") == "/nonexistent/t.csv: cannot be opened: No such file or directory");
  CHECK(error_of_file("/") == "/: cannot be read: Is a directory");
}

TEST_CASE("standard input") {
  const TemporaryFile file(gzipped("a\n1\n2\n"));
  const int saved = dup(STDIN_FILENO);
  REQUIRE(freopen(file.path.c_str(), "r", stdin) != nullptr);
  CHECK(cells(read_csv("-"), "a") == "1|2");
  CHECK(error_of_file("-") == "standard input: is empty");
  dup2(saved, STDIN_FILENO);
  close(saved);
}

TEST_CASE("the writer's files read back") {
  std::ostringstream out;
  CsvWriter writer(out);
  writer.field("text").field("float").field("double").field("integer").end_row();
  writer.field("a,b").field(0.1f).field(0.1).field(std::int64_t{-5}).end_row();
  writer.field("say \"x\"\n").field(std::nanf("")).field(1e300).field(7u).end_row();
  writer.field(" padded").field(1e10f).field(1.0 / 3).field(0).end_row();
  CHECK(out.str() ==
        "text,float,double,integer\n\"a,b\",0.1,0.1,-5\n\"say \"\"x\"\"\n\",,1e+300,7\n\" "
        "padded\",1e+10,0.3333333333333333,0\n");
  const Table table = parse_csv(out.str());
  CHECK(cells(table, "text") == "a,b|say \"x\"\n| padded");
  CHECK(table.find("double")->numbers == std::vector<double>{0.1, 1e300, 1.0 / 3});

  std::ostringstream marked;
  CsvWriter(marked)
      .field(
          "\xEF\xBB\xBF"
          "a")
      .end_row();
  CHECK(parse_csv(marked.str() + "1\n").columns[0].name ==
        "\xEF\xBB\xBF"
        "a");

  for (const std::string name : {"#", "# a", "{a", "[a", "__label__a b", "<html", "%PDF-", "version https://git-lfs"}) {
    CAPTURE(name);
    std::ostringstream misleading;
    CsvWriter rows(misleading);
    rows.field(name).end_row();
    rows.field(1).end_row();
    const Table read = parse_csv(misleading.str());
    CHECK(read.columns[0].name == name);
    CHECK(read.columns[0].numbers == std::vector<double>{1});
  }

  std::ostringstream single;
  CsvWriter column(single, ';');
  for (const char* text : {"x;y", "", "a,b"}) column.field(text).end_row();
  CHECK(single.str() == "\"x;y\"\n\"\"\na,b\n");
}

TEST_CASE("random tables read back") {
  std::mt19937 random(1);
  const std::string alphabet = "ab ,;\"\n\r\t1.-";
  for (int repeat = 0; repeat < 200; ++repeat) {
    const std::size_t rows = 1 + random() % 5, columns = 1 + random() % 4;
    std::vector<std::vector<std::string>> texts(rows, std::vector<std::string>(columns));
    std::ostringstream out;
    CsvWriter writer(out);
    for (std::size_t column = 0; column < columns; ++column) writer.field("c" + std::to_string(column));
    writer.end_row();
    for (auto& row : texts) {
      for (std::string& text : row) {
        for (std::size_t length = random() % 6; length > 0; --length) text += alphabet[random() % alphabet.size()];
        writer.field(text);
      }
      writer.end_row();
    }
    CsvOptions options{.delimiter = ',', .missing = {}};
    for (std::size_t column = 0; column < columns; ++column)
      options.text_columns.push_back("c" + std::to_string(column));
    const Table table = parse_csv(out.str(), options);
    REQUIRE(table.rows == rows);
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t column = 0; column < columns; ++column)
        CHECK(table.columns[column].text(row) == texts[row][column]);
    }
  }
}

TEST_CASE("columns that are needed are asked for before the rows are read") {
  const auto refuse = [](const std::string& text, const std::string& message) {
    CHECK_THROWS_WITH_AS(parse_csv(text, {.needed = {"a", "z"}}), message.c_str(), descent::Error);
  };
  refuse("a,b\n1,2\n1,2,3\n", "csv: there is no column 'z'; there are 'a', 'b'");
  refuse("a,z\n1,2\n1,2,3\n", "csv:3: has 3 fields, the header has 2");
  // A member may come in a later line.
  const Table table = parse_csv("{\"a\": 1}\n{\"a\": 2, \"z\": 3}\n", {.needed = {"a", "z"}});
  CHECK(table.find("z")->numbers[1] == 3);
}

TEST_CASE("objects of JSON without members are no table") {
  for (const std::string text : {"{}", "{}\n{}\n"})
    CHECK_THROWS_WITH_AS(parse_csv(text), "csv: its objects have no members", descent::Error);
  const Table table = parse_csv("{}\n{\"a\": 1}\n");
  CHECK(table.rows == 2);
  CHECK(table.find("a")->missing(0));
  CHECK(table.find("a")->numbers[1] == 1);
}
