#include "descent/data/csv.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <iterator>
#include <limits>
#include <ostream>
#include <unordered_map>
#include <unordered_set>

#include "data/column_builder.h"
#include "data/text_input.h"

namespace descent::data {
namespace {

/// The most characters, less the sign, of what Parser::short_decimal reads.
constexpr std::ptrdiff_t kShortDecimal = 16;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

bool is_space(char c) { return c == ' ' || c == '\t'; }

/// `field` less the no-break spaces (U+00A0) around it, which spreadsheets and web pages leave there.
std::string_view without_no_break_spaces(std::string_view field) {
  constexpr std::string_view kNoBreakSpace = "\xC2\xA0";
  while (field.starts_with(kNoBreakSpace)) field.remove_prefix(kNoBreakSpace.size());
  while (field.ends_with(kNoBreakSpace)) field.remove_suffix(kNoBreakSpace.size());
  return field;
}

class Parser {
 public:
  Parser(std::string_view text, const CsvOptions& options, const std::string& source)
      : begin_(text.data()), position_(begin_), end_(begin_ + text.size()), options_(options), source_(source) {}

  Table parse() {
    check_delimiter();
    check_text();
    if (!skip_blank_lines()) fail(source_, ": is empty");
    delimiter_ = options_.delimiter ? options_.delimiter : commonest_delimiter();
    for (const char c : {delimiter_, '\n', '\r'}) ends_field_[static_cast<unsigned char>(c)] = true;
    for (const std::string& value : options_.missing) {
      begins_missing_[value.empty() ? 0 : static_cast<unsigned char>(value[0])] = true;
      double number;
      if (parse_number(value, number) == NumberKind::finite) missing_numbers_.push_back(number);
    }
    read_header();
    return read_rows();
  }

 private:
  template <class... Parts>
  [[noreturn]] void fail_at(std::size_t line, const Parts&... parts) const {
    fail(source_, ":", line, ": ", parts...);
  }

  std::string label(std::size_t column) const {
    return column < builders_.size()
               ? concat("column ", column + 1, " (", in_quotes(builders_[column].column.name), ")")
               : concat("column ", column + 1);
  }

  void check_delimiter() const {
    const char c = options_.delimiter;
    if (c != 0 && c != '\t' &&
        (c < ' ' || c > '~' || std::isalnum(c) || std::string_view("\"+-.").find(c) != std::string_view::npos))
      fail("a CSV delimiter must be a tab, a space or a punctuation mark other than \" + - . , not ",
           in_quotes({&c, 1}));
  }

  void check_text() {
    std::string_view text(begin_, static_cast<std::size_t>(end_ - begin_));
    if (text.starts_with(kByteOrderMark)) position_ = begin_ += kByteOrderMark.size();
    if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))
      fail(source_, ": is text in UTF-16, wanted UTF-8");
    text = {begin_, static_cast<std::size_t>(end_ - begin_)};
    const std::size_t bad = first_non_text_byte(text);
    if (bad == text.size()) return;
    std::size_t line = 1;
    for (std::size_t i = 0; i < bad; ++i) line += text[i] == '\n' || (text[i] == '\r' && text[i + 1] != '\n');
    if (text[bad] == 0) fail_at(line, "holds a NUL byte: the file is not text");
    constexpr char digits[] = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(text[bad]);
    fail_at(line, "byte 0x", digits[byte / 16], digits[byte % 16],
            " is not UTF-8: the file is binary or in another encoding");
  }

  bool at_end() const { return position_ == end_; }
  bool at_line_end() const { return *position_ == '\n' || *position_ == '\r'; }

  /// Leaves the position at the beginning of a line that holds something; false if there is none.
  bool skip_blank_lines() {
    while (true) {
      const char* line_begin = position_;
      while (!at_end() && is_space(*position_) && *position_ != delimiter_) ++position_;
      if (at_end()) return false;
      if (!at_line_end()) {
        position_ = line_begin;
        return true;
      }
      skip_line_end();
    }
  }

  void skip_line_end() {
    if (*position_ == '\r' && position_ + 1 != end_ && position_[1] == '\n') ++position_;
    ++position_;
    ++line_;
  }

  char commonest_delimiter() const {
    constexpr std::string_view candidates = ",;\t";
    std::array<std::size_t, candidates.size()> counts{};
    bool quoted = false;
    for (const char* p = position_; p != end_ && (quoted || (*p != '\n' && *p != '\r')); ++p) {
      if (*p == '"') quoted = !quoted;
      const std::size_t candidate = candidates.find(*p);
      if (!quoted && candidate != candidates.npos) ++counts[candidate];
    }
    return candidates[static_cast<std::size_t>(std::ranges::max_element(counts) - counts.begin())];
  }

  /// The field at the position, which is left at what ends it: a delimiter, a line end or the end. Valid until the
  /// next.
  std::string_view field(std::size_t column) {
    while (!at_end() && is_space(*position_) && *position_ != delimiter_) ++position_;
    if (!at_end() && *position_ == '"') return quoted_field(column);
    const char* field_begin = position_;
    while (!at_end() && !ends_field_[static_cast<unsigned char>(*position_)]) ++position_;
    const char* field_end = position_;
    while (field_end != field_begin && is_space(field_end[-1])) --field_end;
    return {field_begin, static_cast<std::size_t>(field_end - field_begin)};
  }

