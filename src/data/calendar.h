// Dates and times as tables hold them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "descent/data/features.h"

namespace descent::data {

/// A moment of the proleptic Gregorian calendar, as it is written; a time zone is read and left out.
struct Moment {
  int year = 0;
  int month = 1;  // from 1
  int day = 1;
  int hour = 0;
  int minute = 0;
  double second = 0;
};

/// The moment that all of `text` is:
///
///   2024-01-31, 2024/1/31, 2024.1.31, 20240131, 2024-01
///   31/1/2024, 1/31/2024, 31-1-24, by `order`; with points, 31.1.2024, the day is first
///   31 Jan 2024, 31-Jan-24, January 31, 2024
///
/// each also with a time behind it, after a space or a T: 9:05, 09:05:30.25, 9:05 pm, and Z or +01:00. Years of two
/// digits are of 1969 to 2068, as POSIX has them. Nothing for a day that no month has, a month that no year has, ...
std::optional<Moment> read_moment(std::string_view text, DateOrder order);

/// Whether `text` is a moment written so that nobody means something else: not a mere number, and with a year of four
/// digits, or a slash on both sides of the day or month.
bool is_plainly_a_date(std::string_view text);

/// The part of the date that `text` is; NaN if it is none.
double part_of_date(std::string_view text, DateOrder order, DatePart part);

/// The values of a text column in `rows` that are no dates.
std::vector<Misfit> misfits_of_dates(const Column& column, const Rows& rows, DateOrder order);

/// How the dates of a text column in `rows` are written: by the order in which most of its values are dates, of equals
/// the month first, as in the United States.
struct DatesFound {
  DateOrder order = DateOrder::year_month_day;
  /// The values that are dates, and those that are plainly.
  std::size_t rows = 0, plain_rows = 0;
  /// Whether the day could as well be first.
  bool ambiguous = false;
};
DatesFound find_dates(const Column& column, const Rows& rows);

/// A number for each moment that is the larger the later it is; NaN for none.
double seconds_of(std::string_view text, DateOrder order);

}  // namespace descent::data
