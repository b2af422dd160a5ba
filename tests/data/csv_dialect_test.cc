// The dialects of CSV: what is found out, and what options say.
#include <doctest/doctest.h>

#include <string>

#include "csv_helpers.h"
#include "descent/data/csv.h"
#include "descent/threads.h"

using descent::data::CsvReader;
using descent::data::Dialect;

namespace {

descent::data::Table parse(std::string_view text, const descent::data::CsvOptions& options = {}) {
  return descent::data::parse_csv(text, options, "t.csv");
}

std::string names(const descent::data::Table& table) {
  std::string names;
  for (const descent::data::Column& column : table.columns) names += (names.empty() ? "" : "|") + column.name;
  return names;
}

std::string notes(const descent::data::Table& table) {
  std::string notes;
  for (const std::string& note : table.notes) notes += note + "\n";
  return notes;
}

}  // namespace

TEST_CASE("the delimiter is what divides all first lines alike") {
  for (const char delimiter : {',', ';', '\t', '|'}) {
    CAPTURE(delimiter);
    std::string text = "name,of|the;city";
    std::string row = "7";
    // In quotes anything may stand.
    text = "\"" + text + "\"" + delimiter + "x\n";
    for (int i = 0; i < 3; ++i) text += "\"a,b|c;d\te\"" + std::string(1, delimiter) + row + "\n";
    const auto table = parse(text);
    CHECK(names(table) == "name,of|the;city|x");
    CHECK(table.dialect.delimiter == delimiter);
    CHECK(cells(table, "x") == "7|7|7");
  }
  // Commas in texts, here and there, and in the header.
  CHECK(names(parse("city, country;x\nBonn, DE;1\nRome;2\nOslo, NO;3\n")) == "city, country|x");
  // A text with spaces is one field, unless numbers are beside it in each line.
  CHECK(names(parse("first name\nada lovelace\nalan turing\n")) == "first name");
  const auto spaces = parse("x  y label\n1 2.5  a\n -3   4 \"b c\" \n");
  CHECK(names(spaces) == "x|y|label");
  CHECK(cells(spaces, "y") == "2.5|4");
  CHECK(cells(spaces, "label") == "a|b c");
  CHECK(names(parse("when,x\n2024-01-01 10:00,1\n2024-01-01 11:00,2\n")) == "when|x");
  // Tags within a field of a table of commas.
  CHECK(names(parse("tags,x\na|b,1\nc|d,2\n")) == "tags|x");
  // A broken line does not change what is found; it is what the error is about.
  std::string broken = "a,b\n";
  for (int i = 0; i < 20; ++i) broken += "1;2,3\n";
  CHECK(error_of_csv(broken + "1,2,3\n") == "t.csv:22: has 3 fields, the header has 2");
  CHECK(parse("a:b\n1:2\n", {.delimiter = ':'}).columns.size() == 2);
}

TEST_CASE("a usual dialect decides where the file does not") {
  const Dialect bars{.delimiter = '|'};
  CHECK(names(parse("a,b|c,d\n", {.usual = bars})) == "a,b|c,d");
  CHECK(parse("a,b|c,d\n", {.usual = bars}).columns.size() == 2);
  CHECK(parse("a,b,c\n1,2,3\n", {.usual = bars}).columns.size() == 3);
  CHECK(parse("x\n1,234\n", {.delimiter = ';', .usual = {.decimal = '.'}}).columns[0].numbers[0] == 1234);
  CHECK(parse("x\n1,234\n", {.delimiter = ';', .usual = {.decimal = ','}}).columns[0].numbers[0] == 1.234);
  CHECK(parse("x;y\n1,234;0.5\n", {.usual = {.decimal = ','}}).columns[0].numbers[0] == 1234);
}

