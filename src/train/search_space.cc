#include "train/search_space.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>

#include "train/defaults.h"

namespace descent::train {

namespace {

/// How often a choice leaves an option as it is, and how often one that may be 0 is.
constexpr double kKept = 1.0 / 3, kZero = 0.2;

/// Of [0, 1).
double draw_part(Generator& generator) { return static_cast<double>(generator.random64() >> 11) * 0x1p-53; }

/// Of two digits, as a command line shows it.
double rounded(double value) {
  if (value == 0) return 0;
  const double unit = std::pow(10, 1 - std::floor(std::log10(std::fabs(value))));
  return std::round(value * unit) / unit;
}

double draw_of(double low, double high, Generator& generator) {
  return rounded(low + (high - low) * draw_part(generator));
}

double draw_log_uniform(double low, double high, Generator& generator) {
  return rounded(low * std::pow(high / low, draw_part(generator)));
}

std::int64_t draw_one(const std::vector<std::int64_t>& values, Generator& generator) {
  return values[static_cast<std::size_t>(draw_part(generator) * static_cast<double>(values.size()))];
}

}  // namespace

SearchSpace::SearchSpace(const FitOptions& given, const NetworkShape& shape, const TrainingRecord& training) {
  if (!given.from && !shape.hidden.empty()) add_network(given, shape);
  add_training(given, shape, training);
}

void SearchSpace::add_network(const FitOptions& given, const NetworkShape& shape) {
  if (given.hidden == std::vector{kByRows})
    dimensions_.emplace_back([usual = shape.hidden.front()](TunedOptions& options, Generator& generator) {
      const std::int64_t times = draw_one({1, 2, 4, 8}, generator);
      const std::int64_t width = std::clamp<std::int64_t>(usual * times / 2, 64, 512);
      options.hidden.emplace(static_cast<std::size_t>(draw_one({1, 2, 3}, generator)), width);
    });
  if (!given.dropout)
    dimensions_.emplace_back([](TunedOptions& options, Generator& generator) {
      options.dropout = draw_part(generator) < kZero ? 0 : draw_of(0, 0.5, generator);
    });
  if (shape.numbers.empty()) return;
  const auto shared = [&](std::vector<std::int64_t> counts) {
    for (std::int64_t& count : counts) count = count_for_each(count, std::ssize(shape.numbers));
    return counts;
  };
  if (!given.bins)
    dimensions_.emplace_back([counts = shared({0, 8, 16, 32})](TunedOptions& options, Generator& generator) {
      options.bins = draw_one(counts, generator);
    });
  if (!given.frequencies)
    dimensions_.emplace_back([counts = shared({0, 2, 4, 8})](TunedOptions& options, Generator& generator) {
      options.frequencies = draw_one(counts, generator);
    });
}

void SearchSpace::add_training(const FitOptions& given, const NetworkShape& shape, const TrainingRecord& training) {
  if (!given.lr)
    dimensions_.emplace_back([lr = training.lr](TunedOptions& options, Generator& generator) {
      options.lr = draw_log_uniform(lr / 8, lr * 4, generator);
    });
  // By default the optimizer has none where it means something else, and it is not for weights of texts.
  if (!given.weight_decay && training.weight_decay > 0 && shape.inputs > 0)
    dimensions_.emplace_back([decay = training.weight_decay](TunedOptions& options, Generator& generator) {
      options.weight_decay = draw_part(generator) < kZero ? 0 : draw_log_uniform(decay / 30, decay * 3, generator);
    });
  const auto rows = static_cast<std::int64_t>(training.rows);
  if (!given.batch_size && training.batch_size < rows)
    dimensions_.emplace_back([size = training.batch_size](TunedOptions& options, Generator& generator) {
      options.batch_size = draw_one({std::max<std::int64_t>(size / 2, 1), size * 2, size * 4}, generator);
    });
}

TunedOptions SearchSpace::draw(Generator& generator) const {
  TunedOptions options;
  while (options == TunedOptions{}) {
    for (const Dimension& dimension : dimensions_)
      if (draw_part(generator) >= kKept) dimension(options, generator);
  }
  return options;
}

}  // namespace descent::train
