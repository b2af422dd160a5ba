// Losses that PyTorch does not have, and their gradients, against Optax', Keras' and their papers':
// losses_beyond_pytorch.py.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <optional>
#include <set>

#include "descent/descent.h"
#include "golden/golden.h"
#include "program/when_compiled.h"

using namespace descent;

namespace {

// The call of a loss, with its inputs.
struct LossCase : PythonCall {
  LossCase(const std::string& code, const std::vector<Tensor>& inputs) : PythonCall(code), inputs(inputs) {}

  const Tensor& argument(std::size_t position) const { return input(arguments.at(position)); }
  const Tensor& input(const std::string& name) const { return inputs.at(static_cast<std::size_t>(name.at(0) - 'a')); }
  Tensor tensor(const std::string& name) {
    const std::string given = take(name, std::string());
    return given.empty() ? Tensor() : input(given);
  }
  double number(const std::string& name, double otherwise) { return take(name, otherwise); }
  bool flag(const std::string& name, bool otherwise) { return take(name, otherwise); }
  Reduction reduction() {
    const std::string name = take("reduction", std::string("'mean'"));
    return name == "'sum'" ? Reduction::sum : name == "'none'" ? Reduction::none : Reduction::mean;
  }

  const std::vector<Tensor>& inputs;
};

using EvaluateCase = std::function<Tensor(LossCase&)>;

// A loss of two tensors; `options_of` reads its options.
template <auto loss, class Options>
EvaluateCase of_two(Options (*options_of)(LossCase&)) {
  return [=](LossCase& call) { return loss(call.argument(0), call.argument(1), options_of(call)); };
}
template <auto loss, class Options>
EvaluateCase of_three(Options (*options_of)(LossCase&)) {
  return [=](LossCase& call) { return loss(call.argument(0), call.argument(1), call.argument(2), options_of(call)); };
}

template <class Options>
Options only_reduction(LossCase& call) {
  return {.reduction = call.reduction()};
}
HingeLossOptions hinge_options(LossCase& call) {
  return {.margin = call.number("margin", 1), .reduction = call.reduction()};
}

const std::map<std::string, EvaluateCase> kMoreLosses = {
    {"log_cosh_loss", of_two<log_cosh_loss, LogCoshLossOptions>(only_reduction)},
    {"quantile_loss", of_two<quantile_loss, QuantileLossOptions>([](LossCase& call) -> QuantileLossOptions {
       return {.quantile = call.number("quantile", 0.5), .reduction = call.reduction()};
     })},
    {"mape_loss", of_two<mape_loss, MAPELossOptions>([](LossCase& call) -> MAPELossOptions {
       return {.eps = call.number("eps", 1e-7), .reduction = call.reduction()};
     })},
    {"msle_loss", of_two<msle_loss, MSLELossOptions>([](LossCase& call) -> MSLELossOptions {
       return {.eps = call.number("eps", 1e-7), .reduction = call.reduction()};
     })},
    {"tweedie_deviance_loss",
     of_two<tweedie_deviance_loss, TweedieDevianceLossOptions>([](LossCase& call) -> TweedieDevianceLossOptions {
       return {.power = call.number("power", 1.5),
               .log_input = call.flag("log_input", true),
               .reduction = call.reduction()};
     })},
    {"sigmoid_focal_loss",
     of_two<sigmoid_focal_loss, SigmoidFocalLossOptions>([](LossCase& call) -> SigmoidFocalLossOptions {
       const std::string alpha = call.take("alpha", std::string("0.25"));
       return {.alpha = alpha == "None" ? std::optional<double>() : std::stod(alpha),
               .gamma = call.number("gamma", 2),
               .reduction = call.reduction()};
     })},
    {"softmax_focal_loss",
     of_two<softmax_focal_loss, SoftmaxFocalLossOptions>([](LossCase& call) -> SoftmaxFocalLossOptions {
       return {.weight = call.tensor("weight"), .gamma = call.number("gamma", 2), .reduction = call.reduction()};
     })},
    {"generalized_cross_entropy", of_two<generalized_cross_entropy, GeneralizedCrossEntropyLossOptions>(
                                      [](LossCase& call) -> GeneralizedCrossEntropyLossOptions {
                                        return {.q = call.number("q", 0.7), .reduction = call.reduction()};
                                      })},
    {"poly_cross_entropy",
     of_two<poly_cross_entropy, PolyCrossEntropyLossOptions>([](LossCase& call) -> PolyCrossEntropyLossOptions {
       return {.epsilon = call.number("epsilon", 2), .reduction = call.reduction()};
     })},
    {"cross_entropy_with_z_loss", of_two<cross_entropy_with_z_loss, CrossEntropyWithZLossOptions>(
                                      [](LossCase& call) -> CrossEntropyWithZLossOptions {
                                        return {
                                            .coefficient = call.number("coefficient", 1e-4),
                                            .ignore_index = std::stoll(call.take("ignore_index", std::string("-100"))),
                                            .label_smoothing = call.number("label_smoothing", 0),
                                            .reduction = call.reduction()};
                                      })},
    {"hinge_loss", of_two<hinge_loss, HingeLossOptions>(hinge_options)},
    {"squared_hinge_loss", of_two<squared_hinge_loss, HingeLossOptions>(hinge_options)},
    {"perceptron_loss", of_two<perceptron_loss, PerceptronLossOptions>(only_reduction)},
    {"multiclass_hinge_loss",
     of_two<multiclass_hinge_loss, MulticlassHingeLossOptions>([](LossCase& call) -> MulticlassHingeLossOptions {
       return {.margin = call.number("margin", 1), .reduction = call.reduction()};
     })},
    {"multiclass_perceptron_loss", of_two<multiclass_perceptron_loss, PerceptronLossOptions>(only_reduction)},
    {"categorical_hinge_loss", of_two<categorical_hinge_loss, CategoricalHingeLossOptions>(only_reduction)},
    {"sparsemax_loss", of_two<sparsemax_loss, SparsemaxLossOptions>(only_reduction)},
    {"multiclass_sparsemax_loss", of_two<multiclass_sparsemax_loss, SparsemaxLossOptions>(only_reduction)},
    {"sparsemax",
     [](LossCase& call) { return sparsemax(call.argument(0), std::stoll(call.take("dim", std::string()))); }},
    {"dice_loss", of_two<dice_loss, DiceLossOptions>([](LossCase& call) -> DiceLossOptions {
       return {.smooth = call.number("smooth", 1),
               .over_batch = call.flag("over_batch", false),
               .reduction = call.reduction()};
     })},
    {"tversky_loss", of_two<tversky_loss, TverskyLossOptions>([](LossCase& call) -> TverskyLossOptions {
       return {.alpha = call.number("alpha", 0.5),
               .beta = call.number("beta", 0.5),
               .gamma = call.number("gamma", 1),
               .smooth = call.number("smooth", 1),
               .over_batch = call.flag("over_batch", false),
               .reduction = call.reduction()};
     })},
    {"generalized_dice_loss",
     of_two<generalized_dice_loss, GeneralizedDiceLossOptions>([](LossCase& call) -> GeneralizedDiceLossOptions {
       return {.smooth = call.number("smooth", 1e-5),
               .over_batch = call.flag("over_batch", false),
               .reduction = call.reduction()};
     })},
    {"cosine_distance_loss",
     of_two<cosine_distance_loss, CosineDistanceLossOptions>([](LossCase& call) -> CosineDistanceLossOptions {
       return {.dim = std::stoll(call.take("dim", std::string("-1"))), .reduction = call.reduction()};
     })},
    {"info_nce_loss", of_two<info_nce_loss, InfoNCELossOptions>([](LossCase& call) -> InfoNCELossOptions {
       return {.temperature = call.number("temperature", 0.1),
               .negatives = call.tensor("negatives"),
               .reduction = call.reduction()};
     })},
    {"nt_xent_loss", of_two<nt_xent_loss, NTXentLossOptions>([](LossCase& call) -> NTXentLossOptions {
       return {.temperature = call.number("temperature", 0.07), .reduction = call.reduction()};
     })},
    {"circle_loss", of_two<circle_loss, CircleLossOptions>([](LossCase& call) -> CircleLossOptions {
       return {.gamma = call.number("gamma", 80),
               .margin = call.number("margin", 0.4),
               .detach_weights = call.flag("detach_weights", true),
               .reduction = call.reduction()};
     })},
    {"angular_margin_loss",
     of_three<angular_margin_loss, AngularMarginLossOptions>([](LossCase& call) -> AngularMarginLossOptions {
       return {.margin = call.number("margin", 0.5),
               .cosine_margin = call.number("cosine_margin", 0),
               .scale = call.number("scale", 64),
               .label_smoothing = call.number("label_smoothing", 0),
               .reduction = call.reduction()};
     })},
    {"fenchel_young_loss", of_two<fenchel_young_loss, FenchelYoungLossOptions>([](LossCase& call) {
       FenchelYoungLossOptions options;
       options.reduction = call.reduction();
       return options;
     })},
    {"generalized_kl_div",
     of_two<generalized_kl_div, GeneralizedKLDivLossOptions>([](LossCase& call) -> GeneralizedKLDivLossOptions {
       return {.log_target = call.flag("log_target", false), .reduction = call.reduction()};
     })},
    {"ranking_softmax_loss",
     of_two<ranking_softmax_loss, RankingSoftmaxLossOptions>([](LossCase& call) -> RankingSoftmaxLossOptions {
       return {.mask = call.tensor("mask"), .weight = call.tensor("weight"), .reduction = call.reduction()};
     })},
    {"list_net_loss", of_two<list_net_loss, ListNetLossOptions>([](LossCase& call) -> ListNetLossOptions {
       return {.mask = call.tensor("mask"), .reduction = call.reduction()};
     })},
    {"lambda_rank_loss", of_two<lambda_rank_loss, LambdaRankLossOptions>([](LossCase& call) -> LambdaRankLossOptions {
       const std::string k = call.take("k", std::string());
       return {.sigma = call.number("sigma", 1),
               .k = k.empty() ? std::optional<std::int64_t>() : std::stoll(k),
               .mask = call.tensor("mask"),
               .reduction = call.reduction()};
     })},
    {"cox_loss", of_three<cox_loss, CoxLossOptions>([](LossCase& call) -> CoxLossOptions {
       const bool efron = call.take("ties", std::string()) == "'efron'";
       return {.ties = efron ? Ties::efron : Ties::breslow, .reduction = call.reduction()};
     })},
};

// Close relative to the largest element, which rounding is relative to in sums.
void check_close(const Tensor& got, const Tensor& wanted, double tolerance) {
  REQUIRE(got.sizes() == wanted.sizes());
  const auto a = got.to_vector<double>(), b = wanted.to_vector<double>();
  double largest = 0;
  for (const double value : b) largest = std::max(largest, std::abs(value));
  for (std::size_t i = 0; i < a.size(); ++i) {
    CAPTURE(i);
    CHECK(std::abs(a[i] - b[i]) <= tolerance * largest);
  }
}

void check_case(const Golden& golden, const std::string& id, const std::string& code, DType dtype, double tolerance) {
  CAPTURE(id);
  CAPTURE(code);
  CAPTURE(dtype);
  std::vector<Tensor> inputs;
  while (golden.has(concat(id, "/in", inputs.size()))) {
    const std::size_t i = inputs.size();
    const Tensor stored = golden[concat(id, "/in", i)];
    const Tensor input = is_floating_point(stored.dtype()) ? stored.to(dtype).clone() : stored;
    if (golden.has(concat(id, "/grad", i))) input.requires_grad_();
    inputs.push_back(input);
  }
  LossCase call(code, inputs);
  const auto evaluate = kMoreLosses.find(call.function);
  REQUIRE(evaluate != kMoreLosses.end());
  const Tensor loss = evaluate->second(call);
  CHECK(call.options.empty());
  CHECK(loss.dtype() == dtype);
  check_close(loss, golden[id + "/out"], tolerance);
  loss.backward(golden[id + "/cotangent"].to(dtype));
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    CAPTURE(i);
    if (inputs[i].requires_grad()) check_close(inputs[i].grad(), golden[concat(id, "/grad", i)], tolerance);
  }
}

}  // namespace

