// The rows of a piece of a CSV file.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/column_builder.h"
#include "data/field_scanner.h"

namespace descent::data {

/// What is in some rows that follow each other.
struct CsvRows {
  /// A part a column; none of those that are not read.
  std::vector<std::optional<ColumnPart>> columns;
  std::size_t rows = 0;
  /// The ends of lines that are passed.
  std::size_t lines = 0;
  /// As Table's, with lines from 1 on, and the line right after the last row began.
  std::vector<Table::LineRun> line_runs = {};
  std::size_t next_line = 0;
  /// What ended the reading, and in which column if that is to blame.
  std::optional<ScanError> error = {};
  std::size_t error_column = 0;
  /// Of JSON: members that are no column.
  std::vector<std::string> new_names = {};

  void clear();
};

/// What is wrong with `text` if it is not UTF-8 without NUL.
std::optional<ScanError> text_error(std::string_view text);

/// Reads all rows of `text`, or up to an error, into `rows`, which is clear.
void read_rows(std::string_view text, const Dialect& dialect, const MissingValues& missing, CsvRows& rows);

}  // namespace descent::data
