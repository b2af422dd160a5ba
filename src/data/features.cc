#include "descent/data/features.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "data/calendar.h"
#include "data/category_finder.h"
#include "data/column_values.h"
#include "data/text_columns.h"
#include "descent/create.h"
#include "descent/data/target.h"
#include "descent/text.h"

namespace descent::data {

namespace {

/// Writes the deviations of `number_at(row)`, NaN where missing.
template <class F>
void encode_numbers(const Feature& feature, const Rows& rows, float* out, std::int64_t stride, const F& number_at) {
  for (const std::size_t row : rows) {
    const double number = number_at(row);
    if (number != number) {
      if (feature.missing_indicator) out[1] = 1;
    } else {
      // Divided before subtracting: the difference of huge numbers can overflow.
      const double deviation = number / feature.scale - feature.mean / feature.scale;
      out[0] = static_cast<float>(std::clamp(deviation, -Feature::kMaxDeviation, Feature::kMaxDeviation));
    }
    out += stride;
  }
}

void encode_missing(const Column& column, const Rows& rows, float* out, std::int64_t stride) {
  for (const std::size_t row : rows) {
    if (column.missing(row)) *out = 1;
    out += stride;
  }
}

std::optional<UnseenCategory> encode_categories(const Feature& feature, const Column& column, const Rows& rows,
                                                float* out, std::int64_t stride) {
  constexpr std::size_t kUnasked = CategoryFinder::kUnseen - 1;
  const CategoryFinder find(feature.categories);
  std::vector<std::size_t> position_of_code(column.categories.size(), kUnasked);
  UnseenCategory unseen{feature.name, 0, ""};
  for (const std::size_t row : rows) {
    if (column.missing(row)) {
      out[feature.missing_indicator ? feature.categories.size() : feature.commonest] = 1;
    } else {
      const auto code = static_cast<std::size_t>(column.codes[row]);
      if (position_of_code[code] == kUnasked) position_of_code[code] = find(column.categories[code]);
      if (position_of_code[code] != CategoryFinder::kUnseen)
        out[position_of_code[code]] = 1;
      else if (++unseen.rows == 1)
        unseen.example = column.text(row);
    }
    out += stride;
  }
  if (unseen.rows == 0) return std::nullopt;
  return unseen;
}

}  // namespace

const char* to_string(DateOrder order) {
  constexpr const char* kNames[] = {"year_month_day", "day_month_year", "month_day_year"};
  return kNames[static_cast<std::size_t>(order)];
}

const char* to_string(DatePart part) {
  constexpr const char* kNames[] = {"year", "month", "day", "weekday", "hour"};
  return kNames[static_cast<std::size_t>(part)];
}

std::int64_t Features::width() const {
  std::int64_t width = 0;
  for (const Feature& feature : columns) width += feature.width();
  return width;
}

std::int64_t Features::term_count() const {
  std::size_t count = 0;
  for (const Feature& feature : columns)
    if (feature.texts) count += feature.texts->terms.size();
  return static_cast<std::int64_t>(count);
}

std::vector<std::int64_t> Features::number_positions() const {
  std::vector<std::int64_t> positions;
  std::int64_t position = 0;
  for (const Feature& feature : columns) {
    if (feature.numeric) positions.push_back(position);
    position += feature.width();
  }
  return positions;
}

std::vector<std::string> Features::text_columns() const {
  std::vector<std::string> names;
  for (const Feature& feature : columns) {
    if ((!feature.numeric || feature.part) && (names.empty() || names.back() != feature.name))
      names.push_back(feature.name);
  }
  return names;
}

std::vector<std::string> Features::number_columns() const {
  std::vector<std::string> names;
  for (const Feature& feature : columns)
    if (feature.numeric && !feature.part) names.push_back(feature.name);
  return names;
}

std::vector<double> ordered_keys(const Table& table, const Column& column) {
  if (column.numeric) return column.numbers;
  const DatesFound dates = find_dates(column, all_rows(table.rows));
  const bool are_dates = 2 * dates.rows > table.rows;
  std::vector<std::string> sorted = column.categories;
  std::sort(sorted.begin(), sorted.end());
  std::vector<double> of_category;
  for (const std::string& text : column.categories)
    of_category.push_back(
        are_dates ? seconds_of(text, dates.order)
                  : static_cast<double>(std::lower_bound(sorted.begin(), sorted.end(), text) - sorted.begin()));
  std::vector<double> keys;
  keys.reserve(table.rows);
  for (const std::int32_t code : column.codes)
    keys.push_back(code < 0 ? std::numeric_limits<double>::quiet_NaN() : of_category[static_cast<std::size_t>(code)]);
  return keys;
}

std::vector<MisfitCount> count_misfits(const Features& features, const Table& table) {
  std::vector<MisfitCount> counts;
  const Column* before = nullptr;
  for (const Feature& feature : features.columns) {
    const Column& column = find_column(table, feature.name);
    // A column of dates has several features.
    if (!feature.numeric || &column == before) continue;
    before = &column;
    const std::vector<Misfit> misfits =
        feature.part ? misfits_of_dates(column, all_rows(table.rows), feature.order) : column.misfits;
    if (!misfits.empty())
      counts.push_back({column.name, feature.part ? "date" : "number", misfits.size(), misfits[0].text,
                        table.line_of(misfits[0].row)});
  }
  return counts;
}

std::string note_on(const MisfitCount& misfits) {
  const bool one = misfits.count == 1;
  return concat("column ", in_quotes(misfits.column), ": ", counted(misfits.count, "value"),
                one ? " is no " : " are no ", misfits.thing, one ? " and counts" : "s and count", " as missing, ",
                one ? "" : "the first ", in_quotes(misfits.example), " in line ", misfits.line);
}

std::vector<std::string> notes_on_misfits(const Features& features, const Table& table) {
  std::vector<std::string> notes;
  for (const MisfitCount& misfits : count_misfits(features, table)) notes.push_back(note_on(misfits));
  return notes;
}

EncodedFeatures encode_features(const Features& features, const Table& table, const Rows& rows) {
  const std::int64_t width = features.width();
  EncodedFeatures encoded{zeros({static_cast<std::int64_t>(rows.size()), width}), {}, {}};
  float* out = encoded.inputs.data<float>();
  for (const Feature& feature : features.columns) {
    const Column& column = find_column(table, feature.name);
    const bool wants_numbers = feature.numeric && !feature.part;
    if (wants_numbers && !column.numeric)
      fail(table.source, ':', table.line_of(column.text_row), ": column ", in_quotes(column.name), ": ",
           in_quotes(column.text(column.text_row)), " is not a number, which the model was trained with");
    if (!wants_numbers && column.numeric && column.codes.empty() &&
        std::any_of(rows.begin(), rows.end(), [&](std::size_t row) { return !column.missing(row); }))
      fail(table.source, ": column ", in_quotes(column.name), " was read as numbers; the model was trained with text");
    if (wants_numbers) {
      encode_numbers(feature, rows, out, width, [&](std::size_t row) { return column.numbers[row]; });
    } else if (feature.part) {
      encode_numbers(feature, rows, out, width,
                     [&](std::size_t row) { return part_of_date(column.text(row), feature.order, *feature.part); });
    } else if (feature.texts) {
      if (feature.missing_indicator) encode_missing(column, rows, out, width);
    } else if (auto unseen = encode_categories(feature, column, rows, out, width)) {
      encoded.unseen.push_back(std::move(*unseen));
    }
    out += feature.width();
  }
  encoded.texts = encode_texts(features, table, rows);
  return encoded;
}

}  // namespace descent::data
