#include "train/training_data.h"

#include <zlib.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>

#include "descent/create.h"
#include "descent/ops.h"
#include "descent/text.h"

namespace descent::train {

namespace {

void check_weights(const data::Table& table, const data::Column& column, data::Rows rows) {
  std::sort(rows.begin(), rows.end());
  for (const std::size_t row : rows) {
    if (!column.numeric || !(column.numbers[row] >= 0))
      fail(table.source, ':', table.line_of(row), ": column ", in_quotes(column.name),
           ": a weight is a number of at least 0");
  }
}

/// The cyclic redundancy check that zlib has.
class Checksum {
 public:
  void add(const void* bytes, std::size_t count) {
    // Of no bytes at all zlib begins anew.
    if (count > 0) sum_ = ::crc32_z(sum_, static_cast<const Bytef*>(bytes), count);
  }
  void add(const std::string& text) { add(text.data(), text.size() + 1); }
  void add(double number) { add(&number, sizeof number); }
  void add(const Tensor& tensor) {
    if (!tensor.defined()) return;
    const Tensor elements = tensor.contiguous();
    const auto count = static_cast<std::size_t>(elements.numel());
    if (elements.dtype() == int64)
      add(elements.data<std::int64_t>(), count * sizeof(std::int64_t));
    else
      add(elements.data<float>(), count * sizeof(float));
  }

  std::string text() const {
    char digits[16];
    return {digits, std::to_chars(digits, std::end(digits), sum_, 16).ptr};
  }

 private:
  unsigned long sum_ = ::crc32_z(0, nullptr, 0);
};

}  // namespace

Examples encode(const TabularModel& model, const Part& part) {
  if (part.empty()) return {};
  return {data::encode_features(model.features, *part.table, part.rows),
          data::encode_target(model.target, *part.table, part.rows)};
}

Tensor weights_of(const data::Target& target, const Part& part, const std::string& name, ClassWeight class_weight) {
  const data::Table& table = *part.table;
  std::vector<double> weights(part.rows.size(), 1);
  if (!name.empty()) {
    const data::Column& column = data::find_column(table, name);
    check_weights(table, column, part.rows);
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = column.numbers[part.rows[i]];
  }
  if (class_weight == ClassWeight::balanced) {
    const std::vector<std::int64_t> classes = data::encode_target(target, table, part.rows).to_vector<std::int64_t>();
    std::vector<double> counts(target.classes.size());
    for (const std::int64_t of_row : classes) ++counts[static_cast<std::size_t>(of_row)];
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] /= counts[static_cast<std::size_t>(classes[i])];
  }
  double sum = 0;
  for (const double weight : weights) sum += weight;
  if (!(sum > 0) || !std::isfinite(sum))
    fail(table.source, ": column ", in_quotes(name), ": the sum of the weights is ", sum);
  if (std::adjacent_find(weights.begin(), weights.end(), std::not_equal_to<>()) == weights.end()) return {};
  return (tensor(weights, {.dtype = float64}) * (static_cast<double>(weights.size()) / sum)).to(float32);
}

std::string described(const TabularModel& model, const Examples& rows, const Tensor& weights) {
  Checksum sum;
  for (const data::Feature& feature : model.features.columns) {
    sum.add(feature.name);
    sum.add(feature.mean);
    sum.add(feature.scale);
    for (const std::string& category : feature.categories) sum.add(category);
    if (!feature.texts) continue;
    for (const std::string& term : feature.texts->terms) sum.add(term);
  }
  sum.add(model.target.name);
  sum.add(model.target.mean);
  sum.add(model.target.scale);
  for (const std::string& of_target : model.target.classes) sum.add(of_target);
  for (const Tensor& tensor : {rows.features.inputs, rows.targets, weights}) sum.add(tensor);
  const data::SparseRows& texts = rows.features.texts;
  sum.add(texts.columns.data(), texts.columns.size() * sizeof(std::int32_t));
  sum.add(texts.values.data(), texts.values.size() * sizeof(float));
  return concat(counted(rows.empty() ? 0 : static_cast<std::size_t>(rows.targets.size(0)), "row"), ", checksum ",
                sum.text());
}

std::string described(const StateDict& weights) {
  Checksum sum;
  for (const auto& [name, tensor] : weights) {
    sum.add(name);
    sum.add(tensor);
  }
  return concat("checksum ", sum.text());
}

}  // namespace descent::train
