// Twenty small tables, each with a network and an optimizer, for what should work on any of them.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "descent/data/batches.h"
#include "descent/data/features.h"
#include "descent/data/target.h"
#include "descent/descent.h"

namespace descent {

struct SmallTable {
  std::string name = {};
  Tensor x = {}, y = {};  // y of int64: classes
  std::vector<std::int64_t> hidden = {};
  std::int64_t batch_size = 4;
  std::function<std::unique_ptr<optim::Optimizer>(const std::vector<nn::Parameter>&)> make_optimizer = {};

  bool classifies() const { return y.dtype() == int64; }
  nn::Sequential network() const {
    manual_seed(3);
    nn::Sequential network;
    std::int64_t width = x.size(1);
    for (const std::int64_t next : hidden) {
      network.push_back(nn::Linear(width, next));
      network.push_back(nn::Tanh());
      width = next;
    }
    network.push_back(nn::Linear(width, classifies() ? max(y).item<std::int64_t>() + 1 : 1));
    return network;
  }
  Tensor loss(const Tensor& output, const Tensor& target) const {
    return classifies() ? cross_entropy(output, target) : mse_loss(output.squeeze(1), target);
  }
  data::Batches batches() const { return data::Batches(x, y, batch_size, Generator(5)); }
};

template <class Optimizer>
auto optimizer_of(typename Optimizer::Options options = {}) {
  return [options](const std::vector<nn::Parameter>& parameters) -> std::unique_ptr<optim::Optimizer> {
    return std::make_unique<Optimizer>(parameters, options);
  };
}

/// The first `count` rows at even distances.
inline SmallTable part_of(const std::string& file, const std::string& target, std::size_t count, SmallTable table) {
  const data::Table read = data::read_csv(DESCENT_SOURCE_DIR "/examples/data/" + file);
  data::Rows rows;
  for (std::size_t i = 0; i < count; ++i) rows.push_back(i * read.rows / count);
  const data::AssumedTask task = data::assume_task(data::find_column(read, target));
  table.name = file;
  table.x = data::encode_features(data::learn_features(read, rows, target), read, rows).inputs;
  table.y = data::encode_target(data::learn_target(read, target, rows, task.task), read, rows);
  return table;
}

inline std::vector<SmallTable> small_tables() {
  const auto sgd = optimizer_of<optim::SGD>();
  const auto momentum = optimizer_of<optim::SGD>({.momentum = 0.9});
  const auto adam = optimizer_of<optim::Adam>();
  std::vector<SmallTable> tables;
  manual_seed(11);

  // The tutorial's fifteen rows, and others like them.
  const Tensor one_to_fifteen = arange(1, 16).to(float32).unsqueeze(1);
  const Tensor line = 1.04 * one_to_fifteen.squeeze(1) - 0.1;
  tables.push_back({"tutorial", one_to_fifteen, line, {}, 4, sgd});
  tables.push_back({"tutorial, noisy", one_to_fifteen, line + 2 * randn(15), {}, 4, sgd});
  tables.push_back({"tutorial, scaled", (one_to_fifteen - 8) / 4.5, (line - 8.2) / 4.5, {}, 4, sgd});
  tables.push_back({"tutorial, large", one_to_fifteen, 1000 * line, {}, 4, sgd});
  tables.push_back({"tutorial, small", one_to_fifteen / 1000, line, {}, 4, momentum});
  tables.push_back({"tutorial, Adam", one_to_fifteen, line, {}, 4, adam});

  const Tensor x = randn({40, 5});
  const Tensor weights = tensor({1.0, -2.0, 0.5, 0.0, 3.0});
  tables.push_back({"linear", x, matmul(x, weights) + 1, {}, 8, sgd});
  tables.push_back({"linear, noisy", x, matmul(x, weights) + 3 * randn(40), {}, 8, sgd});
  tables.push_back({"linear, network", x, matmul(x, weights), {16}, 4, momentum});
  tables.push_back({"wave", x, sin(2 * x(Ellipsis, 0)), {32}, 8, sgd});
  tables.push_back({"wave, Adam", x, sin(2 * x(Ellipsis, 0)), {32, 32}, 8, adam});
  tables.push_back({"product", x, x(Ellipsis, 0) * x(Ellipsis, 1), {32}, 5, momentum});

  const Tensor sides = (matmul(x, weights) + 0.5 * randn(40) > 0).to(int64);
  tables.push_back({"two sides", x, sides, {}, 4, sgd});
  tables.push_back({"exclusive or", x, (x(Ellipsis, 0) * x(Ellipsis, 1) > 0).to(int64), {16}, 8, adam});
  tables.push_back({"coins", x, randint(2, 40), {16}, 4, sgd});

  tables.push_back(part_of("iris.csv", "species", 30, {.batch_size = 4, .make_optimizer = sgd}));
  tables.push_back(part_of("wine.csv", "class", 40, {.hidden = {16}, .batch_size = 8, .make_optimizer = momentum}));
  tables.push_back(part_of("diabetes.csv", "progression", 50, {.batch_size = 5, .make_optimizer = sgd}));
  tables.push_back(
      part_of("breast_cancer.csv", "diagnosis", 40, {.hidden = {16}, .batch_size = 4, .make_optimizer = adam}));
  tables.push_back(part_of("digits.csv", "digit", 60, {.hidden = {32}, .batch_size = 8, .make_optimizer = sgd}));
  return tables;
}

}  // namespace descent