TEST_CASE("decimal commas and thousands") {
  const auto german = parse("x;z\n-1,179;1.234,5\n0,669;-12.345.678\n1e3;2,5E-1\n7;,5\n");
  CHECK(german.dialect.decimal == ',');
  CHECK(cells(german, "x") == "-1.179|0.669|1000|7");
  CHECK(german.find("z")->numbers == std::vector<double>{1234.5, -12345678, 0.25, 0.5});
  const auto quoted = parse("x,z\n\"3,821.0\",-1\n\"1,234,567\",2\n999,3\n");
  CHECK(quoted.find("x")->numbers == std::vector<double>{3821, 1234567, 999});
  CHECK(quoted.dialect.decimal == '.');
  CHECK(parse("x,z\n\"0,5\",\"1,25\"\n\"2,5\",3\n").find("x")->numbers == std::vector<double>{0.5, 2.5});
  CHECK(parse("x|z\n1'234.5|1\n12\u202F345|2\n9\u00A0876|3\n1 000 000|4\n").find("x")->numbers ==
        std::vector<double>{1234.5, 12345, 9876, 1000000});
  // Three digits behind a comma: a fraction where semicolons separate, for which else are commas?
  CHECK(parse("x;z\n1,234;5\n").columns[0].numbers[0] == 1.234);
  CHECK(parse("x\tz\n1,234\t5\n").columns[0].numbers[0] == 1234);
  CHECK(parse("x;z\n1,234;5\n", {.decimal = '.'}).columns[0].numbers[0] == 1234);
  CHECK(parse("x;z\n1.234;5\n", {.decimal = ','}).columns[0].numbers[0] == 1234);
  CHECK_FALSE(parse("x;z\n1.23;5\n1.24;6\n", {.decimal = ','}).columns[0].numeric);
  // Addresses say nothing.
  CHECK(parse("ip,x\n192.168.100.101,1\n10.120.130.140,2\n").dialect.decimal == '.');
  CHECK(error_of_csv("x\n1\n", {.decimal = ';'}) == "the decimal sign of a CSV file must be . or , , not ';'");
}

