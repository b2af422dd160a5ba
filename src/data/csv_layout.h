// How a CSV file is laid out, found from its beginning.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "descent/data/csv.h"

namespace descent::data {

struct Layout {
  /// Whether each line is a JSON object.
  bool json = false;
  Dialect dialect;
  /// The names in the header, "" for a column without one; without a header "1", "2", ...
  std::vector<std::string> names;
  /// Where the rows begin, and on which line.
  std::size_t rows_begin = 0;
  std::size_t rows_line = 1;
  /// The line of the header.
  std::size_t header_line = 1;
  /// Of each column, whether most values of the first rows are texts.
  std::vector<bool> likely_text = {};
  std::vector<std::string> notes = {};
};

/// From `sample`, the beginning of a text that ends with a line, or all of it (`whole`). Errors are in the name of
/// `source`.
Layout find_layout(std::string_view sample, bool whole, const CsvOptions& options, const std::string& source);

/// The end of the last record of `text` that is complete, 0 if there is none: a text begins with a record and goes on
/// unless it is `whole`.
std::size_t end_of_records(std::string_view text, const Dialect& dialect, bool whole);

/// Whether anything in `text` makes sense only if backslashes take meaning away, where quotes and delimiters do not
/// fit.
bool has_backslash_escape(std::string_view text, char delimiter);

}  // namespace descent::data
