#include "data/csv_layout.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>
#include <optional>
#include <tuple>

#include "data/field_scanner.h"
#include "data/number_text.h"
#include "descent/text.h"

namespace descent::data {
namespace {

/// How many records tell how a file is laid out.
constexpr std::size_t kSampleRecords = 200;

using Records = std::vector<std::vector<std::string>>;

bool is_number(std::string_view text) {
  double value;
  return parse_number(text, value) != NumberKind::none || parse_number(text, value, ',') != NumberKind::none;
}

/// A sample, divided one way.
struct Trial {
  Dialect dialect;
  Records records = {};
  /// Whether quotes fit.
  bool fits = true;
  /// The part of the records that have as many fields as the first, or all one more.
  double consistent = 1;
  /// The part of the fields after the first record that are numbers or empty.
  double typed = 0;

  std::size_t fields() const { return records.empty() ? 0 : records.front().size(); }
  /// Of a header of one name, rows that all have one more field (the name of the row).
  bool divides() const { return fields() > 1 || (records.size() > 1 && records[1].size() == 2 && consistent == 1); }
};

Trial try_dialect(std::string_view sample, bool whole, const Dialect& dialect) {
  Trial trial{dialect};
  FieldScanner scanner(sample, dialect);
  try {
    while (trial.records.size() < kSampleRecords && scanner.next_record()) {
      std::vector<std::string> record;
      do record.emplace_back(scanner.field());
      while (scanner.next_field());
      // A line of another kind among records is a comment.
      const bool comment =
          !trial.records.empty() && record.front().starts_with('#') && record.size() != trial.records.front().size();
      if (!comment) trial.records.push_back(std::move(record));
    }
  } catch (const ScanError& error) {
    // A sample may end within quotes.
    trial.fits = !whole && error.what.find("closed") != std::string::npos && !trial.records.empty();
  }
  const Records& records = trial.records;
  if (records.size() < 2) return trial;
  std::size_t same = 0, one_more = 0, cells = 0, typed = 0;
  for (std::size_t i = 1; i < records.size(); ++i) {
    same += records[i].size() == records[0].size();
    one_more += records[i].size() == records[0].size() + 1;
    for (const std::string& cell : records[i]) {
      ++cells;
      typed += cell.empty() || is_number(cell);
    }
  }
  trial.consistent = static_cast<double>(std::max(same, one_more)) / static_cast<double>(records.size() - 1);
  trial.typed = static_cast<double>(typed) / static_cast<double>(cells);
  return trial;
}

/// With or without backslashes, whichever fits.
Trial try_delimiter(std::string_view sample, bool whole, char delimiter, const CsvOptions& options) {
  const bool usual = options.usual.backslash;
  Trial first = try_dialect(sample, whole, {delimiter, 0, usual});
  if (first.fits && first.consistent == 1) return first;
  if (!usual && !has_backslash_escape(sample, delimiter)) return first;
  Trial other = try_dialect(sample, whole, {delimiter, 0, !usual});
  const auto merit = [](const Trial& trial) { return std::tuple(trial.fits, trial.consistent); };
  return merit(other) > merit(first) ? other : first;
}

/// Spaces are in texts, too: they separate where all lines agree and each has a number.
bool spaces_separate(const Trial& trial) {
  return trial.fits && trial.divides() && trial.consistent == 1 && trial.records.size() > 1 &&
         std::all_of(trial.records.begin() + 1, trial.records.end(),
                     [](const auto& record) { return std::ranges::any_of(record, is_number); });
}

Trial choose_delimiter(std::string_view sample, bool whole, const CsvOptions& options) {
  if (options.delimiter != 0) return try_delimiter(sample, whole, options.delimiter, options);
  std::optional<Trial> best;
  const auto merit = [&](const Trial& trial) {
    // One line in ten may be broken, and is then what an error should be about.
    return std::tuple(trial.fits, trial.consistent >= 0.9 ? 1 : trial.consistent, trial.fields() > 1, trial.typed,
                      trial.dialect.delimiter == options.usual.delimiter, trial.fields());
  };
  for (const char delimiter : {',', ';', '\t', '|'}) {
    Trial trial = try_delimiter(sample, whole, delimiter, options);
    if (trial.divides() && (!best || merit(trial) > merit(*best))) best = std::move(trial);
  }
  if (best) return *best;
  Trial spaces = try_delimiter(sample, whole, ' ', options);
  if (spaces_separate(spaces) || (options.usual.delimiter == ' ' && spaces.divides())) return spaces;
  return try_delimiter(sample, whole, options.usual.delimiter ? options.usual.delimiter : ',', options);
}

char choose_decimal(const Records& records, const CsvOptions& options, char delimiter) {
  if (options.decimal != 0) return options.decimal;
  std::size_t point = 0, comma = 0, either = 0;
  for (std::size_t i = options.header ? 1 : 0; i < records.size(); ++i) {
    for (const std::string& cell : records[i]) {
      const DecimalEvidence evidence = decimal_evidence(cell);
      point += evidence == DecimalEvidence::point;
      comma += evidence == DecimalEvidence::comma;
      either += evidence == DecimalEvidence::either && cell.find(',') != cell.npos;
    }
  }
  if (point != comma) return point > comma ? '.' : ',';
  // A comma that separates is no decimal sign, unless it was both.
  if (options.usual.decimal != 0 && (delimiter != ',' || options.usual.delimiter == ',')) return options.usual.decimal;
  // Semicolons separate where commas are taken.
  return point == 0 && either > 0 && delimiter == ';' ? ',' : '.';
}

std::vector<bool> likely_texts(const Records& records, std::size_t columns) {
  std::vector<std::size_t> texts(columns), numbers(columns);
  for (std::size_t i = records.size() > 1 ? 1 : 0; i < records.size(); ++i) {
    for (std::size_t column = 0; column < std::min(columns, records[i].size()); ++column)
      if (!records[i][column].empty()) ++(is_number(records[i][column]) ? numbers : texts)[column];
  }
  std::vector<bool> likely;
  for (std::size_t column = 0; column < columns; ++column) likely.push_back(texts[column] > numbers[column]);
  return likely;
}

std::string_view first_line(std::string_view text) { return text.substr(0, text.find_first_of("\r\n")); }

/// What follows the first line, whose end is counted.
void drop_line(std::string_view& text, std::size_t& line) {
  const std::size_t end = text.find_first_of("\r\n");
  if (end == text.npos) {
    text = {};
    return;
  }
  text.remove_prefix(end + (text.substr(end).starts_with("\r\n") ? 2 : 1));
  ++line;
}

void drop_blank_lines(std::string_view& text, std::size_t& line) {
  while (!text.empty() && std::ranges::all_of(first_line(text), is_space)) drop_line(text, line);
}

/// The delimiter that a first line "sep=;" says; 0 if it is none.
char said_delimiter(std::string_view line) {
  if (line.size() == 7 && line.front() == '"' && line.back() == '"') line = line.substr(1, 5);
  return line.size() == 5 && line.starts_with("sep=") ? line[4] : '\0';
}

/// Of a comment right before the first row: the names in it, if it is the header.
std::vector<std::string> names_in_comment(std::string_view comment, const Trial& trial) {
  const bool spaced = comment.size() > 1 && is_space(comment[1]);
  const Trial names = try_dialect(spaced ? comment.substr(1) : comment, true, trial.dialect);
  if (!names.fits || names.records.empty() || names.fields() < 2 || names.fields() != trial.fields()) return {};
  // The line below must look like a row, and this one not.
  if (std::ranges::any_of(names.records[0], is_number) || std::ranges::none_of(trial.records[0], is_number)) return {};
  return names.records[0];
}

}  // namespace

void check_csv_options(const CsvOptions& options) {
  const char c = options.delimiter;
  if (c != 0 && c != '\t' &&
      (c < ' ' || c > '~' || std::isalnum(c) || std::string_view("\"+-.").find(c) != std::string_view::npos))
    fail("a CSV delimiter must be a tab, a space or a punctuation mark other than \" + - . , not ", in_quotes({&c, 1}));
  if (options.decimal != 0 && options.decimal != '.' && options.decimal != ',')
    fail("the decimal sign of a CSV file must be . or , , not ", in_quotes({&options.decimal, 1}));
}

Layout find_layout(std::string_view sample, bool whole, const CsvOptions& asked, const std::string& source) {
  check_csv_options(asked);
  CsvOptions options = asked;
  std::string_view text = sample;
  Layout layout;
  std::size_t line = 1;
  drop_blank_lines(text, line);
  if (const char said = said_delimiter(first_line(text)); said != 0) {
    if (options.delimiter == 0) options.delimiter = said;
    check_csv_options(options);
    drop_line(text, line);
    drop_blank_lines(text, line);
  }
  if (text.empty()) fail(source, ": is empty");

  // Lines that begin with # come first, or are the header, unless there is nothing else.
  const std::string_view all = text;
  const std::size_t all_line = line;
  std::string_view comment;
  std::size_t comment_line = line;
  while (text.starts_with('#')) {
    comment = first_line(text);
    comment_line = line;
    drop_line(text, line);
    drop_blank_lines(text, line);
  }
  if (text.empty()) {
    text = all;
    line = all_line;
    comment = {};
  }
  const Trial trial = choose_delimiter(text, whole, options);
  layout.dialect = trial.dialect;
  layout.header_line = line;
  FieldScanner scanner(text, layout.dialect);
  if (options.header && !comment.empty()) layout.names = names_in_comment(comment, trial);
  if (!layout.names.empty()) {
    layout.header_line = comment_line;
    options.header = false;
  } else {
    scanner.next_record();
    try {
      do {
        if (layout.names.size() == kMaxCsvColumns)
          fail(source, ":", line, ": more than ", kMaxCsvColumns, " columns, the limit for one table");
        const std::string_view name = scanner.field();
        layout.names.push_back(options.header ? std::string(name) : std::to_string(layout.names.size() + 1));
      } while (scanner.next_field());
    } catch (const ScanError& error) {
      fail(source, ":", line - 1 + error.line, ": column ", layout.names.size() + 1, ": ", error.what);
    }
  }
  if (options.header) {
    line += scanner.line() - 1;
    text.remove_prefix(static_cast<std::size_t>(scanner.position() - text.data()));
    if (std::ranges::all_of(layout.names, is_number))
      layout.notes.push_back(concat(source, ":", layout.header_line,
                                    ": the header holds numbers only: ", in_quotes(layout.names.front()),
                                    layout.names.size() > 1 ? concat(", ", in_quotes(layout.names[1])) : "",
                                    layout.names.size() > 2 ? ", ..." : "",
                                    "; it looks like a row, which --no-header (CsvOptions::header) makes it"));
    // As R writes a table whose rows have names.
    const auto& records = trial.records;
    const bool one_more = records.size() > 1 && std::all_of(records.begin() + 1, records.end(), [&](const auto& r) {
                            return r.size() == trial.fields() + 1;
                          });
    if (one_more && std::any_of(records.begin() + 1, records.end(), [](const auto& r) { return !r.back().empty(); }))
      layout.names.insert(layout.names.begin(), "");
  }
  layout.likely_text = likely_texts(trial.records, layout.names.size());
  layout.rows_begin = static_cast<std::size_t>(text.data() - sample.data());
  layout.rows_line = line;
  layout.dialect.header = asked.header;
  layout.dialect.decimal = choose_decimal(trial.records, options, layout.dialect.delimiter);
  return layout;
}

std::size_t end_of_records(std::string_view text, const Dialect& dialect, bool whole) {
  if (whole) return text.size();
  // A return at the very end may be half of a line end.
  const auto last_line_end = [&](std::size_t begin, std::size_t end) -> std::size_t {
    const std::string_view part = text.substr(begin, end - begin);
    std::size_t found = part.rfind('\n');
    const std::size_t from = found == part.npos ? 0 : found + 1;
    std::string_view rest = part.substr(from);
    if (end == text.size() && rest.ends_with('\r')) rest.remove_suffix(1);
    if (const std::size_t other = rest.rfind('\r'); other != rest.npos) found = from + other;
    return found == part.npos ? 0 : begin + found + 1;
  };
  if (dialect.lines) return last_line_end(0, text.size());
  const auto opens = [&](std::size_t quote) {
    while (quote > 0 && is_space(text[quote - 1]) && text[quote - 1] != dialect.delimiter) --quote;
    return quote == 0 || text[quote - 1] == dialect.delimiter || text[quote - 1] == '\n' || text[quote - 1] == '\r';
  };
  std::size_t begin = 0, end = 0, from = 0;
  while (true) {
    const std::size_t quote = text.find('"', from);
    if (quote == text.npos) return std::max(end, last_line_end(begin, text.size()));
    from = quote + 1;
    if (!opens(quote)) continue;
    end = std::max(end, last_line_end(begin, quote));
    // To the quote that closes.
    while (true) {
      const std::size_t mark = text.find_first_of(dialect.backslash ? "\"\\" : "\"", from);
      if (mark == text.npos || mark + 1 == text.size()) return end;
      from = mark + 1;
      if (text[mark] == '\\')
        ++from;
      else if (text[mark + 1] == '"')
        ++from;
      else
        break;
    }
    begin = from;
  }
}

bool has_backslash_escape(std::string_view text, char delimiter) {
  for (std::size_t at = text.find('\\'); at != text.npos && at + 1 < text.size(); at = text.find('\\', at + 1))
    if (text[at + 1] == '"' || text[at + 1] == delimiter) return true;
  return false;
}

}  // namespace descent::data