TEST_CASE("losses that PyTorch does not have are Optax', Keras' and their papers'") {
  const Golden golden("losses_beyond_pytorch");
  std::map<std::string, int> counts;
  for (const auto& [id, code] : golden.cases()) {
    check_case(golden, id, code, float64, 1e-12);
    check_case(golden, id, code, float32, 1e-5);
    ++counts[PythonCall(code).function];
  }
  CHECK(counts.size() == kMoreLosses.size());
}

TEST_CASE("compiled losses of other libraries and papers do what those losses do") {
  const Golden golden("losses_beyond_pytorch");
  std::set<std::string> refusals;
  for (const auto& golden_case : golden.cases()) {
    const std::string &id = golden_case.first, &code = golden_case.second;
    CAPTURE(id);
    CAPTURE(code);
    const std::vector<Tensor> inputs = golden.inputs(id);
    const std::string difference =
        difference_when_compiled(with_gradients([&](const std::vector<Tensor>& given) {
                                   LossCase call(code, given);
                                   return std::vector<Tensor>{kMoreLosses.at(call.function)(call)};
                                 }),
                                 inputs);
    if (is_refusal(difference))
      refusals.insert(PythonCall(code).function);
    else
      CHECK(difference == "");
  }
  // They look at labels, lengths or times on the host.
  CHECK(refusals == std::set<std::string>{"cox_loss", "nt_xent_loss"});
}
