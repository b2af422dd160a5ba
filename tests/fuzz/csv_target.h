// What the CSV fuzzer runs on each input, and the tests on its corpus.
#pragma once

#include <cmath>
#include <cstdint>
#include <span>
#include <sstream>
#include <string>
#include <string_view>

#include "descent/data/csv.h"
#include "fuzz/check.h"

namespace descent::fuzz {

inline void check_table(const data::Table& table) {
  check(!table.columns.empty(), "a table has columns");
  for (std::size_t row = 1; row < table.rows; ++row)
    check(table.line_of(row) > table.line_of(row - 1), "lines increase");
  for (const data::Column& column : table.columns) {
    check((column.numeric ? column.numbers.size() : column.codes.size()) == table.rows, "a column has a value a row");
    check(column.numeric || table.rows == 0 || column.text_row < table.rows, "the first text is in the table");
    for (const double number : column.numbers) check(!std::isinf(number), "numbers are finite");
    for (const std::int32_t code : column.codes)
      check(code >= -1 && code < static_cast<std::int32_t>(column.categories.size()), "codes are of categories");
  }
}

/// Writes the table and reads it again.
inline void check_round_trip(const data::Table& table) {
  std::ostringstream out;
  data::CsvWriter writer(out);
  data::CsvOptions options{.delimiter = ',', .decimal = '.', .missing = {""}};
  for (const data::Column& column : table.columns) {
    writer.field(column.name);
    if (!column.numeric) options.text_columns.push_back(column.name);
  }
  writer.end_row();
  for (std::size_t row = 0; row < table.rows; ++row) {
    for (const data::Column& column : table.columns) {
      if (column.numeric)
        writer.field(column.numbers[row]);
      else
        writer.field(column.text(row));
    }
    writer.end_row();
  }
  const data::Table again = data::parse_csv(out.str(), options);
  check(again.rows == table.rows && again.columns.size() == table.columns.size(), "the table keeps its size");
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const data::Column &before = table.columns[i], &after = again.columns[i];
    check(after.name == before.name && after.numeric == before.numeric, "columns keep their name and kind");
    for (std::size_t row = 0; row < table.rows; ++row) {
      check(after.missing(row) == before.missing(row), "missing values stay missing");
      if (before.missing(row)) continue;
      check(before.numeric ? after.numbers[row] == before.numbers[row] : after.text(row) == before.text(row),
            "values stay");
    }
  }
}

/// The first byte chooses the options, the rest is the file.
inline void run_csv(std::span<const std::uint8_t> input) {
  if (input.empty()) return;
  constexpr char delimiters[] = {0, ',', ';', '\t', ' ', '|'};
  const bool numbers_missing = (input[0] & 2) != 0;
  data::CsvOptions options{.delimiter = delimiters[(input[0] >> 3) % sizeof delimiters], .header = (input[0] & 1) == 0};
  if (numbers_missing) options.missing = {"-9", "x"};
  if (input[0] & 4) options.text_columns = {"a", "1"};
  const std::string_view bytes(reinterpret_cast<const char*>(input.data()) + 1, input.size() - 1);
  try {
    const std::string source = "fuzz";
    const data::Table table = data::parse_csv(bytes, options, source);
    check_table(table);
    if (!numbers_missing) check_round_trip(table);
  } catch (const Error& error) {
    const std::string_view message = error.what();
    check(!message.empty() && message.find('\n') == message.npos, "an error is one line");
  }
}

}  // namespace descent::fuzz
