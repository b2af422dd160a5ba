#include "data/calendar.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <limits>
#include <string>
#include <vector>

namespace descent::data {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// Takes a text apart from its beginning.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  char next() const { return rest_.empty() ? '\0' : rest_[0]; }
  bool take(char c) {
    if (next() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void skip_spaces() {
    while (take(' ')) {
    }
  }

  struct Digits {
    int value;
    std::size_t count;
  };
  /// Up to eight of them.
  std::optional<Digits> digits() {
    std::size_t count = 0;
    while (count < rest_.size() && is_digit(rest_[count])) ++count;
    if (count == 0 || count > 8) return std::nullopt;
    Digits result{0, count};
    std::from_chars(rest_.data(), rest_.data() + count, result.value);
    rest_.remove_prefix(count);
    return result;
  }

  std::string lower_case_word() {
    std::string word;
    while (is_letter(next())) {
      word += static_cast<char>(next() | 0x20);
      rest_.remove_prefix(1);
    }
    return word;
  }

  /// The digits behind a point, as a part of 1.
  double fraction() {
    double value = 0, unit = 0.1;
    for (; is_digit(next()); unit /= 10) {
      value += (next() - '0') * unit;
      rest_.remove_prefix(1);
    }
    return value;
  }

 private:
  std::string_view rest_;
};

/// From 1; 0 for no month.
int month_of(std::string_view word) {
  constexpr std::array<std::string_view, 12> kMonths = {"january",   "february", "march",    "april",
                                                        "may",       "june",     "july",     "august",
                                                        "september", "october",  "november", "december"};
  for (std::size_t i = 0; i < kMonths.size(); ++i) {
    if (word == kMonths[i] || word == kMonths[i].substr(0, 3) || (i == 8 && word == "sept"))
      return static_cast<int>(i) + 1;
  }
  return 0;
}

/// A year of two digits or four.
bool set_year(Moment& moment, Scanner::Digits digits) {
  if (digits.count != 2 && digits.count != 4) return false;
  moment.year = digits.count == 4 ? digits.value : digits.value + (digits.value < 69 ? 2000 : 1900);
  return true;
}

/// 20240131.
bool set_eight_digits(Moment& moment, int digits) {
  moment.year = digits / 10000;
  moment.month = digits / 100 % 100;
  moment.day = digits % 100;
  return true;
}

/// "31 Jan 2024", "31-Jan-24", behind the day.
bool read_month_and_year(Scanner& scanner, Moment& moment) {
  const char separator = scanner.next();
  if (!scanner.take('-') && !scanner.take('/') && !scanner.take(' ')) return false;
  moment.month = month_of(scanner.lower_case_word());
  scanner.take('.');
  scanner.take(',');
  if (moment.month == 0 || !scanner.take(separator)) return false;
  const auto year = scanner.digits();
  return year && set_year(moment, *year);
}

/// "January 31, 2024".
bool read_month_first(Scanner& scanner, Moment& moment) {
  moment.month = month_of(scanner.lower_case_word());
  scanner.take('.');
  if (moment.month == 0 || !scanner.take(' ')) return false;
  const auto day = scanner.digits();
  if (!day || day->count > 2) return false;
  moment.day = day->value;
  scanner.take(',');
  if (!scanner.take(' ')) return false;
  const auto year = scanner.digits();
  return year && set_year(moment, *year);
}

/// Three numbers, the first of which was read.
bool read_numbers(Scanner& scanner, Moment& moment, Scanner::Digits first, DateOrder order) {
  const char separator = scanner.next();
  if (!scanner.take('-') && !scanner.take('/') && !scanner.take('.')) return false;
  const auto second = scanner.digits();
  if (!second || second->count > 2) return false;
  if (first.count == 4) {
    moment.year = first.value;
    moment.month = second->value;
    if (!scanner.take(separator)) return separator == '-' || separator == '/';  // 2024-01
    const auto day = scanner.digits();
    if (!day || day->count > 2) return false;
    moment.day = day->value;
    return true;
  }
  if (first.count > 2 || !scanner.take(separator)) return false;
  const auto third = scanner.digits();
  if (!third) return false;
  if (order == DateOrder::year_month_day && third->count == 2) {
    moment.month = second->value;
    moment.day = third->value;
    return set_year(moment, first);
  }
  const bool day_first = order == DateOrder::day_month_year || separator == '.';
  moment.day = (day_first ? first : *second).value;
  moment.month = (day_first ? *second : first).value;
  return set_year(moment, *third);
}

bool read_date(Scanner& scanner, Moment& moment, DateOrder order) {
  if (is_letter(scanner.next())) return read_month_first(scanner, moment);
  const auto first = scanner.digits();
  if (!first) return false;
  if (first->count == 8) return set_eight_digits(moment, first->value);
  Scanner ahead = scanner;
  if (first->count <= 2 && read_month_and_year(ahead, moment)) {
    moment.day = first->value;
    scanner = ahead;
    return true;
  }
  return read_numbers(scanner, moment, *first, order);
}

/// Z, +01:00, +0100, +01, UTC.
bool read_zone(Scanner& scanner) {
  scanner.skip_spaces();
  if (scanner.at_end() || scanner.take('Z')) return true;
  if (is_letter(scanner.next())) {
    const std::string word = scanner.lower_case_word();
    return word == "utc" || word == "gmt";
  }
  if (!scanner.take('+') && !scanner.take('-')) return false;
  const auto hours = scanner.digits();
  if (!hours || (hours->count != 2 && hours->count != 4)) return false;
  return !scanner.take(':') || scanner.digits().has_value();
}

bool read_time(Scanner& scanner, Moment& moment) {
  const auto hour = scanner.digits();
  if (!hour || hour->count > 2 || !scanner.take(':')) return false;
  const auto minute = scanner.digits();
  if (!minute || minute->count != 2) return false;
  moment.hour = hour->value;
  moment.minute = minute->value;
  if (scanner.take(':')) {
    const auto second = scanner.digits();
    if (!second || second->count != 2) return false;
    moment.second = second->value;
    if (scanner.take('.') || scanner.take(',')) moment.second += scanner.fraction();
  }
  Scanner ahead = scanner;
  ahead.skip_spaces();
  const std::string half = ahead.lower_case_word();
  if (half == "am" || half == "pm") {
    if (moment.hour < 1 || moment.hour > 12) return false;
    moment.hour = moment.hour % 12 + (half == "pm" ? 12 : 0);
    scanner = ahead;
  }
  return read_zone(scanner);
}

std::chrono::year_month_day date_of(const Moment& moment) {
  return std::chrono::year(moment.year) / moment.month / moment.day;
}

/// Whether a text that is there reads as another day in another order.
bool differ(const Column& column, const std::vector<std::size_t>& counts, DateOrder a, DateOrder b) {
  for (std::size_t code = 0; code < counts.size(); ++code) {
    const std::string& text = column.categories[code];
    if (counts[code] > 0 && seconds_of(text, a) != seconds_of(text, b) && read_moment(text, a)) return true;
  }
  return false;
}

}  // namespace

std::optional<Moment> read_moment(std::string_view text, DateOrder order) {
  Scanner scanner(text);
  Moment moment;
  if (!read_date(scanner, moment, order)) return std::nullopt;
  if (!scanner.at_end()) {
    scanner.take(',');
    const bool separated = scanner.take('T') || scanner.take(' ');
    if (!separated || !read_time(scanner, moment) || !scanner.at_end()) return std::nullopt;
  }
  const bool is_time = moment.hour < 24 && moment.minute < 60 && moment.second < 61;
  if (!is_time || !date_of(moment).ok()) return std::nullopt;
  return moment;
}

bool is_plainly_a_date(std::string_view text) {
  // A run of four digits is a year, or an hour of a zone behind one; of more, a number.
  const bool slashes = std::count(text.begin(), text.end(), '/') >= 2;
  std::size_t longest = 0, run = 0;
  for (const char c : text.substr(0, text.find(':'))) {
    run = is_digit(c) ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return slashes || longest == 4;
}

double part_of_date(std::string_view text, DateOrder order, DatePart part) {
  const std::optional<Moment> moment = text.empty() ? std::nullopt : read_moment(text, order);
  if (!moment) return std::numeric_limits<double>::quiet_NaN();
  switch (part) {
    case DatePart::year:
      return moment->year;
    case DatePart::month:
      return moment->month;
    case DatePart::day:
      return moment->day;
    case DatePart::weekday:
      return std::chrono::weekday(std::chrono::sys_days(date_of(*moment))).iso_encoding() - 1;
    case DatePart::hour:
      return moment->hour + moment->minute / 60.0 + moment->second / 3600;
  }
  return 0;
}

double seconds_of(std::string_view text, DateOrder order) {
  const std::optional<Moment> moment = text.empty() ? std::nullopt : read_moment(text, order);
  if (!moment) return std::numeric_limits<double>::quiet_NaN();
  const auto days = std::chrono::sys_days(date_of(*moment)).time_since_epoch().count();
  return static_cast<double>(days) * 86400 + moment->hour * 3600 + moment->minute * 60 + moment->second;
}

std::vector<Misfit> misfits_of_dates(const Column& column, const Rows& rows, DateOrder order) {
  std::vector<Misfit> misfits;
  if (column.codes.empty()) return misfits;
  for (const std::size_t row : rows) {
    if (!column.missing(row) && !read_moment(column.text(row), order))
      misfits.push_back({row, std::string(column.text(row))});
  }
  return misfits;
}

DatesFound find_dates(const Column& column, const Rows& rows) {
  std::vector<std::size_t> counts(column.categories.size());
  for (const std::size_t row : rows)
    if (!column.missing(row)) ++counts[static_cast<std::size_t>(column.codes[row])];
  const auto found_by = [&](DateOrder order) {
    DatesFound found{.order = order};
    for (std::size_t code = 0; code < counts.size(); ++code) {
      if (counts[code] == 0 || !read_moment(column.categories[code], order)) continue;
      found.rows += counts[code];
      if (is_plainly_a_date(column.categories[code])) found.plain_rows += counts[code];
    }
    return found;
  };
  DatesFound month_first = found_by(DateOrder::month_day_year);
  const DatesFound day_first = found_by(DateOrder::day_month_year), year_first = found_by(DateOrder::year_month_day);
  if (year_first.rows > std::max(month_first.rows, day_first.rows)) return year_first;
  if (day_first.rows > month_first.rows) return day_first;
  const bool matters = differ(column, counts, DateOrder::month_day_year, DateOrder::day_month_year);
  if (!matters) month_first.order = DateOrder::year_month_day;
  month_first.ambiguous = matters && day_first.rows == month_first.rows;
  return month_first;
}

}  // namespace descent::data
