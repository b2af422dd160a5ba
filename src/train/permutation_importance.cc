#include "descent/train/permutation_importance.h"

#include <algorithm>
#include <cmath>

#include "descent/create.h"
#include "descent/grad_mode.h"
#include "descent/ops.h"

namespace descent::train {

namespace {

/// The inputs that belong to one column of the table: [first, first + width), and its terms.
struct InputRange {
  std::string column;
  std::int64_t first, width;
  std::int32_t first_term = 0, last_term = 0;
};

/// A date has its parts one behind the other.
std::vector<InputRange> input_ranges(const data::Features& features) {
  std::vector<InputRange> ranges;
  std::int64_t first = 0;
  std::int32_t first_term = 0;
  for (const data::Feature& feature : features.columns) {
    if (!ranges.empty() && ranges.back().column == feature.name)
      ranges.back().width += feature.width();
    else
      ranges.push_back({feature.name, first, feature.width(), first_term, first_term});
    if (feature.texts) first_term = ranges.back().last_term += static_cast<std::int32_t>(feature.texts->terms.size());
    first += feature.width();
  }
  return ranges;
}

double score_of(const Metrics& metrics) {
  if (const auto* counts = std::get_if<metrics::ClassCounts>(&metrics.of_task)) return counts->accuracy();
  return std::get<metrics::RegressionMoments>(metrics.of_task).r2();
}

data::EncodedFeatures with_shuffled(const data::EncodedFeatures& rows, const InputRange& range, Generator& generator) {
  const std::int64_t end = range.first + range.width;
  const Tensor& inputs = rows.inputs;
  const Tensor order = randperm(inputs.size(0), {.dtype = int64}, generator);
  data::EncodedFeatures shuffled = rows;
  if (range.width > 0) {
    shuffled.inputs = cat({inputs.slice(1, 0, range.first), index_select(inputs.slice(1, range.first, end), 0, order),
                           inputs.slice(1, end, inputs.size(1))},
                          1);
  }
  if (range.last_term > range.first_term)
    shuffled.texts = rows.texts.permuted(range.first_term, range.last_term, order.to_vector<std::int64_t>());
  return shuffled;
}

}  // namespace

PermutationImportance permutation_importance(const TabularModel& model, const data::Table& table,
                                             const data::Rows& rows, const PermutationImportanceOptions& options) {
  const char* const what = "permutation_importance";
  if (options.repetitions < 1) fail(what, ": repetitions = ", options.repetitions, " must be at least 1");
  if (options.most_rows < 1) fail(what, ": most_rows must be at least 1");
  if (options.most_columns < 1) fail(what, ": most_columns must be at least 1");
  if (rows.empty()) fail(table.source, ": there are no rows to measure the columns with");
  const NoGrad no_grad;
  Generator generator(options.seed);
  data::Rows some = rows;
  if (some.size() > options.most_rows) {
    data::shuffle(some, generator);
    some.resize(options.most_rows);
  }
  const data::EncodedFeatures inputs = data::encode_features(model.features, table, some);
  const Tensor targets = data::encode_target(model.target, table, some);
  std::vector<InputRange> ranges = input_ranges(model.features);
  PermutationImportance result{.rows = some.size(), .score = score_of(model.measure(inputs, targets))};
  if (ranges.size() > options.most_columns) {
    result.columns_left_out = ranges.size() - options.most_columns;
    ranges.resize(options.most_columns);
  }
  for (const InputRange& range : ranges) {
    std::vector<double> falls;
    for (std::int64_t i = 0; i < options.repetitions; ++i)
      falls.push_back(result.score - score_of(model.measure(with_shuffled(inputs, range, generator), targets)));
    const Tensor fall = tensor(falls, {.dtype = float64});
    result.columns.push_back({range.column, mean(fall).item(), fall.std({0}, 0).item()});
  }
  std::stable_sort(result.columns.begin(), result.columns.end(),
                   [](const ColumnImportance& a, const ColumnImportance& b) { return a.mean > b.mean; });
  return result;
}

}  // namespace descent::train
