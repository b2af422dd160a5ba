// The tutorial in pictures: both listings on the surface of their error, why one is slower, what larger rates do, other
// optimizers, two valleys, too few and too many epochs, and the landscape of a network. Writes one HTML page:
//
//   tutorial_in_pictures [PAGE.html]
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "descent/descent.h"

using namespace descent;
using namespace descent::report;

namespace {

template <class... Numbers>
std::string text(const char* format, Numbers... numbers) {
  char buffer[512];
  std::snprintf(buffer, sizeof buffer, format, numbers...);
  return buffer;
}

// The tutorial's table: y = 1.04 x - 0.1.
const Tensor kX = linspace(1, 15, 15), kY = 1.04 * kX - 0.1;
constexpr double kBestWeight = 1.04, kBestBias = -0.1;

/// The mean squared error at a weight and a bias.
Tensor error_at(const Tensor& at) { return mean(square(at[0] * kX + at[1] - kY)); }

/// A descent over that error, looked at in the steps of frame_steps.
struct Walk {
  Series path = {};  // weight and bias
  Series losses = {};
  std::vector<double> costs = {};  // after each step, from 0
};

using MakeOptimizer = std::function<std::unique_ptr<optim::Optimizer>(const Tensor& at)>;

MakeOptimizer plain_descent(double lr) {
  return [lr](const Tensor& at) {
    return std::make_unique<optim::SGD>(optim::ParameterList{at}, optim::SGDOptions{.lr = lr});
  };
}

Walk walk(const std::string& name, const std::vector<float>& start, std::int64_t steps, const MakeOptimizer& make) {
  const Tensor at = tensor(start).requires_grad_();
  const auto optimizer = make(at);
  Walk walk{.path = {.name = name}, .losses = {.name = name}};
  const std::vector<std::int64_t> frames = frame_steps(steps);
  auto frame = frames.begin();
  for (std::int64_t step = 0; step <= steps; ++step) {
    optimizer->zero_grad();
    const Tensor cost = error_at(at);
    walk.costs.push_back(cost.item());
    if (step == *frame) {
      ++frame;
      walk.path.x.push_back(at[0].item());
      walk.path.y.push_back(at[1].item());
      walk.losses.x.push_back(static_cast<double>(step));
      walk.losses.y.push_back(walk.costs.back());
    }
    cost.backward();
    optimizer->step();
  }
  return walk;
}

Figure bowl(const std::string& title, const std::string& words, ValueRange weights, ValueRange biases,
            const std::vector<Walk>& walks) {
  SurfaceFigure figure{.surface = error_surface(error_at, weights, biases, 71), .x_name = "weight", .y_name = "bias"};
  figure.contours = contours(figure.surface, contour_levels(figure.surface));
  figure.minima = {{kBestWeight, kBestBias}};
  for (const Walk& walk : walks) figure.paths.push_back(walk.path);
  return {title, words, figure};
}

Figure losses(const std::string& title, const std::string& words, const std::vector<Walk>& walks) {
  LineFigure figure{.lines = {}, .logarithmic = true};
  for (const Walk& walk : walks) figure.lines.push_back(walk.losses);
  return {title, words, figure};
}

std::vector<std::int64_t> steps_of(const Walk& walk) { return {walk.losses.x.begin(), walk.losses.x.end()}; }

FigureSection one_weight() {
  const Objective error = [](const Tensor& weight) { return mean(square(weight[0] * kX + kBestBias - kY)); };
  CurveFigure figure{.curve = error_curve(error, {-0.2, 2.3})};
  Series path{.name = "gradient descent, rate 0.003"};
  Tangent at = tangent_at(error, 0);
  FigureSection section{.title = "One weight"};
  for (int step = 0; step <= 12; ++step) {
    if (step == 0 || step == 2) figure.tangents.push_back(at);
    path.x.push_back(at.weight);
    path.y.push_back(at.error);
    section.steps.push_back(step);
    at = tangent_at(error, at.weight - 0.003 * at.slope);
  }
  figure.paths = {path};
  section.paragraphs = {
      "The error of a prediction depends on the weight. Its slope says which way is down and how steeply, and a step "
      "goes that way: the weight less the rate times the slope. Where the slope is 0 the steps end by themselves.",
      text("Here the bias is held at its best value, and the weight begins at 0. The slope there is %.4g; after 12 "
           "steps "
           "the weight is %.4f, and the best is 1.04.",
           figure.tangents[0].slope, path.x.back())};
  section.figures = {
      {"The error over the weight", "A parabola. Dashed, the slope at the start and after two steps.", figure}};
  return section;
}

struct Curvature {
  double flat, steep;                           // eigenvalues of the Hessian
  std::vector<double> flat_along, steep_along;  // its eigenvectors
  double bound() const { return 2 / steep; }
};

Curvature curvature_of_bowl() {
  const linalg::Eigh eigen = linalg::eigh(hessian(error_at, tensor(std::vector{kBestWeight, kBestBias})));
  const std::vector<double> values = eigen.eigenvalues.to_vector<double>();
  return {values[0], values[1], eigen.eigenvectors(Ellipsis, 0).to_vector<double>(),
          eigen.eigenvectors(Ellipsis, 1).to_vector<double>()};
}

FigureSection both_listings(const Walk& first, const Walk& second) {
  FigureSection section{.title = "Two listings, one bowl", .steps = steps_of(first)};
  section.paragraphs = {
      "With a weight and a bias the error is a surface over both. The tutorial descends it twice: in the first listing "
      "from (0, 0) at a rate of 0.01, in the second from where its linear layer happened to begin, at 0.001.",
      text("After 1,000 steps the first has a cost of %.6f, the second %.6f; after 10,000 steps %.6f and %.6f. The "
           "bias should be -0.1; the second has come to %.4f.",
           first.costs[1000], second.costs[1000], first.costs[10000], second.costs[10000], second.path.y.back())};
  section.figures = {
      bowl("The whole of the bowl", "A long narrow valley. Both first steps go across it, and all others along it.",
           {-0.3, 2.3}, {-1.1, 0.5}, {first, second}),
      bowl("Along the valley",
           "The same, close up: the second listing creeps along the floor for all of its 10,000 steps.", {1.02, 1.11},
           {-0.9, 0.05}, {first, second}),
      losses("The cost, step by step",
             "By powers of ten. After the first steps both fall evenly, the first ten times as fast.",
             {first, second})};
  return section;
}

FigureSection why_slower(const Curvature& bowl) {
  FigureTable table{.caption = "What a step leaves of the distance",
                    .header = {"rate", "in the steep direction", "in the flat direction", "steps to halve the latter"},
                    .rows = {}};
  for (const double lr : {0.01, 0.001})
    table.rows.push_back({text("%g", lr), text("%.4f", 1 - lr * bowl.steep), text("%.6f", 1 - lr * bowl.flat),
                          text("%.0f", std::log(0.5) / std::log(1 - lr * bowl.flat))});
  return {.title = "Why the second is slower",
          .paragraphs = {text("How a bowl bends is said by its Hessian, the matrix of second derivatives. Its "
                              "eigenvalues are %.4f and %.2f: in its steepest direction it bends %.0f times as much as "
                              "in its flattest, which is (%.3f, %.3f), nearly that of the bias.",
                              bowl.flat, bowl.steep, bowl.steep / bowl.flat, bowl.flat_along[0], bowl.flat_along[1]),
                         "A step multiplies what is left of the distance by 1 - rate x eigenvalue, in each direction. "
                         "In the flat one that is nearly 1, and a tenth of the rate takes ten times the steps."},
          .table = table};
}

FigureSection larger_rates(const Curvature& curvature) {
  constexpr std::int64_t kSteps = 40;
  // The bowl cut across its valley, in the steep direction.
  const Objective across = [&](const Tensor& at) {
    return error_at(tensor(std::vector{kBestWeight, kBestBias}) + at[0] * tensor(curvature.steep_along));
  };
  CurveFigure cut{.curve = error_curve(across, {-2, 2}), .weight_name = "distance from the valley's floor"};
  std::vector<Walk> walks;
  FigureTable table{.caption = text("After %d steps", static_cast<int>(kSteps)),
                    .header = {"rate", "times the bound", "left in the steep direction by each step", "cost"},
                    .rows = {}};
  for (const double part : {0.1, 0.4, 0.95, 1.05}) {
    const double lr = part * curvature.bound();
    walks.push_back(walk(text("rate %.4g", lr), {0, 0}, kSteps, plain_descent(lr)));
    table.rows.push_back({text("%.4g", lr), text("%g", part), text("%.2f", 1 - lr * curvature.steep),
                          text("%.4g", walks.back().costs[kSteps])});
    Series& path = cut.paths.emplace_back(Series{.name = walks.back().path.name});
    Tangent at = tangent_at(across, -1);
    for (std::int64_t step = 0; step <= kSteps; ++step) {
      path.x.push_back(at.weight);
      path.y.push_back(at.error);
      at = tangent_at(across, at.weight - lr * at.slope);
    }
  }
  FigureSection section{
      .title = "Larger rates, and the one that diverges", .table = table, .steps = steps_of(walks[0])};
  section.paragraphs = {
      text("A larger rate goes faster, up to a bound: where 1 - rate x eigenvalue is below -1, each step leads farther "
           "away on the other side. For the largest eigenvalue that is at 2 / %.2f = %.5f. The first listing's rate, "
           "0.01, lies close below.",
           curvature.steep, curvature.bound()),
      text("Tried: at 0.95 times the bound the cost falls from %.4g to %.4g in %d steps, at 1.05 times it grows to "
           "%.4g.",
           walks[2].costs[0], walks[2].costs[kSteps], static_cast<int>(kSteps), walks[3].costs[kSteps])};
  section.figures = {{"Across the valley",
                      "The steep direction alone, from 1 beside the floor. Small rates come down on one side; near the "
                      "bound the steps jump from side to side, and above it they climb.",
                      cut},
                     losses("The cost", "By powers of ten: three fall, one grows without end.", walks)};
  return section;
}

FigureSection other_optimizers() {
  constexpr std::int64_t kSteps = 1000;
  using optim::ParameterList;
  const std::vector<Walk> walks = {
      walk("gradient descent, rate 0.01", {0, 0}, kSteps, plain_descent(0.01)),
      walk("momentum 0.9, rate 0.01", {0, 0}, kSteps,
           [](const Tensor& at) {
             return std::make_unique<optim::SGD>(ParameterList{at}, optim::SGDOptions{.lr = 0.01, .momentum = 0.9});
           }),
      walk("AdaGrad, rate 0.3", {0, 0}, kSteps,
           [](const Tensor& at) {
             return std::make_unique<optim::Adagrad>(ParameterList{at}, optim::AdagradOptions{.lr = 0.3});
           }),
      walk("Adam, rate 0.05", {0, 0}, kSteps, [](const Tensor& at) {
        return std::make_unique<optim::Adam>(ParameterList{at}, optim::AdamOptions{.lr = 0.05});
      })};
  FigureTable table{.caption = "Costs", .header = {"", "after 100 steps", "after 1,000 steps"}, .rows = {}};
  for (const Walk& walk : walks)
    table.rows.push_back({walk.path.name, text("%.4g", walk.costs[100]), text("%.4g", walk.costs[1000])});
  return {.title = "Momentum, AdaGrad and Adam",
          .paragraphs = {"All from (0, 0). Momentum goes on in the direction it has, and gathers speed along the "
                         "valley where plain steps are short. AdaGrad and Adam divide each weight's step by how large "
                         "its slopes have been, so that weight and bias move at the same pace, whatever the bowl's "
                         "shape; AdaGrad remembers all slopes and gets slower, Adam forgets old ones."},
          .figures = {bowl("Four ways down",
                           "Plain steps and momentum first cross the valley; AdaGrad and Adam go "
                           "down at an angle, to one side of it.",
                           {-0.3, 2.8}, {-0.5, 1.2}, walks),
                      losses("The cost", "By powers of ten; momentum is the first at the bottom.", walks)},
          .table = table,
          .steps = steps_of(walks[0])};
}

FigureSection two_valleys() {
  std::vector<Racer> racers;
  for (const char* racer : {"sgd:lr=0.01,momentum=0,nesterov=false", "sgd:lr=0.3,momentum=0,nesterov=false",
                            "sgd:lr=0.05,momentum=0.9,nesterov=false", "adam:lr=0.1"})
    racers.push_back(parse_racer(racer));
  FigureSection section = section_of(race(find_known_function("two_valleys"), racers, {.steps = 150}), "Two valleys");
  section.paragraphs.insert(section.paragraphs.begin(),
                            "An error may have more than one valley. All begin at -2, on the slope of the shallow one: "
                            "short steps end in it, and what gets out has a larger rate, or momentum.");
  return section;
}

/// A network with one input, which learns a sine from few rows with noise.
struct NoisyTable {
  struct Net final : nn::Module<Net> {
    nn::Linear hidden{1, 48}, output{48, 1};
    Tensor forward(const Tensor& x) { return output(tanh(hidden(x))); }
  };

