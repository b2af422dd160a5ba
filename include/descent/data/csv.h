// Tables in CSV files: reading them for training, writing predictions.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "descent/error.h"

namespace descent {
namespace DESCENT_EXPORT data {

/// A column of a table. It is numeric when every value that is not missing is a number, else it is text.
struct Column {
  std::string name;
  bool numeric = true;
  /// Of a numeric column: one a row, NaN where missing, never infinite.
  std::vector<double> numbers;
  /// Of a text column: one a row, an index into `categories`, -1 where missing.
  std::vector<std::int32_t> codes;
  /// Of a text column: its distinct values, in the order of their first appearance.
  std::vector<std::string> categories;
  /// Of a text column: the first row whose value is not a number; 0 if the options asked for text.
  std::size_t text_row = 0;

  bool missing(std::size_t row) const { return numeric ? numbers[row] != numbers[row] : codes[row] < 0; }
  /// Of a text column: the value in `row`, "" where missing.
  std::string_view text(std::size_t row) const {
    return missing(row) ? std::string_view() : categories[static_cast<std::size_t>(codes[row])];
  }
};

struct Table {
  /// The file it came from, for messages.
  std::string source;
  std::size_t rows = 0;
  std::vector<Column> columns;

  /// Null when there is no such column.
  const Column* find(std::string_view column) const;
  /// The line of the file, from 1, that `row` begins on, for messages.
  std::size_t line_of(std::size_t row) const;

  /// From row `row` on, and until the next entry, the lines follow each other. Sorted.
  struct LineRun {
    std::size_t row, line;
  };
  std::vector<LineRun> line_runs;
};

struct CsvOptions {
  /// What separates fields; 0 takes the commonest of comma, semicolon and tab in the first line (of equals, comma).
  char delimiter = 0;
  /// Whether the first line holds the names of the columns. Otherwise they are called "1", "2", and so on.
  bool header = true;
  /// The values that stand for none.
  std::vector<std::string> missing = {"", "NA", "N/A", "NaN", "nan", "null", "?"};
  /// Columns to keep as text even if all their values are numbers (an id keeps its leading zeros). Names that the table
  /// does not have are ignored.
  std::vector<std::string> text_columns = {};
  /// The most bytes of text to read, after decompression. What is read is held in memory until the table is complete.
  std::size_t max_bytes = std::size_t{16} << 30;
};

/// The most columns a table can have.
inline constexpr std::size_t kMaxCsvColumns = 100'000;

/// The table in the file at `path`, "-" for standard input; gzip-compressed files are recognised by their first bytes.
///
/// The format is RFC 4180, in UTF-8 with or without a byte order mark:
/// - a line ends with LF, CRLF or CR; the last one may lack its end; lines that are blank are skipped;
/// - a field in double quotes may hold delimiters, line ends, and a quote written twice;
/// - spaces and tabs around a field do not belong to it, unless they stand within quotes;
/// - a number is decimal, with an optional sign, point and exponent; the nearest double is taken.
///
/// Throws an Error of one line, which names file, line and column, for a file that cannot be read, is empty or has a
/// header only; a row with fewer or more fields than the first; a quote that is not closed, or is followed by text; NUL
/// or other bytes that are not UTF-8; a gzip stream that is corrupt or ends early; two columns of the same name, or one
/// without; a value in a numeric column that is infinite or too large for a double; more than `max_bytes` or
/// `kMaxCsvColumns`.
Table read_csv(const std::string& path, const CsvOptions& options = {});

/// The same from memory; messages call it `source`.
Table parse_csv(std::string_view text, const CsvOptions& options = {}, const std::string& source = "csv");

/// Writes the rows of a CSV file, field by field. A field is quoted when it has to be; a number is written with the
/// fewest digits that read back as the same float or double; NaN is written as an empty field. Lines end with LF.
class CsvWriter {
 public:
  /// `out` must outlive the writer.
  explicit CsvWriter(std::ostream& out, char delimiter = ',') : out_(out), delimiter_(delimiter) {}
  CsvWriter(const CsvWriter&) = delete;
  CsvWriter& operator=(const CsvWriter&) = delete;

  CsvWriter& field(std::string_view text);
  CsvWriter& field(const char* text) { return field(std::string_view(text)); }
  CsvWriter& field(float value);
  CsvWriter& field(double value);
  CsvWriter& field(std::integral auto value) { return raw(std::to_string(value)); }
  /// Ends the row and hands it to `out`, whose state tells whether the write succeeded.
  void end_row();

 private:
  CsvWriter& raw(std::string_view text);

  std::ostream& out_;
  char delimiter_;
  std::string row_;
  std::size_t fields_ = 0;
};

}  // namespace data
}  // namespace descent
