// Tables: named columns of numbers or texts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "descent/error.h"

namespace descent {
namespace DESCENT_EXPORT data {

/// A value, and the row it stands in.
struct Misfit {
  std::size_t row;
  std::string text;
};

/// A column of a table: numbers, or texts, of which each different one is held once.
struct Column {
  std::string name;
  bool numeric = true;
  /// Of a numeric column: one a row, NaN where missing, never infinite.
  std::vector<double> numbers = {};
  /// Of a numeric column: its values that are no numbers a double can hold, which count as missing, in the order of
  /// their rows.
  std::vector<Misfit> misfits = {};
  /// Of a numeric column: the first value with a leading zero, as 007, which as a number is 7.
  std::optional<Misfit> leading_zero = {};
  /// Of a text column: one a row, an index into `categories`, -1 where missing. Of a numeric column likewise where a
  /// number does not tell how it is written: if there is a leading zero, or the options asked for the spelling; else
  /// empty.
  std::vector<std::int32_t> codes = {};
  /// The distinct values, in the order of their first appearance.
  std::vector<std::string> categories = {};
  /// Of a text column: the first row whose value is not a number; 0 if there is none.
  std::size_t text_row = 0;

  bool missing(std::size_t row) const { return numeric ? numbers[row] != numbers[row] : codes[row] < 0; }
  /// The value in `row` as it is written, "" where missing; nothing of a numeric column without `codes`.
  std::string_view text(std::size_t row) const {
    return codes.empty() || codes[row] < 0 ? std::string_view() : categories[static_cast<std::size_t>(codes[row])];
  }
};

/// How a file writes a table.
struct Dialect {
  /// What separates fields. 0: nothing is said.
  char delimiter = 0;
  /// What stands before the fraction of a number, '.' or ','; thousands are then grouped by the other. 0: nothing is
  /// said.
  char decimal = 0;
  /// Whether a backslash takes the meaning from what follows it: \" is a quote within quotes, \\ a backslash.
  bool backslash = false;
  /// Whether the first line holds the names of the columns.
  bool header = true;
  /// Whether each line is a text, behind its label if it has one.
  bool lines = false;
};

struct Table {
  /// The file it came from, for messages.
  std::string source;
  std::size_t rows = 0;
  std::vector<Column> columns;
  /// Columns of the file that were not asked for: those of which only the name was read.
  std::vector<std::string> unread = {};
  /// How the file was read, and what of that the options said.
  Dialect dialect = {};
  Dialect said = {};
  /// The values that stood for none.
  std::vector<std::string> missing = {};
  /// What was read otherwise than it stands there, and what looks wrong: for people, a line each.
  std::vector<std::string> notes = {};

  /// Null when there is no such column.
  const Column* find(std::string_view column) const;
  /// The line of the file, from 1, that `row` begins on, for messages.
  std::size_t line_of(std::size_t row) const;

  /// From row `row` on, and until the next entry, the lines follow each other. Sorted.
  struct LineRun {
    std::size_t row, line;
  };
  std::vector<LineRun> line_runs = {};
};

}  // namespace data
}  // namespace descent