  std::string_view quoted_field(std::size_t column) {
    const std::size_t first_line = line_;
    const char* piece = ++position_;
    bool unescaped = false;
    unescaped_.clear();
    while (true) {
      while (!at_end() && *position_ != '"' && !at_line_end()) ++position_;
      if (at_end()) fail_at(first_line, label(column), ": the quote that opens here is never closed");
      if (*position_ != '"') {
        skip_line_end();
      } else if (position_ + 1 != end_ && position_[1] == '"') {
        unescaped_.append(piece, position_ + 1);
        unescaped = true;
        piece = position_ += 2;
      } else {
        break;
      }
    }
    std::string_view text(piece, static_cast<std::size_t>(position_ - piece));
    if (unescaped) text = unescaped_.append(text);
    ++position_;
    while (!at_end() && is_space(*position_) && *position_ != delimiter_) ++position_;
    if (!at_end() && !ends_field_[static_cast<unsigned char>(*position_)])
      fail_at(line_, label(column), ": text after the closing quote");
    return text;
  }

  /// Whether the row has another field, whose beginning is then the position; else the position is on the next line.
  bool next_field() {
    if (at_end()) return false;
    if (*position_ == delimiter_) {
      ++position_;
      return true;
    }
    skip_line_end();
    return false;
  }

  /// The fast path for numbers: false leaves the position. `are_short` tells what the column's last number was.
  bool plain_number(double& value, bool& are_short) {
    if (at_end() || (*position_ != '-' && (*position_ < '0' || *position_ > '9'))) return false;
    const char* digits = position_ + (*position_ == '-');
    if (end_ - digits > 1 && *digits == '0' && digits[1] >= '0' && digits[1] <= '9') return false;
    if (are_short && short_decimal(value)) return true;
    const auto [stop, error] = std::from_chars(position_, end_, value);
    if (error != std::errc() || (stop != end_ && !ends_field_[static_cast<unsigned char>(*stop)])) return false;
    if (!std::isfinite(value)) return false;
    are_short = stop - position_ <= kShortDecimal;
    position_ = stop;
    return true;
  }

