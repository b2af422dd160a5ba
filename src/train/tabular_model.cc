#include "descent/train/tabular_model.h"

#include <algorithm>
#include <cmath>

#include "descent/create.h"
#include "descent/grad_mode.h"
#include "descent/ops.h"
#include "train/ensemble.h"
#include "train/measurement.h"

namespace descent::train {

namespace {

/// How many rows go through the network at once: it bounds the memory.
constexpr std::size_t kChunk = 16384;

/// Calls f(chunk) with pieces of `rows`.
template <class F>
void for_each_chunk(const data::Rows& rows, F&& f) {
  for (std::size_t start = 0; start < rows.size(); start += kChunk) {
    const auto first = rows.begin() + static_cast<std::ptrdiff_t>(start);
    f(data::Rows(first, first + static_cast<std::ptrdiff_t>(std::min(kChunk, rows.size() - start))));
  }
}

void merge(std::vector<data::UnseenCategory>& all, std::vector<data::UnseenCategory> more) {
  for (data::UnseenCategory& unseen : more) {
    const auto same = std::find_if(all.begin(), all.end(), [&](const auto& u) { return u.column == unseen.column; });
    if (same == all.end())
      all.push_back(std::move(unseen));
    else
      same->rows += unseen.rows;
  }
}

/// What `outputs_of(chunk)` says of the rows, chunk by chunk.
template <class F>
Evaluation evaluate_outputs(const TabularModel& model, const data::Table& table, const data::Rows& rows,
                            F&& outputs_of) {
  if (rows.empty()) fail(table.source, ": there are no rows to measure the model with");
  const NoGrad no_grad;
  const bool classifies = model.target.task == data::Task::classification;
  Measurement measurement(model.target, make_measuring_loss(model.training.loss));
  ClassificationMeasurement classification;
  RegressionMeasurement regression;
  for_each_chunk(rows, [&](const data::Rows& chunk) {
    const Tensor outputs = outputs_of(chunk), targets = data::encode_target(model.target, table, chunk);
    const Tensor actual = classifies ? targets : actual_values(model.target, table, chunk);
    measurement.add(outputs, targets, actual);
    if (classifies)
      classification.add(softmax(outputs.to(float64), 1), actual);
    else
      regression.add(data::decode_outputs(model.target, outputs), actual);
    if (model.target.link == data::Link::interval)
      regression.add_intervals(data::decode_intervals(model.target, outputs), actual);
  });
  Evaluation evaluation{measurement.metrics(), {}};
  if (classifies)
    evaluation.details = classification.details();
  else
    evaluation.details = regression.details();
  return evaluation;
}

/// One row of outputs: logits whose softmax are the frequencies of the classes, or 0, the mean of a scaled target (and
/// the logarithm of its variance). Intervals are those of a normal distribution.
Tensor baseline_output(const TabularModel& model) {
  const data::Target& target = model.target;
  if (target.task == data::Task::classification) return log(tensor(target.counts).to(float32)).unsqueeze(0);
  if (target.link != data::Link::interval) return zeros(1);
  const Tensor coverage = tensor(make_tabular_loss(model.training.loss).coverage);
  const double log_width = log(std::sqrt(2.0) * erfinv(coverage)).item();
  return tensor({0.0, log_width, log_width}).to(float32).unsqueeze(0);
}

}  // namespace

data::CsvOptions TabularModel::csv_options(bool with_target) const {
  data::CsvOptions options{
      .delimiter = said.delimiter, .decimal = said.decimal, .header = dialect.header, .usual = dialect};
  options.only.emplace();
  for (const data::Feature& feature : features.columns) options.only->push_back(feature.name);
  if (with_target) options.only->push_back(target.name);
  if (!missing.empty()) options.missing = missing;
  options.text_columns = features.text_columns();
  options.number_columns = features.number_columns();
  (target.numeric ? options.number_columns : options.text_columns).push_back(target.name);
  // A value it was trained with stands for itself, whatever else is there.
  std::vector<std::string> known = target.classes;
  for (const data::Feature& feature : features.columns)
    known.insert(known.end(), feature.categories.begin(), feature.categories.end());
  std::erase_if(options.missing,
                [&](const std::string& value) { return std::ranges::find(known, value) != known.end(); });
  return options;
}

Tensor TabularModel::outputs(const Tensor& inputs, const data::SparseRows& texts) const {
  std::vector<Tensor> of_networks = {network(inputs, network.of_texts(texts))};
  for (const Network& other : others) of_networks.push_back(other(inputs, other.of_texts(texts)));
  return mean_of_outputs(target, of_networks);
}

Predictions TabularModel::predict(const data::Table& table, const data::Rows& rows) const {
  const NoGrad no_grad;
  Predictions predictions;
  std::vector<Tensor> chunks, deviations, intervals;
  for_each_chunk(rows, [&](const data::Rows& chunk) {
    auto [inputs, texts, unseen] = data::encode_features(features, table, chunk);
    const Tensor outputs = this->outputs(inputs, texts);
    chunks.push_back(target.task == data::Task::classification ? softmax(outputs.to(float64), 1)
                                                               : data::decode_outputs(target, outputs));
    if (target.link == data::Link::normal) deviations.push_back(data::decode_deviations(target, outputs));
    if (target.link == data::Link::interval) intervals.push_back(data::decode_intervals(target, outputs));
    merge(predictions.unseen, std::move(unseen));
  });
  if (!chunks.empty())
    predictions.values = cat(chunks);
  else if (target.task == data::Task::classification)
    predictions.values = zeros({0, target.width()}, {.dtype = float64});
  else
    predictions.values = zeros(0, {.dtype = float64});
  if (target.link == data::Link::normal)
    predictions.deviations = deviations.empty() ? zeros(0, {.dtype = float64}) : cat(deviations);
  if (target.link == data::Link::interval)
    predictions.intervals = intervals.empty() ? zeros({0, 2}, {.dtype = float64}) : cat(intervals);
  return predictions;
}

Evaluation TabularModel::evaluate(const data::Table& table, const data::Rows& rows,
                                  std::vector<data::UnseenCategory>* unseen) const {
  return evaluate_outputs(*this, table, rows, [&](const data::Rows& chunk) {
    data::EncodedFeatures encoded = data::encode_features(features, table, chunk);
    if (unseen) merge(*unseen, std::move(encoded.unseen));
    return outputs(encoded.inputs, encoded.texts);
  });
}

Evaluation TabularModel::evaluate_baseline(const data::Table& table, const data::Rows& rows) const {
  const Tensor output = baseline_output(*this);
  return evaluate_outputs(*this, table, rows, [&](const data::Rows& chunk) {
    const auto count = static_cast<std::int64_t>(chunk.size());
    return target.width() > 1 ? output.expand({count, target.width()}) : output.expand(count);
  });
}

Metrics TabularModel::measure(const data::EncodedFeatures& rows, const Tensor& targets, const Tensor& weights) const {
  const NoGrad no_grad;
  Measurement measurement(target, make_tabular_loss(training.loss));
  const auto input_chunks = split(rows.inputs, kChunk);
  const auto target_chunks = split(targets, kChunk);
  std::vector<Tensor> weight_chunks(input_chunks.size());
  if (weights.defined()) weight_chunks = split(weights, kChunk);
  for (std::size_t i = 0; i < input_chunks.size(); ++i) {
    const Tensor& encoded = target_chunks[i];
    const auto count = static_cast<std::size_t>(encoded.size(0));
    const data::SparseRows texts = shape.terms > 0 ? rows.texts.narrow(i * kChunk, count) : data::SparseRows();
    measurement.add(outputs(input_chunks[i], texts), encoded,
                    target.task == data::Task::classification ? encoded : data::decode_target(target, encoded),
                    weight_chunks[i]);
  }
  return measurement.metrics();
}

}  // namespace descent::train
