#include "descent/train/tabular_loss.h"

#include "descent/create.h"
#include "descent/grad_mode.h"
#include "descent/loss.h"
#include "descent/ops.h"
#include "train/named_options.h"

namespace descent::train {

namespace {

using data::Link;
using data::Task;

enum class Purpose : std::uint8_t { training, measuring };

struct LossEntry {
  std::string_view name;
  Task task;
  Link link;
  bool of_probabilities;
  decltype(TabularLoss::function) (*make)(const Wish& wish, Reduction reduction, Purpose purpose);
};

// By the link, and by the training, which wants the mean.
constexpr std::string_view kReserved[] = {"log_input", "reduction"};

/// The loss `function` of prediction and target, with the options of the wish.
template <class Options, auto function>
decltype(TabularLoss::function) make_loss(const Wish& wish, Reduction reduction, Purpose purpose) {
  Options options;
  options.reduction = reduction;
  set_options("loss", wish, options_of(options), kReserved);
  if constexpr (requires { options.label_smoothing; })
    if (purpose == Purpose::measuring) options.label_smoothing = 0;
  return [options](const Tensor& outputs, const Tensor& targets) { return function(outputs, targets, options); };
}

/// Of the quantities themselves, where the network gives their logarithms.
Tensor mape_of_logarithm(const Tensor& outputs, const Tensor& targets, const MAPELossOptions& options) {
  return mape_loss(exp(outputs), targets, options);
}

/// Of a mean and what stands for a variance.
Tensor gaussian_nll_of_two(const Tensor& outputs, const Tensor& targets, const GaussianNLLLossOptions& options) {
  return gaussian_nll_loss(select(outputs, 1, 0), targets, data::variance_of(select(outputs, 1, 1)), options);
}

struct IntervalLossOptions {
  double coverage = 0.9;  // of (0, 1): the part of the targets that is to lie within the bounds
  Reduction reduction = Reduction::mean;
};

/// The quantile losses of the bounds and of the median between them, together.
Tensor interval_loss(const Tensor& outputs, const Tensor& targets, const IntervalLossOptions& options) {
  if (!(options.coverage > 0 && options.coverage < 1))
    fail("interval: coverage = ", options.coverage, " must be above 0 and below 1");
  const Tensor quantiles = data::quantiles_of(outputs);
  const double outside = (1 - options.coverage) / 2;
  const auto loss_of = [&](std::int64_t i, double quantile) {
    return quantile_loss(select(quantiles, 1, i), targets, {.quantile = quantile, .reduction = options.reduction});
  };
  return loss_of(0, outside) + loss_of(1, 0.5) + loss_of(2, 1 - outside);
}

double coverage_of(const Wish& wish) {
  IntervalLossOptions options;
  set_options("loss", wish, options_of(options), kReserved);
  return options.coverage;
}

constexpr Task kRegression = Task::regression, kClassification = Task::classification;

// In the order of the alphabet.
constexpr LossEntry kLosses[] = {
    {"cross_entropy", kClassification, Link::identity, true, make_loss<CrossEntropyLossOptions, cross_entropy>},
    {"cross_entropy_with_z", kClassification, Link::identity, true,
     make_loss<CrossEntropyWithZLossOptions, cross_entropy_with_z_loss>},
    {"focal", kClassification, Link::identity, true, make_loss<SoftmaxFocalLossOptions, softmax_focal_loss>},
    {"gaussian_nll", kRegression, Link::normal, false, make_loss<GaussianNLLLossOptions, gaussian_nll_of_two>},
    {"generalized_cross_entropy", kClassification, Link::identity, true,
     make_loss<GeneralizedCrossEntropyLossOptions, generalized_cross_entropy>},
    {"hinge", kClassification, Link::identity, false, make_loss<MulticlassHingeLossOptions, multiclass_hinge_loss>},
    {"huber", kRegression, Link::identity, false, make_loss<HuberLossOptions, huber_loss>},
    {"interval", kRegression, Link::interval, false, make_loss<IntervalLossOptions, interval_loss>},
    {"l1", kRegression, Link::identity, false, make_loss<L1LossOptions, l1_loss>},
    {"log_cosh", kRegression, Link::identity, false, make_loss<LogCoshLossOptions, log_cosh_loss>},
    {"mape", kRegression, Link::log, false, make_loss<MAPELossOptions, mape_of_logarithm>},
    {"mse", kRegression, Link::identity, false, make_loss<MSELossOptions, mse_loss>},
    // The network gives log(1 + y), of which it is the square.
    {"msle", kRegression, Link::log1p, false, make_loss<MSELossOptions, mse_loss>},
    {"multi_margin", kClassification, Link::identity, false, make_loss<MultiMarginLossOptions, multi_margin_loss>},
    {"poisson", kRegression, Link::log, false, make_loss<PoissonNLLLossOptions, poisson_nll_loss>},
    {"poly_cross_entropy", kClassification, Link::identity, true,
     make_loss<PolyCrossEntropyLossOptions, poly_cross_entropy>},
    {"quantile", kRegression, Link::identity, false, make_loss<QuantileLossOptions, quantile_loss>},
    {"smooth_l1", kRegression, Link::identity, false, make_loss<SmoothL1LossOptions, smooth_l1_loss>},
    {"sparsemax", kClassification, Link::identity, false, make_loss<SparsemaxLossOptions, multiclass_sparsemax_loss>},
    {"tweedie", kRegression, Link::log, false, make_loss<TweedieDevianceLossOptions, tweedie_deviance_loss>},
};

TabularLoss make_loss_for(Purpose purpose, std::string_view text) {
  const Wish wish = parse_wish("loss", text);
  const LossEntry& entry = find_by_name("loss", wish.name, std::span<const LossEntry>(kLosses));
  TabularLoss loss{entry.task,
                   entry.link,
                   entry.of_probabilities,
                   entry.link == Link::interval ? coverage_of(wish) : 0,
                   entry.make(wish, Reduction::mean, purpose),
                   entry.make(wish, Reduction::none, purpose)};
  // The loss of one row tells whether the options are within their bounds.
  const NoGrad no_grad;
  data::Target target;
  target.link = entry.link;
  if (entry.task == Task::classification)
    loss.function(zeros({1, 2}), zeros(1, {.dtype = int64}));
  else
    loss.function(target.width() > 1 ? zeros({1, target.width()}) : zeros(1), ones(1));
  return loss;
}

}  // namespace

TabularLoss make_tabular_loss(std::string_view wish) { return make_loss_for(Purpose::training, wish); }
TabularLoss make_measuring_loss(std::string_view wish) { return make_loss_for(Purpose::measuring, wish); }

std::vector<std::string_view> tabular_loss_names(Task task) {
  std::vector<std::string_view> names;
  for (const LossEntry& entry : kLosses) {
    if (entry.task == task) names.push_back(entry.name);
  }
  return names;
}

std::string_view default_tabular_loss(Task task) { return task == Task::regression ? "mse" : "cross_entropy"; }

}  // namespace descent::train
