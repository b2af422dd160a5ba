#include "data/row_reader.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "data/json_lines.h"
#include "data/labelled_lines.h"
#include "data/memory_limit.h"
#include "descent/text.h"
#include "kernels/parallel.h"

namespace descent::data {
namespace {

using kernels::parallel_for;

/// How many pieces are read at once.
constexpr std::size_t kPieces = 8;

constexpr std::string_view kNoValues = "no values";

/// Why a column that has no name tells nothing; "" if it may.
std::string_view uselessness_of_unnamed(const Column& column, std::size_t rows) {
  std::size_t missing = 0;
  for (std::size_t row = 0; row < rows; ++row) missing += column.missing(row);
  if (missing == rows && column.misfits.empty()) return kNoValues;
  if (missing > 0) return "";
  if (!column.numeric) return column.categories.size() == rows ? "a different text in each row" : "";
  const std::unordered_set<double> numbers(column.numbers.begin(), column.numbers.end());
  const bool whole = std::ranges::all_of(numbers, [](double number) { return number == std::floor(number); });
  return whole && numbers.size() == rows ? "a different whole number in each row" : "";
}

/// How many rows `left` bytes hold if `rows` are in the `pieces`.
std::size_t expected_rows(std::size_t rows, const std::vector<std::string_view>& pieces, std::size_t left) {
  std::size_t bytes = 0;
  for (const std::string_view piece : pieces) bytes += piece.size();
  const double share = static_cast<double>(left) / static_cast<double>(bytes);
  return static_cast<std::size_t>(1.02 * share * static_cast<double>(rows));
}

std::unordered_set<std::string_view> set_of(const std::vector<std::string>& names) {
  return {names.begin(), names.end()};
}

}  // namespace

RowReader::RowReader(CsvFile& file, const CsvOptions& options)
    : file_(file),
      missing_texts_(options.missing),
      missing_(options.missing, file.layout().dialect.decimal),
      said_{.delimiter = options.delimiter, .decimal = options.decimal, .header = options.header},
      max_memory_(options.max_memory == 0 ? memory_limit() / 4 * 3 : options.max_memory) {
  name_columns();
  choose_columns(options);
  begin_columns();
}

Table RowReader::read() {
  read_all();
  std::vector<bool> again;
  for (auto& column : columns_) again.push_back(column && column->begins_again());
  if (std::ranges::find(again, true) != again.end()) {
    // The other columns, and what is known of the rows, stay as they are.
    const auto swap_done = [&](std::vector<std::optional<ColumnBuilder>>& done) {
      for (std::size_t i = 0; i < again.size(); ++i)
        if (!again[i]) std::swap(columns_[i], done[i]);
    };
    std::vector<std::optional<ColumnBuilder>> done(columns_.size());
    swap_done(done);
    Table table = std::exchange(table_, {});
    parts_.clear();
    file_.begin_again();
    read_all();
    swap_done(done);
    table_ = std::move(table);
  }
  Table table = finish();
  leave_out_unnamed(table);
  return table;
}

std::optional<Table> RowReader::next() {
  while (table_.rows == 0)
    if (!read_pieces(1)) return std::nullopt;
  Table table = finish();
  begin_columns();
  return table;
}

Table RowReader::empty_table() {
  Table table = finish();
  begin_columns();
  return table;
}

std::string RowReader::label(std::size_t column) const {
  return column < names_.size() ? concat("column ", column + 1, " (", in_quotes(names_[column]), ")")
                                : concat("column ", column + 1);
}

/// Gives names to columns that have none.
void RowReader::name_columns() {
  names_ = file_.layout().names;
  const std::unordered_set<std::string> taken(names_.begin(), names_.end());
  for (std::size_t i = 0; i < names_.size(); ++i) {
    unnamed_.push_back(names_[i].empty());
    if (!unnamed_[i]) continue;
    names_[i] = concat("column ", i + 1);
    while (taken.contains(names_[i])) names_[i] += '\'';
  }
}

void RowReader::choose_columns(const CsvOptions& options) {
  const auto text = set_of(options.text_columns), numbers = set_of(options.number_columns),
             spelled = set_of(options.spelled_columns);
  const auto only = options.only ? std::optional(set_of(*options.only)) : std::nullopt;
  std::unordered_map<std::string_view, std::size_t> seen;
  for (std::size_t i = 0; i < names_.size(); ++i) {
    const std::string& name = names_[i];
    kinds_.push_back(only && !only->contains(name) ? ColumnKind::unread
                     : text.contains(name)         ? ColumnKind::text
                     : numbers.contains(name)      ? ColumnKind::numbers
                     : spelled.contains(name)      ? ColumnKind::spelled
                                                   : ColumnKind::by_values);
    if (kinds_[i] == ColumnKind::unread) continue;
    const auto [same, fresh] = seen.emplace(name, i);
    if (!fresh)
      fail(file_.source(), ":", file_.layout().header_line, ": columns ", same->second + 1, " and ", i + 1,
           " are both called ", in_quotes(name));
  }
}

void RowReader::begin_columns() {
  columns_.clear();
  for (std::size_t i = 0; i < names_.size(); ++i) {
    auto& column = columns_.emplace_back();
    if (kinds_[i] != ColumnKind::unread) column.emplace(names_[i], kinds_[i], dialect().decimal);
  }
}

void RowReader::read_all() {
  // The parts of 100,000 columns take memory, too.
  const std::size_t count = std::clamp<std::size_t>(200'000 / std::max<std::size_t>(names_.size(), 1), 1, kPieces);
  while (read_pieces(count)) continue;
}

/// Reads up to `count` pieces; false if there are none.
bool RowReader::read_pieces(std::size_t count) {
  const bool first = table_.rows == 0;
  const std::vector<std::string_view> pieces = file_.next(count);
  if (pieces.empty()) return false;
  prepare_parts(pieces.size());
  parallel_for(static_cast<std::int64_t>(pieces.size()), 1, [&](std::int64_t begin, std::int64_t) {
    const auto i = static_cast<std::size_t>(begin);
    if (file_.layout().json)
      read_json_rows(pieces[i], names_, missing_, parts_[i]);
    else if (dialect().lines)
      read_lines(pieces[i], missing_, parts_[i]);
    else
      read_rows(pieces[i], dialect(), missing_, parts_[i]);
  });
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    has_escapes_ = has_escapes_ || has_backslash_escape(pieces[i], dialect().delimiter);
    take_lines(parts_[i]);
    new_names_.insert(parts_[i].new_names.begin(), parts_[i].new_names.end());
  }
  const std::size_t reserved = first ? table_.rows + expected_rows(table_.rows, pieces, file_.bytes_left()) : 0;
  parallel_for(static_cast<std::int64_t>(columns_.size()), 1, [&](std::int64_t begin, std::int64_t) {
    const auto i = static_cast<std::size_t>(begin);
    if (!columns_[i]) return;
    columns_[i]->reserve(reserved);
    for (std::size_t piece = 0; piece < pieces.size(); ++piece) columns_[i]->add(*parts_[piece].columns[i]);
  });
  check_memory();
  return true;
}

void RowReader::prepare_parts(std::size_t count) {
  if (parts_.size() < count) parts_.resize(count);
  for (CsvRows& part : parts_) {
    part.clear();
    if (!part.columns.empty()) continue;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      auto& column = part.columns.emplace_back();
      if (columns_[i]) column = columns_[i]->part(file_.layout().likely_text[i]);
    }
  }
}

