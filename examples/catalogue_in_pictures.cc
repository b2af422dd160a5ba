// A small picture of every schedule, loss and optimizer of docs/catalogue.md, made of calls of them. Writes NAME.svg
// into a folder for each, or, without one, how many there are:
//
//   catalogue_in_pictures [FOLDER]
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "descent/descent.h"

using namespace descent;
using namespace descent::optim::lr_scheduler;
using report::Series;

namespace {

struct Picture {
  std::string name;  // of the class or function
  std::string svg;
};

/// Of a call as it is written, what stands before the bracket.
std::string name_of(const std::string& call) { return call.substr(0, call.find('(')); }

// Schedules: the rate, of 1, over 100 epochs.

template <class Make>
Picture schedule(const std::string& call, const Make& make) {
  optim::SGD optimizer({zeros(1)}, {.lr = 1, .momentum = 0.9});
  auto schedule = make(optimizer);
  Series rates;
  for (int epoch = 0; epoch <= 100; ++epoch) {
    rates.x.push_back(epoch);
    rates.y.push_back(optimizer.lr().value());
    if constexpr (requires { schedule.step(1.0); })
      schedule.step(1 / (1.0 + std::min(epoch, 40)));  // a loss that falls until epoch 40
    else
      schedule.step();
  }
  return {name_of(call), report::svg({rates}, {.title = call, .x_name = "epoch"})};
}

// The calls are the titles.
#define SCHEDULE(...) schedule(#__VA_ARGS__, [](optim::SGD& optimizer) { return __VA_ARGS__; })

std::vector<Picture> schedules() {
  return {
      SCHEDULE(ChainedScheduler(optimizer, {ConstantLR(optimizer), ExponentialLR(optimizer, {.gamma = 0.97})})),
      SCHEDULE(ConstantLR(optimizer, {.total_iters = 30})),
      SCHEDULE(CosineAnnealingLR(optimizer, {.T_max = 100})),
      SCHEDULE(CosineAnnealingWarmRestarts(optimizer, {.T_0 = 14, .T_mult = 2})),
      SCHEDULE(CyclicLR(optimizer, {.base_lr = 0.1, .max_lr = 1.0, .step_size_up = 15})),
      SCHEDULE(ExponentialDecayLR(optimizer, {.transition_steps = 25, .decay_rate = 0.5})),
      SCHEDULE(ExponentialLR(optimizer, {.gamma = 0.95})),
      SCHEDULE(InverseSquareRootLR(optimizer, {.warmup_steps = 10})),
      SCHEDULE(InverseTimeDecayLR(optimizer, {.decay_steps = 10, .decay_rate = 1})),
      SCHEDULE(LambdaLR(optimizer, [](std::int64_t epoch) { return epoch % 20 < 10 ? 1 : 0.5; })),
      SCHEDULE(LinearLR(optimizer, {.total_iters = 30})),
      SCHEDULE(LinearWarmupLR(optimizer, {.warmup_steps = 30})),
      SCHEDULE(MultiStepLR(optimizer, {.milestones = {30, 60, 80}, .gamma = 0.3})),
      SCHEDULE(MultiplicativeLR(optimizer, [](std::int64_t epoch) { return epoch < 50 ? 0.98 : 0.95; })),
      SCHEDULE(OneCycleLR(optimizer, {.max_lr = 1.0, .total_steps = 101})),
      SCHEDULE(PiecewiseInterpolateLR(optimizer, {.boundaries = {20, 50, 80}, .scales = {0.3, 2, 0.2}})),
      SCHEDULE(PolynomialLR(optimizer, {.total_iters = 100, .power = 2})),
      SCHEDULE(ReduceLROnPlateau(optimizer, {.factor = 0.3})),
      SCHEDULE(
          SequentialLR(optimizer, {LinearLR(optimizer), StepLR(optimizer, {.step_size = 30})}, {.milestones = {5}})),
      SCHEDULE(SgdrLR(optimizer,
                      {{{{.total_steps = 40, .warmup_steps = 5}, 1}, {{.total_steps = 60, .warmup_steps = 10}, 0.5}}})),
      SCHEDULE(StepLR(optimizer, {.step_size = 25, .gamma = 0.5})),
      SCHEDULE(SWALR(optimizer, {.swa_lr = 0.2, .anneal_epochs = 30})),
      SCHEDULE(WarmupCosineLR(optimizer, {.total_steps = 100, .warmup_steps = 10})),
      SCHEDULE(WarmupStableDecayLR(optimizer, {.total_steps = 100, .warmup_steps = 10, .decay_steps = 20})),
  };
}

// Losses: the value over one number, x; of those of many numbers, the others stay as they are.

struct LossLine {
  std::string call;
  std::function<Tensor(const Tensor& x)> loss;
};

Series line_of(const LossLine& line, double from, double to) {
  constexpr int kPoints = 100;
  Series series{.name = line.call};
  for (int i = 0; i <= kPoints; ++i) {
    const double x = from + (to - from) * i / kPoints;
    series.x.push_back(x);
    series.y.push_back(line.loss(full({1}, x)).item());
  }
  return series;
}

/// Of a loss with weights of its own.
Picture layer(const std::string& name, const std::string& call, const std::vector<Series>& lines) {
  return {name, report::svg(lines, {.title = call, .x_name = "x, the lead of the right class"})};
}

Picture loss(double from, double to, const std::string& x_name, const LossLine& line) {
  return {name_of(line.call), report::svg({line_of(line, from, to)}, {.title = line.call, .x_name = x_name})};
}

#define LOSS(...)                                              \
  LossLine {                                                   \
#__VA_ARGS__, [&](const Tensor& x) { return __VA_ARGS__; } \
  }

/// The scores of two classes, of which the first leads by x.
Tensor lead(const Tensor& x) { return stack({x, zeros_like(x)}, 1); }
/// A vector at an angle.
Tensor at_angle(const Tensor& x) { return stack({cos(x), sin(x)}, 1); }
/// The logarithms of their probabilities.
Tensor log_lead(const Tensor& x) { return log_softmax(lead(x), 1); }
/// Three vectors, of which the first two belong together, at x of each other, and the third stands at a right angle.
Tensor two_and_one(const Tensor& x) { return cat({at_angle(x), at_angle(0 * x), at_angle(0 * x + 1.5708)}); }
/// Three frames of a recording, in each of which a label leads over the blank by x.
Tensor three_frames(const Tensor& x) { return log_softmax(stack({0 * x, x}, 1), 1).expand({3, 2}); }
/// What is said of four places of an image, of which the first two are right to a degree.
Tensor two_of_four(const Tensor& x) { return cat({x, x, 1 - x, 1 - x}).reshape({1, 1, 4}); }

Picture linear_layer() {
  const NoGrad no_grad;
  nn::LinearCrossEntropyLoss layer_of_two(2, 2);
  layer_of_two.linear.weight.copy_(eye(2));
  const LossLine line{"", [&](const Tensor& x) { return layer_of_two(lead(x), zeros(1, {.dtype = int64})); }};
  return layer("LinearCrossEntropyLoss", "LinearCrossEntropyLoss(2, 2), its weight the identity",
               {line_of(line, -4, 4)});
}

/// Of three classes, the last two are rare: a cluster.
Picture adaptive_softmax() {
  const NoGrad no_grad;
  nn::AdaptiveLogSoftmaxWithLoss layer_of_two(2, 3, {1});
  for (const auto& [name, weight] : layer_of_two.named_parameters()) Tensor(weight).fill_(0);
  layer_of_two.head.weight.copy_(eye(2));
  std::vector<Series> lines;
  for (const std::int64_t target : {0, 1}) {
    const LossLine line{target == 0 ? "the common class" : "a rare class", [&](const Tensor& x) {
                          return layer_of_two(lead(target == 0 ? x : -x), full({1}, target)).loss;
                        }};
    lines.push_back(line_of(line, -4, 4));
  }
  return layer("AdaptiveLogSoftmaxWithLoss", "AdaptiveLogSoftmaxWithLoss(2, 3, {1})", lines);
}

std::vector<Picture> losses() {
  const Tensor zero = zeros(1), one = ones(1), first = zeros(1, {.dtype = int64}), relevance = tensor({{1.0f, 0.0f}});
  const Tensor two_are = tensor({1.0f, 1.0f, 0.0f, 0.0f}).reshape({1, 1, 4});
  const auto tensors = [](const Tensor& x) { return std::vector<Tensor>{x}; };
  const Tensor identity = eye(2), labels = tensor({0, 0, 1}).to(int64), soft = tensor({{0.7f, 0.3f}});
  const Tensor label = ones(1, {.dtype = int64}), frames = tensor(3).to(int64), length = tensor(1).to(int64);
  const Tensor first_only = tensor({{0, -1}}).to(int64), times = tensor({1.0f, 2.0f}), events = ones(2);
  const std::string error = "x, the error", score = "x, the score of yes", of_two = "x, the lead of the right class";
  const std::string ahead = "x, the lead of the relevant one", angle = "x, an angle", part = "x, how right it is";
  return {
      loss(-3, 3, error, LOSS(mse_loss(x, zero))),
      loss(-3, 3, error, LOSS(l1_loss(x, zero))),
      loss(-3, 3, error, LOSS(huber_loss(x, zero))),
      loss(-3, 3, error, LOSS(smooth_l1_loss(x, zero, {.beta = 0.5}))),
      loss(-3, 3, error, LOSS(log_cosh_loss(x, zero))),
      loss(-3, 3, error, LOSS(quantile_loss(x, zero, {.quantile = 0.9}))),
      loss(-3, 3, error, LOSS(gaussian_nll_loss(x, zero, one))),
      loss(0, 4, "x, the prediction of 1", LOSS(mape_loss(x, one))),
      loss(0, 4, "x, the prediction of 1", LOSS(msle_loss(x, one))),
      loss(-3, 3, "x, the logarithm of the prediction of 1", LOSS(poisson_nll_loss(x, one))),
      loss(-3, 3, "x, the logarithm of the prediction of 1", LOSS(tweedie_deviance_loss(x, one, {.power = 1.5}))),
      loss(0.01, 0.99, "x, the probability of yes", LOSS(binary_cross_entropy(x, one))),
      loss(-4, 4, score, LOSS(binary_cross_entropy_with_logits(x, one))),
      loss(-4, 4, score, LOSS(sigmoid_focal_loss(x, one))),
      loss(-3, 3, score, LOSS(hinge_loss(x, one))),
      loss(-3, 3, score, LOSS(squared_hinge_loss(x, one))),
      loss(-3, 3, score, LOSS(perceptron_loss(x, one))),
      loss(-4, 4, score, LOSS(soft_margin_loss(x, one))),
      loss(-3, 3, score, LOSS(sparsemax_loss(x, one))),
      loss(-4, 4, of_two, LOSS(cross_entropy(lead(x), first))),
      loss(-4, 4, of_two, LOSS(cross_entropy_with_z_loss(lead(x), first, {.coefficient = 0.1}))),
      loss(-4, 4, of_two, LOSS(softmax_focal_loss(lead(x), first))),
      loss(-4, 4, of_two, LOSS(generalized_cross_entropy(lead(x), first))),
      loss(-4, 4, of_two, LOSS(poly_cross_entropy(lead(x), first))),
      loss(-4, 4, of_two, LOSS(multi_margin_loss(lead(x), first))),
      loss(-4, 4, of_two, LOSS(multiclass_hinge_loss(lead(x), first))),
      loss(-4, 4, of_two, LOSS(multiclass_perceptron_loss(lead(x), first))),
      loss(-4, 4, of_two, LOSS(multiclass_sparsemax_loss(lead(x), first))),
      loss(-4, 4, of_two, LOSS(nll_loss(log_lead(x), first))),
      loss(-4, 4, of_two, LOSS(categorical_hinge_loss(lead(x), relevance))),
      loss(-4, 4, of_two, LOSS(fenchel_young_loss(lead(x), relevance))),
      loss(-4, 4, of_two, LOSS(linear_cross_entropy(lead(x), identity, first))),
      loss(-4, 4, "x, the lead of the likelier class", LOSS(kl_div(log_lead(x), soft, {KLDivReduction::batchmean}))),
      loss(-3, 3, "x, the logarithm of the prediction of 1", LOSS(generalized_kl_div(x, one))),
      loss(-4, 4, "x, the score of the label that is there", LOSS(multilabel_margin_loss(lead(x), first_only))),
      loss(-4, 4, "x, the score of the label that is there", LOSS(multilabel_soft_margin_loss(lead(x), relevance))),
      loss(-4, 4, "x, the lead of the label over the blank", LOSS(ctc_loss(three_frames(x), label, frames, length))),
      loss(-4, 4, "x, the log hazard of the first", LOSS(cox_loss(cat({x, zero}), times, events))),
      loss(-4, 4, ahead, LOSS(ranking_softmax_loss(lead(x), relevance))),
      loss(-4, 4, ahead, LOSS(list_net_loss(lead(x), relevance))),
      loss(-4, 4, ahead, LOSS(lambda_rank_loss(lead(x), relevance))),
      loss(-3, 3, "x, the lead of the first", LOSS(margin_ranking_loss(x, zero, one, {.margin = 1}))),
      loss(0, 3, "x, a distance", LOSS(hinge_embedding_loss(x, -one))),
      loss(0, 3.14, angle, LOSS(cosine_embedding_loss(at_angle(x), at_angle(zero), -one))),
      loss(0, 3.14, angle, LOSS(cosine_distance_loss(at_angle(x), at_angle(zero)))),
      loss(0, 3.14, angle, LOSS(angular_margin_loss(at_angle(x), identity, first, {.scale = 8}))),
      loss(0, 3.14, angle,
           LOSS(info_nce_loss(at_angle(x), at_angle(zero), {.temperature = 0.5, .negatives = identity}))),
      loss(0, 3.14, angle, LOSS(nt_xent_loss(two_and_one(x), labels, {.temperature = 0.5}))),
      loss(0, 3.14, angle, LOSS(circle_loss(two_and_one(x), labels, {.gamma = 8}))),
      loss(0, 3, "x, the distance of the positive", LOSS(triplet_margin_loss(lead(x), lead(zero), lead(one)))),
      loss(0, 3, "x, the distance of the positive",
           LOSS(triplet_margin_with_distance_loss(lead(x), lead(zero), lead(one)))),
      loss(0, 1, part, LOSS(dice_loss(two_of_four(x), two_are))),
      loss(0, 1, part, LOSS(tversky_loss(two_of_four(x), two_are))),
      loss(0, 1, part, LOSS(generalized_dice_loss(two_of_four(x), two_are))),
      loss(-2, 2, "x, a weight", LOSS(l1_penalty(tensors(x)))),
      loss(-2, 2, "x, a weight", LOSS(l2_penalty(tensors(x)))),
      loss(-2, 2, "x, a weight", LOSS(elastic_net_penalty(tensors(x)))),
      linear_layer(),
      adaptive_softmax(),
  };
}

// Optimizers: the way down a valley, with the options that they have by default.

/// Where the valley is so high.
Series height_line(double height) {
  Series line;
  for (int i = 0; i <= 60; ++i) {
    const double angle = i * 3.14159265358979 / 30;
    line.x.push_back(std::sqrt(2 * height) * std::cos(angle));
    line.y.push_back(std::sqrt(2 * height / 10) * std::sin(angle));
  }
  return line;
}

template <class Optimizer>
Picture optimizer(const char* name) {
  const auto make = [](const Tensor& point, double lr) {
    typename Optimizer::Options options;
    options.lr = lr;
    return std::make_unique<Optimizer>(std::vector<Tensor>{point}, options);
  };
  int step = 0;
  const auto look = [&](optim::Optimizer& stepped, const Tensor& height) {
    if constexpr (requires(Optimizer & o) { o.update_hessian(height); })
      if (step++ % 10 == 0) dynamic_cast<Optimizer&>(stepped).update_hessian(height);
  };
  const report::ValleyWay way = report::way_down_valley(make, look);
  char title[200];
  std::snprintf(title, sizeof title, "%s, {.lr = %g}: 100 steps from a height of 28 to %.2g", name, way.lr, way.end);
  std::vector<Series> ground;
  for (const double height : {0.5, 2.0, 4.5, 8.0, 12.5, 18.0, 28.0}) ground.push_back(height_line(height));
  return {name, report::svg({way.points}, {.title = title, .x_name = "x", .ground = ground, .has_dots = true})};
}

#define OPTIMIZER(name) optimizer<optim::name>(#name)

std::vector<Picture> optimizers() {
  return {OPTIMIZER(AdaBelief),
          OPTIMIZER(Adadelta),
          OPTIMIZER(Adafactor),
          OPTIMIZER(Adagrad),
          OPTIMIZER(Adam),
          OPTIMIZER(Adamax),
          OPTIMIZER(AdamW),
          OPTIMIZER(Adan),
          OPTIMIZER(AdEMAMix),
          OPTIMIZER(ADOPT),
          OPTIMIZER(ASGD),
          OPTIMIZER(COCOB),
          OPTIMIZER(DAdaptAdam),
          OPTIMIZER(DAdaptSGD),
          OPTIMIZER(DoG),
          OPTIMIZER(DoWG),
          OPTIMIZER(Fromage),
          OPTIMIZER(Ftrl),
          OPTIMIZER(LAMB),
          OPTIMIZER(LARS),
          OPTIMIZER(LBFGS),
          OPTIMIZER(Lion),
          OPTIMIZER(MADGRAD),
          OPTIMIZER(MARS),
          OPTIMIZER(MoMo),
          OPTIMIZER(MoMoAdam),
          OPTIMIZER(Muon),
          OPTIMIZER(NAdam),
          OPTIMIZER(NoisySGD),
          OPTIMIZER(NovoGrad),
          OPTIMIZER(OptimisticAdam),
          OPTIMIZER(OptimisticGradientDescent),
          OPTIMIZER(PolyakSGD),
          OPTIMIZER(Prodigy),
          OPTIMIZER(RAdam),
          OPTIMIZER(RMSprop),
          OPTIMIZER(Rprop),
          OPTIMIZER(ScheduleFreeAdamW),
          OPTIMIZER(ScheduleFreeSGD),
          OPTIMIZER(SGD),
          OPTIMIZER(Shampoo),
          OPTIMIZER(SignSGD),
          OPTIMIZER(SM3),
          OPTIMIZER(SOAP),
          OPTIMIZER(SophiaH),
          OPTIMIZER(SparseAdam),
          OPTIMIZER(Yogi)};
}

}  // namespace

int main(int argument_count, char** arguments) {
  for (const auto& [kind, pictures] :
       {std::pair("schedules", schedules()), {"losses", losses()}, {"optimizers", optimizers()}}) {
    if (argument_count < 2) std::printf("%zu %s\n", pictures.size(), kind);
    for (const Picture& picture : pictures)
      if (argument_count > 1) std::ofstream(arguments[1] + ("/" + picture.name) + ".svg") << picture.svg;
  }
}
