// The fields of a text, one after another.
#pragma once

#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "descent/data/table.h"

namespace descent::data {

/// What is wrong with a text, at a line from 1 on, for who reads it to complete with file and column.
struct ScanError {
  /// What is to blame: the text, the column, or the count of the fields.
  enum class Blame : std::uint8_t { text, column, count };
  std::size_t line;
  Blame blame;
  std::string what;
};

inline bool is_space(char c) { return c == ' ' || c == '\t'; }

/// Walks over records and their fields. `dialect` has its delimiter and decimal sign.
class FieldScanner {
 public:
  FieldScanner(std::string_view text, const Dialect& dialect)
      : position_(text.data()),
        end_(position_ + text.size()),
        dialect_(dialect),
        delimiter_(dialect.delimiter),
        point_(dialect.decimal == dialect.delimiter ? '\0' : dialect.decimal) {
    for (const char c : {delimiter_, '\n', '\r'}) ends_field_[static_cast<unsigned char>(c)] = true;
  }

  const char* position() const { return position_; }
  std::size_t line() const { return line_; }
  bool begins_with(char c) const { return position_ != end_ && *position_ == c; }

  /// Leaves the position at the beginning of a line that holds something; false if there is none.
  bool next_record() {
    while (true) {
      const char* line_begin = position_;
      skip_spaces();
      if (at_end()) return false;
      if (!at_line_end()) {
        if (delimiter_ != ' ') position_ = line_begin;
        return true;
      }
      skip_line_end();
    }
  }

  /// The field at the position, which is left at what ends it: a delimiter, a line end or the end. Valid until the
  /// next. Throws ScanError.
  std::string_view field() {
    skip_spaces();
    if (!at_end() && *position_ == '"') return quoted_field();
    const char* field_begin = position_;
    while (!at_end() && !ends_field_[static_cast<unsigned char>(*position_)]) ++position_;
    if (dialect_.backslash && position_ != field_begin && position_[-1] == '\\') return escaped_field(field_begin);
    const char* field_end = position_;
    while (field_end != field_begin && is_space(field_end[-1])) --field_end;
    return {field_begin, static_cast<std::size_t>(field_end - field_begin)};
  }

  /// Whether the record has another field, whose beginning is then the position; else the position is on the next line.
  bool next_field() {
    if (at_end()) return false;
    if (*position_ == delimiter_) {
      ++position_;
      if (delimiter_ != ' ') return true;
      // Spaces separate together, and not at the end of a line.
      skip_spaces();
      if (at_end()) return false;
      if (!at_line_end()) return true;
    }
    skip_line_end();
    return false;
  }

  /// The fast path for numbers, less those with a leading zero: false leaves the position. `are_short` tells what the
  /// column's last number was.
  bool plain_number(double& value, bool& are_short) {
    if (at_end() || (*position_ != '-' && !is_digit(*position_))) return false;
    const char* first = position_ + (*position_ == '-');
    if (end_ - first > 1 && *first == '0' && is_digit(first[1])) return false;
    if (are_short && short_decimal(value)) return true;
    if (dialect_.decimal != '.') return false;
    const auto [stop, error] = std::from_chars(position_, end_, value);
    if (error != std::errc() || (stop != end_ && !ends_field_[static_cast<unsigned char>(*stop)])) return false;
    if (!std::isfinite(value)) return false;
    are_short = stop - position_ <= kShortDecimal;
    position_ = stop;
    return true;
  }

 private:
  /// The most characters, less the sign, of what short_decimal reads.
  static constexpr std::ptrdiff_t kShortDecimal = 16;

  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  bool at_end() const { return position_ == end_; }
  bool at_line_end() const { return *position_ == '\n' || *position_ == '\r'; }
  void skip_spaces() {
    while (!at_end() && is_space(*position_) && (*position_ != delimiter_ || delimiter_ == ' ')) ++position_;
  }
  void skip_line_end() {
    if (*position_ == '\r' && position_ + 1 != end_ && position_[1] == '\n') ++position_;
    ++position_;
    ++line_;
  }

  std::string_view quoted_field() {
    const std::size_t first_line = line_;
    const char* piece = ++position_;
    bool unescaped = false;
    unescaped_.clear();
    while (true) {
      while (!at_end() && *position_ != '"' && !at_line_end() && !(dialect_.backslash && *position_ == '\\'))
        ++position_;
      if (at_end()) throw ScanError{first_line, ScanError::Blame::column, "the quote that opens here is never closed"};
      const bool pair = position_ + 1 != end_;
      if (*position_ == '\\') {
        // Before anything but these it is itself.
        if (pair && (position_[1] == '"' || position_[1] == '\\')) {
          unescaped_.append(piece, position_).append(1, position_[1]);
          unescaped = true;
          piece = position_ += 2;
        } else {
          ++position_;
        }
      } else if (*position_ != '"') {
        skip_line_end();
      } else if (pair && position_[1] == '"') {
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
    if (delimiter_ != ' ') skip_spaces();
    if (!at_end() && !ends_field_[static_cast<unsigned char>(*position_)])
      throw ScanError{line_, ScanError::Blame::column, "text after the closing quote"};
    return text;
  }

  /// A field without quotes whose delimiter at the position stands behind a backslash.
  std::string_view escaped_field(const char* piece) {
    unescaped_.clear();
    while (!at_end() && *position_ == delimiter_ && position_ != piece && position_[-1] == '\\') {
      unescaped_.append(piece, position_ - 1);
      piece = position_++;
      while (!at_end() && !ends_field_[static_cast<unsigned char>(*position_)]) ++position_;
    }
    unescaped_.append(piece, position_);
    while (!unescaped_.empty() && is_space(unescaped_.back())) unescaped_.pop_back();
    return unescaped_;
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
      else if (*p == point_ && !point)
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

  const char* position_;
  const char* end_;
  Dialect dialect_;
  char delimiter_;
  /// What may stand in a number without quotes.
  char point_;
  std::size_t line_ = 1;
  std::array<bool, 256> ends_field_{};
  std::string unescaped_;
};

}  // namespace descent::data