TEST_CASE("backslashes before quotes") {
  const auto table = parse("x,c\n1,\"say \\\"no\\\"\"\n2,\"a\\\\b\"\n3,\"c:\\\\dir\\\\\"\n4,\"tab\\t\"\n");
  CHECK(table.dialect.backslash);
  CHECK(cells(table, "c") == "say \"no\"|a\\b|c:\\dir\\|tab\\t");
  // Without such a quote a backslash is one.
  CHECK(cells(parse("x,c\n1,\"c:\\\"\n2,\"d\\\\e\"\n"), "c") == "c:\\|d\\\\e");
  CHECK(cells(parse("c,x\nBonn\\, DE,1\nRome,2\n"), "c") == "Bonn, DE|Rome");
  // The first may come late.
  std::string late = "c,x\n";
  for (int i = 0; i < 20'000; ++i) late += "\"some text\",1\n";
  late += "\"say \\\"no\\\", he said\",2\n";
  const auto found = parse(late);
  CHECK(found.dialect.backslash);
  CHECK(found.find("c")->text(20'000) == "say \"no\", he said");
  // What makes no sense either way is told of as it stands.
  CHECK(error_of_csv("a,b\n1,\"x\"y\\\"\n") == "t.csv:2: column 2 ('b'): text after the closing quote");
}

TEST_CASE("lines before the header, and comments") {
  CHECK(cells(parse("sep=;\na;b\n1;2,5\n"), "b") == "2.5");
  CHECK(cells(parse("\"sep=|\"\r\na|b,c\r\n1|2,3\r\n"), "b,c") == "2.3");
  CHECK(parse("sep=;\na,b\n1,2\n", {.delimiter = ','}).columns.size() == 2);
  const auto table = parse("# made by logger\n#\n\n# unit: m, s\nx,z\n1,2\n# calibrated\n3,4\n#5,6,7,8\n#9,8\n");
  CHECK(names(table) == "x|z");
  CHECK(cells(table, "x") == "1|3|#9");
  CHECK(table.line_of(0) == 6);
  CHECK(table.line_of(1) == 8);
  // A header may begin so.
  CHECK(names(parse("#,Name,HP\n1,Bulbasaur,45\n2,Ivysaur,60\n")) == "#|Name|HP");
  CHECK(names(parse("# x y\n1 2\n3 4\n")) == "x|y");
  CHECK(names(parse("#chrom\tstart\nchr1\t10\nchr2\t20\n")) == "#chrom|start");
  CHECK(cells(parse("tag\n#a\n#b\n"), "tag") == "#a|#b");
}

TEST_CASE("columns without a name") {
  const auto index = parse(",x,c\n0,1.5,a\n1,2.5,b\n");
  CHECK(names(index) == "x|c");
  CHECK(notes(index) ==
        "column 1 has no name and holds a different whole number in each row, as an index does; it is left out\n");
  const auto trailing = parse("x,z,\n1,2,\n3,4,\n");
  CHECK(names(trailing) == "x|z");
  CHECK(notes(trailing) == "");
  CHECK(names(parse("x,z\n1,2,\n3,4,\n")) == "x|z");
  // Of values that repeat it may tell something.
  const auto kept = parse("x,,column 2\n1,a,2\n3,a,2\n");
  CHECK(names(kept) == "x|column 2'|column 2");
  // As R's write.table writes names of rows.
  const auto rows = parse("\"x\" \"y\"\n\"a\" 1 2\n\"b\" 3 4\n");
  CHECK(names(rows) == "x|y");
  CHECK(cells(rows, "y") == "2|4");
}

TEST_CASE("a header of numbers is remarked on") {
  CHECK(notes(parse("1.5,-2,0\n1,2,3\n")) ==
        "t.csv:1: the header holds numbers only: '1.5', '-2', ...; it looks like a row, which --no-header "
        "(CsvOptions::header) makes it\n");
  CHECK(notes(parse("1.5,x\n1,2\n")) == "");
  CHECK(notes(parse("1.5,2\n1,2\n", {.header = false})) == "");
}

TEST_CASE("columns that are not asked for are not looked at") {
  const auto table = parse("x,note,note,,z\n1,a,b,\"c\",2\n", {.only = {{"z", "x", "other"}}});
  CHECK(names(table) == "x|z");
  CHECK(table.unread == std::vector<std::string>{"note", "note", "column 4"});
  CHECK(error_of_csv("x,x,z\n1,2,3\n", {.only = {{"x"}}}) == "t.csv:1: columns 1 and 2 are both called 'x'");
}

TEST_CASE("UTF-16") {
  const std::string text = "a,b\r\n1,\u00E9\u20AC\U0001F600\r\n2,y\r\n";
  const std::u16string wide = u"a,b\r\n1,\u00E9\u20AC\U0001F600\r\n2,y\r\n";
  for (const bool big : {false, true}) {
    for (const bool mark : {false, true}) {
      CAPTURE(big);
      CAPTURE(mark);
      std::string bytes;
      for (const char16_t unit : (mark ? u"\uFEFF" : u"") + wide) {
        const char high = static_cast<char>(unit >> 8), low = static_cast<char>(unit & 0xFF);
        bytes += big ? high : low;
        bytes += big ? low : high;
      }
      CHECK(cells(parse(bytes), "b") == cells(parse(text), "b"));
      CHECK(cells(parse(bytes), "b") == "\u00E9\u20AC\U0001F600|y");
      CHECK(error_of_csv(bytes.substr(0, bytes.size() - 1)) == "t.csv: ends in the middle of a character of UTF-16");
    }
  }
  CHECK(error_of_csv(std::string_view("\xFF\xFE"
                                      "a\0\0\xD8"
                                      "a\0",
                                      8)) == "t.csv: is not UTF-16: it has half of a pair of surrogates");
}

TEST_CASE("the same table from pieces of any size, on any number of threads") {
  std::string text = "n,label,mixed,late\n";
  for (int i = 0; i < 150'000; ++i) {
    text += std::to_string(i * 0.25) + ",\"k" + std::to_string(std::int64_t{i} * i % 1013) +
            (i % 7 == 0 ? ",\n\"" : "\"") + "," + (i % 50 == 3 ? "none" : std::to_string(i)) + "," +
            (i < 140'000 ? std::to_string(i % 10) : "0" + std::to_string(i)) + "\n";
    if (i % 1000 == 0) text += "\n";
  }
  REQUIRE(text.size() > (std::size_t{4} << 20));
  const TemporaryFile file(text);
  const int before = descent::num_threads();
  descent::set_num_threads(1);
  const auto one = descent::data::read_csv(file.path);
  descent::set_num_threads(3);
  const auto three = descent::data::read_csv(file.path);
  descent::set_num_threads(before);
  for (const auto* table : {&one, &three}) {
    REQUIRE(table->rows == 150'000);
    CHECK(table->columns[0].numbers[149'999] == 149'999 * 0.25);
    CHECK(table->columns[1].text(7) == "k" + std::to_string(49) + ",\n");
    CHECK(table->columns[2].numeric);
    CHECK(table->columns[2].misfits.size() == 3'000);
    CHECK(table->columns[2].misfits[1].row == 53);
    CHECK(table->columns[3].leading_zero->row == 140'000);
    CHECK(table->columns[3].text(140'000) == "0140000");
    CHECK(table->columns[3].text(3) == "3");
  }
  CHECK(one.columns[1].categories == three.columns[1].categories);
  CHECK(one.columns[1].codes == three.columns[1].codes);
  // Rows of line ends within quotes, and blank lines, count.
  for (const std::size_t row : {0, 1, 7, 8, 1'001, 99'999, 149'999}) {
    CAPTURE(row);
    const std::size_t expected = 2 + row + (row + 6) / 7 + (row + 999) / 1000;
    CHECK(one.line_of(row) == expected);
    CHECK(three.line_of(row) == expected);
  }
}

TEST_CASE("a table piece by piece") {
  std::string text = "x,c,rest\n";
  for (int i = 0; i < 200'000; ++i) text += std::to_string(i) + (i % 2 == 0 ? ",even,-\n" : ",odd,-\n");
  const TemporaryFile file(text);
  CsvReader reader(file.path, {.number_columns = {"x"}, .only = {{"x", "c"}}});
  CHECK(names(reader.empty_table()) == "x|c");
  CHECK(reader.empty_table().rows == 0);
  std::size_t rows = 0, pieces = 0;
  while (const auto table = reader.next()) {
    REQUIRE(table->rows > 0);
    CHECK(table->columns[0].numbers[0] == static_cast<double>(rows));
    CHECK(table->columns[1].text(0) == (rows % 2 == 0 ? "even" : "odd"));
    CHECK(table->line_of(0) == rows + 2);
    rows += table->rows;
    ++pieces;
  }
  CHECK(rows == 200'000);
  CHECK(pieces > 1);
  CHECK_FALSE(reader.next());
  const TemporaryFile header("x,c\n");
  CHECK_FALSE(CsvReader(header.path).next());
}

TEST_CASE("an object of JSON a line") {
  const auto table = parse(
      "{\"x\": 1.5, \"c\": \"say \\\"hi\\\"\", \"ok\": true}\n\n{\"x\": null, \"c\": \"\\u00e9\"}\n"
      "{\"ok\": false, \"x\": -2e3, \"c\": \"\", \"late\": 7}\n");
  CHECK(names(table) == "x|c|ok|late");
  CHECK(cells(table, "x") == "1.5|-|-2000");
  CHECK(cells(table, "c") == "say \"hi\"|\u00E9|-");
  CHECK(cells(table, "ok") == "true|-|false");
  CHECK(cells(table, "late") == "-|-|7");
  CHECK(table.line_of(1) == 3);
  CHECK(names(parse("{\"x\": 1, \"y\": [2]}\n", {.only = {{"x", "z"}}})) == "x|z");

  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "{\"x\": " + std::to_string(i) + "}\n";
  text += "{\"y\": \"late\"}\n";
  const auto late = parse(text);
  CHECK(names(late) == "x|y");
  CHECK(late.find("y")->text(100'000) == "late");
  CHECK(late.find("x")->numbers[99'999] == 99'999);

  CHECK(error_of_csv("{\"x\": 1}\n{\"x\": [1]}\n") ==
        "t.csv:2: column 1 ('x'): holds a list or an object; wanted a number, a text, true, false or null");
  CHECK(error_of_csv("{\"x\": 1}\n{\"x\": 1\n").starts_with("t.csv:2: is no JSON object; wanted an object a line"));
  CHECK(error_of_csv("{\n  \"x\": 1\n}\n").starts_with("t.csv:1: is no JSON object; wanted an object a line"));
  CHECK(error_of_csv("[\n {\"x\": 1}]\n").starts_with("t.csv: is a list of JSON; wanted an object a line"));
  CHECK(names(parse("{x},y\n1,2\n")) == "{x}|y");
}
