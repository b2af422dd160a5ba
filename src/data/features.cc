#include "descent/data/features.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <unordered_map>
#include <utility>

#include "data/moments.h"
#include "descent/create.h"
#include "descent/data/target.h"

namespace descent::data {

namespace {

std::size_t count_missing(const Column& column, const Rows& rows) {
  return static_cast<std::size_t>(
      std::count_if(rows.begin(), rows.end(), [&](std::size_t row) { return column.missing(row); }));
}

/// Why a column whose values, missing ones aside, are these many tells nothing; "" if it may.
std::string uselessness(std::size_t values, std::size_t different, std::size_t missing, bool text) {
  if (values == 0) return "has no values";
  if (different == 1 && missing == 0) return "has one value only";
  if (text && different == values && values > 2) return concat("holds a different text in each of ", values, " rows");
  return "";
}

/// Learns the mean and the scale; returns why the column is to be ignored.
std::string learn_numbers(const Column& column, const Rows& rows, Feature& feature) {
  std::vector<double> values;
  values.reserve(rows.size());
  for (const std::size_t row : rows)
    if (!column.missing(row)) values.push_back(column.numbers[row]);
  const Moments moments = moments_of(values);
  feature.mean = moments.mean;
  // A constant is worth an input when its absence is one.
  feature.scale = moments.scale > 0 ? moments.scale : 1;
  return uselessness(values.size(), moments.scale > 0 ? 2 : 1, rows.size() - values.size(), false);
}

/// Learns the categories, sorted; returns why the column is to be ignored.
std::string learn_categories(const Column& column, const Rows& rows, Feature& feature) {
  std::vector<std::size_t> counts(column.categories.size());
  for (const std::size_t row : rows)
    if (!column.missing(row)) ++counts[static_cast<std::size_t>(column.codes[row])];
  std::vector<std::size_t> order(counts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::erase_if(order, [&](std::size_t code) { return counts[code] == 0; });
  const std::size_t values = std::accumulate(counts.begin(), counts.end(), std::size_t{0});
  if (std::string reason = uselessness(values, order.size(), rows.size() - values, true); !reason.empty())
    return reason;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return counts[a] > counts[b]; });
  order.resize(std::min(order.size(), kMaxCategories));
  for (const std::size_t code : order) feature.categories.push_back(column.categories[code]);
  const std::string commonest = feature.categories.front();
  std::sort(feature.categories.begin(), feature.categories.end());
  feature.commonest = static_cast<std::size_t>(
      std::find(feature.categories.begin(), feature.categories.end(), commonest) - feature.categories.begin());
  return "";
}

void encode_numbers(const Feature& feature, const Column& column, const Rows& rows, float* out, std::int64_t stride) {
  for (const std::size_t row : rows) {
    if (column.missing(row)) {
      if (feature.missing_indicator) out[1] = 1;
    } else {
      // Divided before subtracting: the difference of huge numbers can overflow.
      const double deviation = column.numbers[row] / feature.scale - feature.mean / feature.scale;
      out[0] = static_cast<float>(std::clamp(deviation, -Feature::kMaxDeviation, Feature::kMaxDeviation));
    }
    out += stride;
  }
}

std::optional<UnseenCategory> encode_categories(const Feature& feature, const Column& column, const Rows& rows,
                                                float* out, std::int64_t stride) {
  constexpr std::size_t unseen = static_cast<std::size_t>(-1);
  std::unordered_map<std::string_view, std::size_t> positions;
  for (std::size_t i = 0; i < feature.categories.size(); ++i) positions.emplace(feature.categories[i], i);
  std::vector<std::size_t> position_of_code;
  for (const std::string& category : column.categories) {
    const auto found = positions.find(category);
    position_of_code.push_back(found == positions.end() ? unseen : found->second);
  }
  UnseenCategory unseen_values{feature.name, 0, ""};
  for (const std::size_t row : rows) {
    if (column.missing(row)) {
      out[feature.missing_indicator ? feature.categories.size() : feature.commonest] = 1;
    } else if (const std::size_t position = position_of_code[static_cast<std::size_t>(column.codes[row])];
               position != unseen) {
      out[position] = 1;
    } else if (++unseen_values.rows == 1) {
      unseen_values.example = column.text(row);
    }
    out += stride;
  }
  if (unseen_values.rows == 0) return std::nullopt;
  return unseen_values;
}

}  // namespace

std::int64_t Features::width() const {
  std::int64_t width = 0;
  for (const Feature& feature : columns) width += feature.width();
  return width;
}

std::vector<std::string> Features::text_columns() const {
  std::vector<std::string> names;
  for (const Feature& feature : columns)
    if (!feature.numeric) names.push_back(feature.name);
  return names;
}

Features learn_features(const Table& table, const Rows& rows, const std::string& target) {
  Features features;
  for (const Column& column : table.columns) {
    if (column.name == target) continue;
    Feature feature{.name = column.name, .numeric = column.numeric};
    std::string reason =
        column.numeric ? learn_numbers(column, rows, feature) : learn_categories(column, rows, feature);
    feature.missing_indicator = count_missing(column, rows) > 0;
    if (reason.empty())
      features.columns.push_back(std::move(feature));
    else
      features.ignored.push_back({column.name, std::move(reason)});
  }
  if (!features.columns.empty()) return features;
  if (features.ignored.empty()) fail(table.source, ": there is no column but the target ", in_quotes(target));
  fail(table.source, ": there is nothing to learn from; column ", in_quotes(features.ignored.front().name), " ",
       features.ignored.front().reason);
}

EncodedFeatures encode_features(const Features& features, const Table& table, const Rows& rows) {
  const std::int64_t width = features.width();
  EncodedFeatures encoded{zeros({static_cast<std::int64_t>(rows.size()), width}), {}};
  float* out = encoded.inputs.data<float>();
  for (const Feature& feature : features.columns) {
    const Column& column = find_column(table, feature.name);
    if (feature.numeric) {
      if (!column.numeric)
        fail(table.source, ':', table.line_of(column.text_row), ": column ", in_quotes(column.name), ": ",
             in_quotes(column.text(column.text_row)), " is not a number, which the model was trained with");
      encode_numbers(feature, column, rows, out, width);
    } else {
      if (column.numeric && count_missing(column, rows) != rows.size())
        fail(table.source, ": column ", in_quotes(column.name),
             " was read as numbers; the model was trained with text");
      auto unseen = encode_categories(feature, column, rows, out, width);
      if (unseen) encoded.unseen.push_back(std::move(*unseen));
    }
    out += feature.width();
  }
  return encoded;
}

}  // namespace descent::data
