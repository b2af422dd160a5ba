#include "descent/data/csv.h"

#include <algorithm>
#include <iterator>
#include <new>
#include <utility>

#include "data/row_reader.h"
#include "descent/data/target.h"

namespace descent::data {
namespace {

Table read_rows_of(CsvFile& file, const CsvOptions& options) {
  RowReader reader(file, options);
  if (!options.needed.empty() && !file.layout().json) {
    const Table columns = reader.empty_table();
    for (const std::string& name : options.needed) find_column(columns, name);
  }
  Table table;
  try {
    table = reader.read();
  } catch (const Error& first) {
    if (!reader.may_have_escapes()) throw;
    // Perhaps it makes sense with backslashes that take meaning away.
    file.layout().dialect.backslash = true;
    file.begin_again();
    try {
      return RowReader(file, options).read();
    } catch (const Error&) {
      throw Error(first);
    }
  }
  if (file.layout().names.empty() && reader.new_names().empty()) fail(file.source(), ": its objects have no members");
  if (reader.new_names().empty() || options.only) return table;
  // Members of JSON that the first lines do not have.
  Layout& layout = file.layout();
  layout.names.insert(layout.names.end(), reader.new_names().begin(), reader.new_names().end());
  layout.likely_text.resize(layout.names.size());
  file.begin_again();
  return RowReader(file, options).read();
}

Table read_table(TextStream stream, const CsvOptions& options) {
  CsvFile file(std::move(stream), options, false);
  try {
    return read_rows_of(file, options);
  } catch (const std::bad_alloc&) {
    fail(file.source(), ":", file.line(), ": there is not enough memory for the table");
  }
}

}  // namespace

const Column* Table::find(std::string_view column) const {
  const auto found = std::ranges::find(columns, column, &Column::name);
  return found == columns.end() ? nullptr : &*found;
}

std::size_t Table::line_of(std::size_t row) const {
  const auto run = std::prev(std::ranges::upper_bound(line_runs, row, {}, &LineRun::row));
  return run->line + (row - run->row);
}

Table read_csv(const std::string& path, const CsvOptions& options) { return read_table({path, true}, options); }

Table parse_csv(std::string_view text, const CsvOptions& options, const std::string& source) {
  return read_table({text, source}, options);
}

struct CsvReader::State {
  CsvFile file;
  RowReader rows;
  Table empty;

  State(const std::string& path, const CsvOptions& options)
      : file(TextStream(path, false), options, true), rows(file, options), empty(rows.empty_table()) {}
};

CsvReader::CsvReader(const std::string& path, const CsvOptions& options)
    : state_(std::make_unique<State>(path, options)) {}
CsvReader::~CsvReader() = default;
CsvReader::CsvReader(CsvReader&&) noexcept = default;
CsvReader& CsvReader::operator=(CsvReader&&) noexcept = default;

std::optional<Table> CsvReader::next() { return state_->rows.next(); }

const Table& CsvReader::empty_table() const { return state_->empty; }

}  // namespace descent::data
