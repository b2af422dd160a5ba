// Tables in CSV files: reading them for training, writing predictions.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
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

/// The part of a column's values, missing ones aside, that must be numbers for the column to be numeric.
inline constexpr double kMostlyNumbers = 0.8;

/// A column of a table. It is numeric if at least kMostlyNumbers of its values that are not missing are numbers, else
/// it is text, unless the options say which.
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

struct Table {
  /// The file it came from, for messages.
  std::string source;
  std::size_t rows = 0;
  std::vector<Column> columns;
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
  std::vector<LineRun> line_runs;
};

struct CsvOptions {
  /// What separates fields; 0 takes the commonest of comma, semicolon and tab in the first line (of equals, comma).
  char delimiter = 0;
  /// Whether the first line holds the names of the columns. Otherwise they are called "1", "2", and so on.
  bool header = true;
  /// The values that stand for none: pandas' and those of databases and spreadsheets. A number among them stands for
  /// none however it is written. A dash in a column that has a plus is a value.
  std::vector<std::string> missing = {"",    "NA",  "N/A",  "n/a",  "#N/A",   "#N/A N/A", "#NA",     "<NA>",
                                      "NaN", "nan", "-NaN", "-nan", "NULL",   "null",     "#NULL!",  "None",
                                      "NaT", "\\N", "?",    "-",    "1.#IND", "-1.#IND",  "1.#QNAN", "-1.#QNAN"};
  /// Columns to keep as text even if all their values are numbers (an id keeps its leading zeros). Names that the table
  /// does not have are ignored, here and below.
  std::vector<std::string> text_columns = {};
  /// Columns to read as numbers even if few of their values are; the others are misfits.
  std::vector<std::string> number_columns = {};
  /// Columns whose values are kept as they are written too if they are numbers.
  std::vector<std::string> spelled_columns = {};
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
/// - so do no-break spaces (U+00A0) around a value;
/// - a number is decimal, with an optional sign, point and exponent; the nearest double is taken.
///
/// Throws an Error of one line, which names file, line and column, for a file that cannot be read or is empty; a row
/// with fewer or more fields than the first; a quote that is not closed, or is followed by text; NUL or other bytes
/// that are not UTF-8; a gzip stream that is corrupt or ends early; two columns of the same name, or one without; more
/// than `max_bytes` or `kMaxCsvColumns`.
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
