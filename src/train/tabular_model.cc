#include "descent/train/tabular_model.h"

#include <algorithm>
#include <cmath>

#include "data/suggest.h"
#include "descent/autograd.h"
#include "descent/create.h"
#include "descent/loss.h"
#include "descent/ops.h"

namespace descent::train {

namespace {

const TabularLoss kLosses[] = {
    {"mse", data::Task::regression, [](const Tensor& y, const Tensor& target) { return mse_loss(y, target); }},
    {"cross_entropy", data::Task::classification,
     [](const Tensor& y, const Tensor& target) { return cross_entropy(y, target); }},
};

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

template <class T>
void append(std::vector<T>& all, const std::vector<T>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

/// Gathers outputs, chunk by chunk, until they are measured.
class Measurement {
 public:
  Measurement(const data::Target& target, const TabularLoss& loss) : target_(target), loss_(loss) {}

  void add(const Tensor& outputs, const Tensor& targets) {
    rows_ += targets.numel();
    loss_sum_ += loss_.function(outputs, targets).item() * static_cast<double>(targets.numel());
    if (target_.task == data::Task::classification) {
      append(predicted_, argmax(outputs, 1).to_vector<std::int64_t>());
      append(actual_, targets.to_vector<std::int64_t>());
    } else {
      append(predicted_values_, in_unit(outputs));
      append(actual_values_, in_unit(targets));
    }
  }

  Metrics metrics() const {
    Metrics metrics{static_cast<std::size_t>(rows_), loss_sum_ / static_cast<double>(rows_), {}};
    if (target_.task == data::Task::classification)
      metrics.of_task = classification_metrics(predicted_, actual_, target_.width());
    else
      metrics.of_task = regression_metrics(predicted_values_, actual_values_);
    return metrics;
  }

 private:
  std::vector<double> in_unit(const Tensor& scaled) const {
    return (scaled.to(float64) * target_.scale + target_.mean).to_vector<double>();
  }

  const data::Target& target_;
  const TabularLoss& loss_;
  std::int64_t rows_ = 0;
  double loss_sum_ = 0;
  std::vector<std::int64_t> predicted_, actual_;
  std::vector<double> predicted_values_, actual_values_;
};

void check_rows(const data::Table& table, const data::Rows& rows) {
  if (rows.empty()) fail(table.source, ": there are no rows to measure the model with");
}

}  // namespace

const TabularLoss& find_tabular_loss(const std::string& name) {
  std::vector<std::string> names;
  for (const TabularLoss& loss : kLosses) {
    if (loss.name == name) return loss;
    names.push_back(loss.name);
  }
  std::string known;
  for (const std::string& other : names) known += (known.empty() ? "" : ", ") + other;
  fail("there is no loss ", in_quotes(name), data::suggestion(name, names), "; there are ", known);
}

const TabularLoss& default_tabular_loss(data::Task task) {
  return *std::find_if(std::begin(kLosses), std::end(kLosses), [&](const auto& loss) { return loss.task == task; });
}

data::CsvOptions TabularModel::csv_options() const {
  data::CsvOptions options;
  options.text_columns = features.text_columns();
  if (!target.numeric) options.text_columns.push_back(target.name);
  return options;
}

Predictions TabularModel::predict(const data::Table& table, const data::Rows& rows) const {
  const NoGrad no_grad;
  Predictions predictions;
  std::vector<Tensor> chunks;
  for_each_chunk(rows, [&](const data::Rows& chunk) {
    auto [inputs, unseen] = data::encode_features(features, table, chunk);
    const Tensor outputs = network(inputs).to(float64);
    chunks.push_back(target.task == data::Task::classification ? softmax(outputs, 1)
                                                               : outputs * target.scale + target.mean);
    merge(predictions.unseen, std::move(unseen));
  });
  if (!chunks.empty())
    predictions.values = cat(chunks);
  else if (target.task == data::Task::classification)
    predictions.values = zeros({0, target.width()}, {.dtype = float64});
  else
    predictions.values = zeros(0, {.dtype = float64});
  return predictions;
}

Metrics TabularModel::evaluate(const data::Table& table, const data::Rows& rows,
                               std::vector<data::UnseenCategory>* unseen) const {
  check_rows(table, rows);
  const NoGrad no_grad;
  Measurement measurement(target, find_tabular_loss(training.loss));
  for_each_chunk(rows, [&](const data::Rows& chunk) {
    data::EncodedFeatures encoded = data::encode_features(features, table, chunk);
    measurement.add(network(encoded.inputs), data::encode_target(target, table, chunk));
    if (unseen) merge(*unseen, std::move(encoded.unseen));
  });
  return measurement.metrics();
}

Metrics TabularModel::evaluate(const Tensor& inputs, const Tensor& targets) const {
  const NoGrad no_grad;
  Measurement measurement(target, find_tabular_loss(training.loss));
  const auto input_chunks = split(inputs, kChunk);
  const auto target_chunks = split(targets, kChunk);
  for (std::size_t i = 0; i < input_chunks.size(); ++i) measurement.add(network(input_chunks[i]), target_chunks[i]);
  return measurement.metrics();
}

Metrics TabularModel::evaluate_baseline(const data::Table& table, const data::Rows& rows) const {
  check_rows(table, rows);
  // One row of outputs that says so: logits whose softmax are the frequencies, or 0, the mean of a scaled target.
  const Tensor output =
      target.task == data::Task::classification ? log(tensor(target.counts).to(float32)).unsqueeze(0) : zeros(1);
  Measurement measurement(target, find_tabular_loss(training.loss));
  for_each_chunk(rows, [&](const data::Rows& chunk) {
    const auto count = static_cast<std::int64_t>(chunk.size());
    measurement.add(
        target.task == data::Task::classification ? output.expand({count, target.width()}) : output.expand(count),
        data::encode_target(target, table, chunk));
  });
  return measurement.metrics();
}

}  // namespace descent::train