/// Counts the rows and lines of a part, or says what is wrong with it.
void RowReader::take_lines(const CsvRows& part) {
  const std::size_t before = file_.line() - 1;
  if (part.error) {
    using Blame = ScanError::Blame;
    const ScanError& error = *part.error;
    const std::string column = error.blame == Blame::column ? concat(label(part.error_column), ": ") : "";
    const std::string others =
        error.blame == Blame::count
            ? concat(dialect().header ? ", the header has " : ", the first row has ", names_.size())
            : "";
    fail(file_.source(), ":", before + error.line, ": ", column, error.what, others);
  }
  for (const Table::LineRun& run : part.line_runs) {
    const std::size_t line = before + run.line;
    if (run.row > 0 || table_.line_runs.empty() || line != next_line_)
      table_.line_runs.push_back({table_.rows + run.row, line});
  }
  if (part.rows > 0) next_line_ = before + part.next_line;
  table_.rows += part.rows;
  file_.count_lines(part.lines);
}

void RowReader::check_memory() const {
  std::size_t bytes = file_.held();
  for (const auto& column : columns_)
    if (column) bytes += column->bytes();
  if (bytes > max_memory_)
    fail(file_.source(), ":", file_.line(), ": the table takes more than ", max_memory_,
         " bytes of memory, which is the limit");
}

Table RowReader::finish() {
  Table table = std::exchange(table_, {});
  table.source = file_.source();
  table.dialect = dialect();
  table.said = said_;
  table.missing = missing_texts_;
  table.notes = file_.layout().notes;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i])
      table.columns.push_back(columns_[i]->finish(missing_));
    else
      table.unread.push_back(names_[i]);
  }
  return table;
}

/// Columns without a name are often an index, or what a delimiter at the end of a line leaves.
void RowReader::leave_out_unnamed(Table& table) const {
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (!unnamed_[i] || !columns_[i] || table.columns.size() == 1) continue;
    const auto found = std::ranges::find(table.columns, names_[i], &Column::name);
    const std::string_view reason = uselessness_of_unnamed(*found, table.rows);
    if (reason.empty()) continue;
    if (reason != kNoValues)
      table.notes.push_back(
          concat("column ", i + 1, " has no name and holds ", reason, ", as an index does; it is left out"));
    table.columns.erase(found);
  }
}

}  // namespace descent::data