  Tensor x, y, other_x, other_y;
  Net net;
  std::vector<std::int64_t> epochs = frame_steps(2500);
  Series training{.name = "training rows"}, others{.name = "other rows"};
  std::vector<std::vector<Tensor>> weights;  // at each of the epochs
  std::vector<Series> fits;                  // after few, the best, and all epochs
  std::int64_t best_epoch = 0;

  NoisyTable() {
    manual_seed(3);
    const auto sine = [](const Tensor& at) { return sin(at) + 0.3 * randn(at.sizes()); };
    x = linspace(-3, 3, 14).reshape({-1, 1});
    y = sine(x);
    other_x = linspace(-3, 3, 200).reshape({-1, 1});
    other_y = sine(other_x);
    net = Net();
    {
      const NoGrad no_grad;
      net.hidden.weight.mul_(3);
      net.hidden.bias.mul_(3);
    }
    train();
    const auto least = std::min_element(others.y.begin(), others.y.end());
    best_epoch = epochs[static_cast<std::size_t>(least - others.y.begin())];
    for (const std::int64_t epoch : {std::int64_t{5}, best_epoch, epochs.back()}) fits.push_back(fit_after(epoch));
  }

  Tensor loss() { return mse_loss(net(x), y); }

 private:
  void train() {
    optim::Adam optimizer(net.parameters(), {.lr = 0.01});
    auto frame = epochs.begin();
    for (std::int64_t epoch = 0; epoch <= epochs.back(); ++epoch) {
      optimizer.zero_grad();
      const Tensor cost = loss();
      if (epoch == *frame) {
        ++frame;
        look(epoch, cost.item());
      }
      cost.backward();
      optimizer.step();
    }
    put(weights.back());
  }

