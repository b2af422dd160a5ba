#include "train/defaults.h"

#include <algorithm>
#include <cmath>

#include "descent/train/named_optimizer.h"

namespace descent::train {

namespace {

/// From how many rows on a network may be wider, and see more of each number, than a straight line's bend needs.
constexpr std::size_t kSomeRows = 500;
constexpr std::size_t kManyRows = 10000;
/// Up to so many numbers the encodings have their full width.
constexpr std::int64_t kSomeNumbers = 64;

std::vector<std::int64_t> hidden_for(std::size_t rows) {
  const std::int64_t width = rows < kSomeRows ? 64 : rows < kManyRows ? 128 : 256;
  return {width, width};
}

}  // namespace

double usual_rate(const std::string& optimizer, std::size_t rows) {
  const NamedOptimizer& named = find_optimizer(optimizer);
  // Wide networks in large batches take longer steps.
  return named.name == FitOptions().optimizer && rows >= kManyRows ? 2 * named.lr : named.lr;
}

std::int64_t count_for_each(std::int64_t count, std::int64_t numbers) {
  return count * kSomeNumbers / std::max(numbers, kSomeNumbers);
}

TrainingRecord choose_training(const FitOptions& options, const std::string& loss, std::size_t rows) {
  const NamedOptimizer& optimizer = find_optimizer(options.optimizer);
  const double n = static_cast<double>(rows);
  TrainingRecord record{.loss = loss, .optimizer = options.optimizer, .seed = options.seed, .rows = rows};
  record.schedule = options.schedule.value_or(std::string(optimizer.schedule));
  record.lr = options.lr.value_or(usual_rate(options.optimizer, rows));
  record.weight_decay = options.weight_decay.value_or(optimizer.decoupled_weight_decay ? std::min(1.0, 1500 / n) : 0);
  const std::int64_t some_rows =
      std::clamp<std::int64_t>(std::int64_t{1} << std::lround(std::log2(std::max(n / 30, 1.0))), 16, 256);
  record.batch_size = options.batch_size.value_or(optimizer.full_batch ? static_cast<std::int64_t>(rows) : some_rows);
  const double steps_an_epoch = std::ceil(n / static_cast<double>(record.batch_size));
  record.epochs =
      options.epochs.value_or(std::clamp<std::int64_t>(std::llround(std::ceil(4000 / steps_an_epoch)), 10, 200));
  return record;
}

NetworkShape choose_network(const FitOptions& options, const data::Features& features, const data::Target& target,
                            std::size_t rows) {
  NetworkShape shape = options.from ? options.from->shape : NetworkShape{};
  shape.inputs = features.width();
  shape.outputs = target.width();
  shape.terms = features.term_count();
  if (options.from) return shape;
  shape.hidden = options.hidden == std::vector{kByRows} ? hidden_for(rows) : options.hidden;
  // With no inputs but texts there is nothing to bend.
  if (shape.inputs == 0) shape.hidden.clear();
  if (shape.hidden.empty()) return shape;
  shape.activation = NetworkActivation::gelu;
  shape.clip = 3;
  shape.dropout = options.dropout.value_or(rows < kSomeRows ? 0 : rows < kManyRows ? 0.3 : 0.2);
  shape.numbers = features.number_positions();
  const auto shared = [&](std::int64_t most) {
    return rows < kSomeRows ? 0 : count_for_each(most, std::ssize(shape.numbers));
  };
  shape.bins = options.bins.value_or(shared(16));
  shape.frequencies = options.frequencies.value_or(shared(4));
  return shape;
}

}  // namespace descent::train
