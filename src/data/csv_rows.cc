#include "data/csv_rows.h"

#include "data/text_input.h"
#include "descent/text.h"

namespace descent::data {
namespace {

/// The number of fields of the record that `scanner`, a copy, is at.
std::size_t count_fields(FieldScanner scanner) {
  std::size_t count = 0;
  do {
    scanner.field();
    ++count;
  } while (scanner.next_field());
  return count;
}

}  // namespace

void CsvRows::clear() {
  for (auto& column : columns)
    if (column) column->clear();
  rows = lines = next_line = error_column = 0;
  line_runs.clear();
  error.reset();
  new_names.clear();
}

std::optional<ScanError> text_error(std::string_view text) {
  const std::size_t bad = first_non_text_byte(text);
  if (bad == text.size()) return std::nullopt;
  std::size_t line = 1;
  for (std::size_t i = 0; i < bad; ++i) line += text[i] == '\n' || (text[i] == '\r' && text[i + 1] != '\n');
  if (text[bad] == 0) return ScanError{line, ScanError::Blame::text, "holds a NUL byte: the file is not text"};
  constexpr char digits[] = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(text[bad]);
  return ScanError{line, ScanError::Blame::text,
                   concat("byte 0x", digits[byte / 16], digits[byte % 16],
                          " is not UTF-8: the file is binary or in another encoding")};
}

void read_rows(std::string_view text, const Dialect& dialect, const MissingValues& missing, CsvRows& rows) {
  if ((rows.error = text_error(text))) return;
  FieldScanner scanner(text, dialect);
  const std::size_t columns = rows.columns.size();
  std::size_t column = 0;
  try {
    while (scanner.next_record()) {
      column = 0;
      // A line that begins with # and is no row is a comment.
      if (scanner.begins_with('#') && count_fields(scanner) != columns) {
        do scanner.field();
        while (scanner.next_field());
        continue;
      }
      const std::size_t line = scanner.line();
      if (line != rows.next_line) rows.line_runs.push_back({rows.rows, line});
      rows.next_line = line + 1;
      bool last_is_empty = false;
      do {
        if (column >= columns || !rows.columns[column]) {
          last_is_empty = scanner.field().empty();
        } else if (ColumnPart& part = *rows.columns[column]; part.collects_numbers()) {
          double number;
          if (scanner.plain_number(number, part.are_short))
            part.add_number(number, missing);
          else
            part.add(scanner.field(), missing);
        } else {
          part.add(scanner.field(), missing);
        }
        ++column;
      } while (scanner.next_field());
      // A delimiter may end a row.
      if (column != columns && !(column == columns + 1 && last_is_empty)) {
        rows.error = ScanError{line, ScanError::Blame::count, concat("has ", counted(column, "field"))};
        break;
      }
      ++rows.rows;
    }
  } catch (const ScanError& error) {
    rows.error = error;
    rows.error_column = column;
  }
  rows.lines = scanner.line() - 1;
}

}  // namespace descent::data