  void look(std::int64_t epoch, double cost) {
    const NoGrad no_grad;
    training.x.push_back(static_cast<double>(epoch));
    others.x = training.x;
    training.y.push_back(cost);
    others.y.push_back(mse_loss(net(other_x), other_y).item());
    std::vector<Tensor>& now = weights.emplace_back();
    for (const Tensor& p : net.parameters()) now.push_back(p.detach().clone());
  }

  void put(const std::vector<Tensor>& values) {
    const NoGrad no_grad;
    std::size_t i = 0;
    for (const Tensor& p : net.parameters()) p.copy_(values[i++]);
  }

  Series fit_after(std::int64_t epoch) {
    const auto frame = std::find(epochs.begin(), epochs.end(), epoch);
    put(weights[static_cast<std::size_t>(frame - epochs.begin())]);
    const NoGrad no_grad;
    Series fit{.name = text("after %d epochs", static_cast<int>(epoch))};
    fit.x = other_x.reshape({-1}).to(float64).to_vector<double>();
    fit.y = net(other_x).reshape({-1}).to(float64).to_vector<double>();
    return fit;
  }
};

FigureSection too_few_and_too_many(const NoisyTable& table) {
  const auto best = std::find(table.others.x.begin(), table.others.x.end(), static_cast<double>(table.best_epoch));
  const double least = table.others.y[static_cast<std::size_t>(best - table.others.x.begin())];
  return {.title = "Too few epochs, and too many",
          .paragraphs =
              {"A network of 48 hidden units learns a sine from 14 rows that have noise. Another 200 rows, which it "
               "does not see, say how well it does.",
               text("After 5 epochs it has learnt little: the error is %.3f on its own rows and %.3f on others "
                    "(underfitting). On others it is least after %d epochs, %.3f. After 2,500 it knows its 14 rows by "
                    "heart, with %.2g there, and has grown to %.3f on others (overfitting).",
                    table.training.y[5], table.others.y[5], static_cast<int>(table.best_epoch), least,
                    table.training.y.back(), table.others.y.back())},
          .figures = {{"The error over the epochs", "By powers of ten: one line falls on, the other turns.",
                       LineFigure{.lines = {table.training, table.others}, .x_name = "epoch", .logarithmic = true}}},
          .steps = table.epochs};
}

FigureSection what_it_learnt(const NoisyTable& table) {
  LineFigure figure{.lines = table.fits, .x_name = "x", .y_name = "y"};
  const std::vector<double> x = table.x.reshape({-1}).to(float64).to_vector<double>();
  const std::vector<double> y = table.y.reshape({-1}).to(float64).to_vector<double>();
  for (std::size_t i = 0; i < x.size(); ++i) figure.dots.push_back({x[i], y[i]});
  return {.title = "What it had learnt by then",
          .figures = {{"Predictions", "The dots are the 14 rows. Too smooth, about right, and bent to go through each.",
                       figure}}};
}

Figure slice_figure(NoisyTable& table, const std::string& title, const std::string& words,
                    const WeightDirections& directions, ValueRange x, ValueRange y, const std::vector<Point>& path) {
  std::vector<Tensor> weights;
  for (const Tensor& p : table.net.parameters()) weights.push_back(p);
  SurfaceFigure figure{.surface = weight_slice(
                           weights, directions, [&] { return table.loss(); }, x, y, 41),
                       .minima = {{0, 0}},
                       .x_name = "along the first direction",
                       .y_name = "along the second"};
  figure.contours = contours(figure.surface, contour_levels(figure.surface));
  if (!path.empty()) figure.paths.push_back({.name = "the training"});
  for (const Point& at : path) {
    figure.paths[0].x.push_back(at[0]);
    figure.paths[0].y.push_back(at[1]);
  }
  return {title, words, figure};
}

FigureSection many_weights(NoisyTable& table) {
  const PrincipalDirections principal = principal_directions(table.weights);
  ValueRange range[2];
  for (const Point& at : principal.path) {
    for (std::size_t i = 0; i < 2; ++i) {
      range[i].low = std::min(range[i].low, at[i]);
      range[i].high = std::max(range[i].high, at[i]);
    }
  }
  for (ValueRange& each : range) {
    const double room = 0.15 * (each.high - each.low);
    each = {each.low - room, each.high + room};
  }
  Generator generator(1);
  const std::vector<Tensor>& last = table.weights.back();
  return {.title = "Many weights",
          .paragraphs = {text("That network has 145 weights. Its landscape can be cut in two directions: the two in "
                              "which the training went most, which hold %.0f %% of its way, or two random ones whose "
                              "parts have the size of the weights' own (Li et al., 2018).",
                              100 * (principal.share_x + principal.share_y))},
          .figures = {slice_figure(table, "Where the training went",
                                   "The training error around the last weights, the "
                                   "cross, and the way there.",
                                   principal.directions, range[0], range[1], principal.path),
                      slice_figure(table, "In two random directions",
                                   "The same around the same weights; in either direction "
                                   "1 is as far as the weights of each unit are long.",
                                   filter_normalized_directions(last, generator), {-1, 1}, {-1, 1}, {})},
          .steps = table.epochs};
}

}  // namespace

int main(int argument_count, char** arguments) {
  const std::string page = argument_count > 1 ? arguments[1] : "tutorial_in_pictures.html";
  const Walk first = walk("first listing, rate 0.01", {0, 0}, 10000, plain_descent(0.01));
  const Walk second = walk("second listing, rate 0.001", {0.51017989F, -0.85227257F}, 10000, plain_descent(0.001));
  const Curvature curvature = curvature_of_bowl();
  NoisyTable table;
  write_figures(
      page, "Gradient descent in pictures",
      {one_weight(), both_listings(first, second), why_slower(curvature), larger_rates(curvature), other_optimizers(),
       two_valleys(), too_few_and_too_many(table), what_it_learnt(table), many_weights(table)});
  std::printf("after 1000 steps: first listing %.6f, second %.6f\n", first.costs[1000], second.costs[1000]);
  std::printf("eigenvalues %.4f and %.2f: rates below %.5f converge\n", curvature.flat, curvature.steep,
              curvature.bound());
}
