// The rows of a CSV file as the columns of a table.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "data/column_builder.h"
#include "data/csv_file.h"
#include "data/csv_rows.h"

namespace descent::data {

/// Reads the rows of a file into columns, by as many threads as there are.
class RowReader {
 public:
  /// `file`, which must outlive it, is at its first row. An Error if two columns that are read have one name.
  RowReader(CsvFile& file, const CsvOptions& options);

  /// All rows; an Error if they take more memory than they may.
  Table read();
  /// The next rows, a piece of the file; nothing at the end.
  std::optional<Table> next();
  /// The columns, before any row is read.
  Table empty_table();

  /// Of JSON: members met that are no columns.
  const std::set<std::string>& new_names() const { return new_names_; }
  /// Whether an error may come from backslashes that were taken for themselves.
  bool may_have_escapes() const { return has_escapes_ && !dialect().backslash; }

 private:
  const Dialect& dialect() const { return file_.layout().dialect; }
  std::string label(std::size_t column) const;
  void name_columns();
  void choose_columns(const CsvOptions& options);
  void begin_columns();
  void read_all();
  bool read_pieces(std::size_t count);
  void prepare_parts(std::size_t count);
  void take_lines(const CsvRows& part);
  void check_memory() const;
  Table finish();
  void leave_out_unnamed(Table& table) const;

  CsvFile& file_;
  std::vector<std::string> missing_texts_;
  MissingValues missing_;
  Dialect said_;
  std::size_t max_memory_;
  std::vector<std::string> names_;
  std::vector<bool> unnamed_;
  std::vector<ColumnKind> kinds_;
  /// Nothing for a column that is not read.
  std::vector<std::optional<ColumnBuilder>> columns_;
  std::vector<CsvRows> parts_;
  /// What is known of the table but its columns.
  Table table_;
  std::size_t next_line_ = 0;
  std::set<std::string> new_names_;
  bool has_escapes_ = false;
};

}  // namespace descent::data
