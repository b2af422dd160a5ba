// Tables in CSV files: reading them for training, writing predictions.
#pragma once

#include <concepts>
#include <cstddef>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "descent/data/table.h"

namespace descent {
namespace DESCENT_EXPORT data {

struct CsvOptions {
  /// What separates fields; 0 finds it out.
  char delimiter = 0;
  /// What stands before the fraction of a number, '.' or ','; 0 finds it out.
  char decimal = 0;
  /// Whether the first line holds the names of the columns. Otherwise they are called "1", "2", and so on.
  bool header = true;
  /// What is taken where the file leaves a choice: how the table was written that a model comes from.
  Dialect usual = {};
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
  /// The columns to read, of those the table has; the others may hold anything, and be called so. Nothing: all.
  std::optional<std::vector<std::string>> only = {};
  /// Columns that must be there, which read_csv finds out before it reads the rows; of JSON objects, which may have
  /// further members later, it asks for none.
  std::vector<std::string> needed = {};
  /// The most bytes that a table, and what of a pipe must be held to read it, may take; 0: three quarters of the memory
  /// that the process may have.
  std::size_t max_memory = 0;
};

/// An Error for what no file can have: a delimiter that is not a tab, a space or a punctuation mark other than " + - .,
/// or a decimal sign that is neither point nor comma.
void check_csv_options(const CsvOptions& options);

/// The most columns a table can have.
inline constexpr std::size_t kMaxCsvColumns = 100'000;
/// The most bytes of one row.
inline constexpr std::size_t kMaxCsvRow = std::size_t{256} << 20;
/// The part of a column's values, missing ones aside, that must be numbers for the column to be numeric.
inline constexpr double kMostlyNumbers = 0.8;

/// The table in the file at `path`, "-" for standard input. Files of gzip, zstd, and zip with one file inside, are
/// recognised by their first bytes.
///
/// The format is RFC 4180, as it is met:
/// - text is UTF-8, with or without a byte order mark, or UTF-16;
/// - a line ends with LF, CRLF or CR; the last one may lack its end; lines that are blank are skipped;
/// - fields are separated by a comma, semicolon, tab or bar, or by spaces, whichever divides the first lines (some
///   64 kB) into as many fields as the header has; a first line "sep=;" says so;
/// - a field in double quotes may hold delimiters, line ends, and a quote written twice, or, in a file of which only
///   that makes sense, behind a backslash;
/// - spaces and tabs around a field do not belong to it, unless they stand within quotes; nor do no-break spaces;
/// - a line that begins with # is a comment if it has not as many fields as the header; before the first row such a
///   line may be the header;
/// - all rows may have one empty field more than the header. If all have one more, the first column has no name (as R
///   writes it);
/// - a number is decimal, with an optional sign, fraction and exponent, thousands grouped by the other of comma and
///   point, by spaces or by apostrophes; the nearest double is taken. The fraction is behind a comma if the first lines
///   have numbers that make sense only so;
/// - or each line is a JSON object: the columns are called as its members are;
/// - or each line is a text behind its label, as fastText has them, "__label__good What a film!", if the first is: the
///   columns are "label" and "text".
///
/// A column is numeric if at least kMostlyNumbers of its values that are not missing are numbers; the others are
/// misfits, which count as missing. A column without a name is called "column 3"; if its values are all missing, or all
/// different, as those of an index are, it is left out. Notes say so, and where a header holds numbers only.
///
/// Columns hold doubles, or codes of texts; the text of a file is not held, unless it comes through a pipe. The result
/// is the same on any number of threads.
///
/// Throws an Error of one line, which names file, line and column, for a file that cannot be read, or is empty; a row
/// with fewer or more fields than the first; a quote that is not closed, or is followed by text; NUL or other bytes
/// that are not UTF-8; compressed data that are corrupt, end early, or grow to more than 200 times their size (and 64
/// MiB); two columns of the same name; more than `max_memory`, `kMaxCsvColumns` or `kMaxCsvRow`. Files of other kinds
/// (Parquet, Excel, ...) are called by their name.
Table read_csv(const std::string& path, const CsvOptions& options = {});

/// The same from memory; messages call it `source`.
Table parse_csv(std::string_view text, const CsvOptions& options = {}, const std::string& source = "csv");

/// Reads a table piece by piece, in memory that does not grow with its rows: what is read of a pipe is given at once.
/// Columns are numeric if `number_columns` has them, else text.
class CsvReader {
 public:
  /// Reads the header. Errors are those of read_csv, here and below.
  explicit CsvReader(const std::string& path, const CsvOptions& options = {});
  ~CsvReader();
  CsvReader(CsvReader&&) noexcept;
  CsvReader& operator=(CsvReader&&) noexcept;

  /// The next rows: as many as there are, up to about a megabyte of text. Of a pipe it waits for one. Nothing at the
  /// end.
  std::optional<Table> next();
  /// The columns, and no rows.
  const Table& empty_table() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

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