  /// A number of up to 15 digits without an exponent, as most are. The quotient of two integers that are doubles is
  /// the double nearest to the decimal, in half the time of std::from_chars.
  bool short_decimal(double& value) {
    static constexpr double powers[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                        1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    const bool negative = *position_ == '-';
    const char* first = position_ + negative;
    const char* last = end_ - first > kShortDecimal ? first + kShortDecimal : end_;
    const char* point = nullptr;
    std::int64_t digits = 0;
    const char* p = first;
    for (; p != last; ++p) {
      const unsigned digit = static_cast<unsigned>(*p) - '0';
      if (digit < 10)
        digits = 10 * digits + digit;
      else if (*p == '.' && !point)
        point = p;
      else
        break;
    }
    const std::ptrdiff_t count = p - first - (point ? 1 : 0);
    if (count == 0 || count > 15 || (p != end_ && !ends_field_[static_cast<unsigned char>(*p)])) return false;
    value = static_cast<double>(digits) / powers[point ? p - point - 1 : 0];
    if (negative) value = -value;
    position_ = p;
    return true;
  }

  bool is_missing(std::string_view text) const {
    return begins_missing_[text.empty() ? 0 : static_cast<unsigned char>(text[0])] &&
           std::ranges::find(options_.missing, text) != options_.missing.end();
  }

  bool is_missing(double number) const {
    return !missing_numbers_.empty() && std::ranges::find(missing_numbers_, number) != missing_numbers_.end();
  }

  void read_header() {
    const char* first = position_;
    const std::size_t first_line = line_;
    std::vector<std::string> names;
    do {
      if (names.size() == kMaxCsvColumns)
        fail_at(first_line, "more than ", kMaxCsvColumns, " columns, the limit for one table");
      const std::string_view name = field(names.size());
      if (options_.header && name.empty()) fail_at(first_line, "column ", names.size() + 1, " has no name");
      names.push_back(options_.header ? std::string(name) : std::to_string(names.size() + 1));
    } while (next_field());
    if (!options_.header) {
      position_ = first;
      line_ = first_line;
    }
    std::unordered_map<std::string_view, std::size_t> seen;
    for (std::size_t i = 0; i < names.size(); ++i) {
      const auto [same, fresh] = seen.emplace(names[i], i);
      if (!fresh)
        fail_at(first_line, "columns ", same->second + 1, " and ", i + 1, " are both called ", in_quotes(names[i]));
    }
    builders_.resize(names.size());
    for (std::size_t i = 0; i < names.size(); ++i) builders_[i].column.name = std::move(names[i]);
    // The last to name a column decides.
    using Kind = ColumnBuilder::Kind;
    for (const auto& [columns, kind] :
         {std::pair(&options_.spelled_columns, Kind::spelled), std::pair(&options_.number_columns, Kind::numbers),
          std::pair(&options_.text_columns, Kind::text)}) {
      const std::unordered_set<std::string_view> named(columns->begin(), columns->end());
      for (ColumnBuilder& builder : builders_) {
        if (named.contains(builder.column.name)) builder.be(kind);
      }
    }
  }

  Table read_rows() {
    const char* first = position_;
    const std::size_t first_line = line_;
    // No more rows than there are line ends, nor than fields of one byte have room.
    const auto bytes = static_cast<std::size_t>(end_ - position_);
    const auto lines = static_cast<std::size_t>(std::count(position_, end_, '\n')) + 1;
    for (ColumnBuilder& builder : builders_) builder.reserve(std::min(lines, bytes / builders_.size() + 1));
    scan_rows();
    if (std::ranges::any_of(builders_, &ColumnBuilder::has_lost_text)) {
      for (ColumnBuilder& builder : builders_) {
        if (builder.has_lost_text())
          builder.begin_again();
        else
          builder.skip();
      }
      position_ = first;
      line_ = first_line;
      scan_rows();
    }
    table_.source = source_;
    table_.missing = options_.missing;
    for (ColumnBuilder& builder : builders_) table_.columns.push_back(builder.finish(missing_numbers_));
    return std::move(table_);
  }

  /// Hands every field to the builder of its column.
  void scan_rows() {
    table_.rows = 0;
    table_.line_runs.clear();
    std::size_t expected_line = 0;
    while (skip_blank_lines()) {
      const std::size_t line = line_;
      if (line != expected_line) table_.line_runs.push_back({table_.rows, line});
      expected_line = line + 1;
      std::size_t column = 0;
      do {
        double number;
        if (column >= builders_.size()) {
          field(column);
        } else if (ColumnBuilder& builder = builders_[column];
                   builder.collects_numbers() && plain_number(number, builder.are_short)) {
          builder.add_number(is_missing(number) ? kNaN : number);
        } else {
          const std::string_view text = without_no_break_spaces(field(column));
          builder.add(table_.rows, text, is_missing(text));
        }
        ++column;
      } while (next_field());
      if (column != builders_.size()) {
        fail_at(line, "has ", column, column == 1 ? " field, " : " fields, ",
                options_.header ? "the header" : "the first row", " has ", builders_.size());
      }
      ++table_.rows;
    }
  }

  const char* begin_;
  const char* position_;
  const char* end_;
  const CsvOptions& options_;
  const std::string& source_;
  char delimiter_ = 0;
  std::size_t line_ = 1;
  std::array<bool, 256> ends_field_{};
  std::array<bool, 256> begins_missing_{};
  std::vector<double> missing_numbers_;
  std::string unescaped_;
  std::vector<ColumnBuilder> builders_;
  Table table_;
};

}  // namespace

const Column* Table::find(std::string_view column) const {
  const auto found = std::ranges::find(columns, column, &Column::name);
  return found == columns.end() ? nullptr : &*found;
}

std::size_t Table::line_of(std::size_t row) const {
  const auto run = std::prev(std::ranges::upper_bound(line_runs, row, {}, &LineRun::row));
  return run->line + (row - run->row);
}

Table parse_csv(std::string_view text, const CsvOptions& options, const std::string& source) {
  return Parser(text, options, source).parse();
}

Table read_csv(const std::string& path, const CsvOptions& options) {
  return parse_csv(read_input(path, options.max_bytes).view(), options, name_of_input(path));
}

CsvWriter& CsvWriter::raw(std::string_view text) {
  if (fields_++ > 0) row_ += delimiter_;
  row_ += text;
  return *this;
}

CsvWriter& CsvWriter::field(std::string_view text) {
  const char special[] = {delimiter_, '"', '\n', '\r', '\0'};
  const bool outer_space = !text.empty() && (is_space(text.front()) || is_space(text.back()));
  // At the beginning of a file a byte order mark would be dropped.
  if (text.find_first_of(special) == text.npos && !outer_space && !text.starts_with(kByteOrderMark)) return raw(text);
  raw("\"");
  for (const char c : text) row_.append(c == '"' ? 2 : 1, c);
  row_ += '"';
  return *this;
}

namespace {

template <class T>
std::string_view shortest(T value, std::array<char, 32>& buffer) {
  if (std::isnan(value)) return {};
  return {buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr};
}

}  // namespace

CsvWriter& CsvWriter::field(float value) {
  std::array<char, 32> buffer;
  return raw(shortest(value, buffer));
}

CsvWriter& CsvWriter::field(double value) {
  std::array<char, 32> buffer;
  return raw(shortest(value, buffer));
}

void CsvWriter::end_row() {
  // A line that is blank would be skipped by readers.
  if (row_.empty() && fields_ == 1) row_ = "\"\"";
  row_ += '\n';
  out_.write(row_.data(), static_cast<std::streamsize>(row_.size()));
  row_.clear();
  fields_ = 0;
}

}  // namespace descent::data
