#include "descent/report/picture.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "descent/create.h"
#include "descent/generator.h"
#include "descent/grad_mode.h"
#include "descent/ops.h"
#include "descent/optim/sgd.h"
#include "descent/text.h"
#include "descent/train/named_optimizer.h"
#include "descent/train/named_schedule.h"
#include "descent/train/tabular_loss.h"

namespace descent::report {

namespace {

using MakeOptimizer = std::function<std::unique_ptr<optim::Optimizer>(const Tensor& point, double lr)>;
using BeforeStep = std::function<void(optim::Optimizer& optimizer, const Tensor& height)>;

PlotOptions named(const PlotOptions& options, std::string title, std::string x_name) {
  PlotOptions result = options;
  result.title = std::move(title);
  result.x_name = std::move(x_name);
  result.logarithmic_from = 0;
  return result;
}

std::string picture_of_schedule(std::string_view wish, const PlotOptions& options) {
  constexpr int kSteps = 1000, kEpochSteps = 10, kEpochsOfProgress = 40;
  optim::SGD optimizer({zeros(1)}, {.lr = 1, .momentum = 0.9});
  train::NamedSchedule schedule(wish, optimizer, kSteps);
  Series rates;
  for (int step = 0; step < kSteps; ++step) {
    schedule.advance((step + 0.5) / kSteps);
    rates.x.push_back(step);
    rates.y.push_back(optimizer.lr().value());
    const int epoch = step / kEpochSteps;
    if (step % kEpochSteps == kEpochSteps - 1) schedule.end_epoch(std::max(1 - epoch / double{kEpochsOfProgress}, 0.0));
  }
  return plot({rates}, named(options, concat(wish, ": the learning rate, of 1"), "step"));
}

std::string picture_of_loss(std::string_view wish, const PlotOptions& options) {
  const NoGrad no_grad;
  const train::TabularLoss loss = train::make_tabular_loss(wish);
  const bool of_classes = loss.task == data::Task::classification;
  const Tensor x = of_classes ? linspace(-4, 4, 161) : linspace(-3, 3, 121);
  const Tensor zero = zeros_like(x);
  Tensor outputs = x, targets = zero;
  std::string x_name = "error, in standard deviations";
  if (of_classes) {
    outputs = stack({zero, x}, 1);
    targets = ones(x.size(0), {.dtype = int64});
    x_name = "lead of the right one of two classes, in logits";
  } else if (loss.link == data::Link::log) {
    targets = ones_like(x);
    x_name = "output, a logarithm; the target is 1";
  } else if (loss.link == data::Link::normal) {
    outputs = stack({x, zero}, 1);
  } else if (loss.link == data::Link::interval) {
    outputs = stack({x, zero, zero}, 1);
  }
  const Series values{.x = x.to(float64).to_vector<double>(),
                      .y = loss.per_row(outputs, targets).to(float64).to_vector<double>()};
  return plot({values}, named(options, concat(wish, ": the loss of a row"), x_name));
}

constexpr double kAstray = std::numeric_limits<double>::infinity();

ValleyWay way_at(double lr, const MakeOptimizer& make, const BeforeStep& before_step) {
  constexpr int kSteps = 100;
  Generator generator(0);
  const WithGenerator with_generator(generator);
  const Tensor point = tensor({-4.0f, 2.0f}).reshape({1, 2}).requires_grad_();
  const auto optimizer = make(point, lr);
  const Tensor steepness = tensor({1.0f, 10.0f});
  const auto height = [&] { return sum(steepness * square(point)) / 2; };
  ValleyWay way{.lr = lr};
  double begin = 0;
  for (int step = 0; step <= kSteps; ++step) {
    optimizer->eval();
    const std::vector<double> at = point.detach().to(float64).to_vector<double>();
    way.points.x.push_back(at[0]);
    way.points.y.push_back(at[1]);
    const double end = height().item();
    if (step == 0) begin = end;
    way.end = end <= begin ? end : kAstray;
    if (step == kSteps || way.end == kAstray) break;
    optimizer->train();
    optimizer->step([&] {
      optimizer->zero_grad();
      const Tensor loss = height();
      if (before_step) before_step(*optimizer, loss);
      loss.backward();
      return loss;
    });
  }
  return way;
}

std::string picture_of_optimizer(std::string_view wish, const PlotOptions& options) {
  ValleyWay best = way_down_valley(
      [&](const Tensor& point, double lr) { return train::make_optimizer(wish, lr, {{.parameters = {point}}}); });
  if (best.points.x.empty()) fail("picture: ", wish, " goes astray at every rate from 1 down to 0.001");
  const std::string height = in_format(best.end, std::chars_format::general, 2);
  best.points.name = "way";
  return plot(
      {best.points, {.name = "start", .x = {-4}, .y = {2}}, {.name = "minimum", .x = {0}, .y = {0}}},
      named(options, concat(wish, ": 100 steps over (x^2 + 10 y^2) / 2 at rate ", best.lr, ", from 28 to ", height),
            "x"));
}

}  // namespace

ValleyWay way_down_valley(const MakeOptimizer& make, const BeforeStep& before_step) {
  ValleyWay best{.end = kAstray};
  for (const double lr : {1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001}) {
    ValleyWay way = way_at(lr, make, before_step);
    if (way.end < best.end) best = std::move(way);
  }
  return best;
}

std::string picture(std::string_view wish, const PlotOptions& options) {
  using Draw = std::string (*)(std::string_view wish, const PlotOptions& options);
  const std::pair<std::vector<std::string_view>, Draw> kinds[] = {
      {train::schedule_names(), picture_of_schedule},
      {train::tabular_loss_names(data::Task::regression), picture_of_loss},
      {train::tabular_loss_names(data::Task::classification), picture_of_loss},
      {train::optimizer_names(), picture_of_optimizer}};
  const std::string_view name = wish.substr(0, wish.find(':'));
  std::vector<std::string> all;
  for (const auto& [names, draw] : kinds) {
    if (std::find(names.begin(), names.end(), name) != names.end()) return draw(wish, options);
    all.insert(all.end(), names.begin(), names.end());
  }
  fail("there is no schedule, loss or optimizer ", in_quotes(name), suggestion(std::string(name), all));
}

}  // namespace descent::report
