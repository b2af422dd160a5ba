// Losses and their gradients against PyTorch's: tests/golden/losses.py.
#include "golden/golden.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

#include "descent/descent.h"
#include "program/exported_c.h"
#include "program/native_code.h"
#include "program/when_compiled.h"

using namespace descent;

namespace {

// A case's call and its inputs a, b, ...
struct LossCall {
  PythonCall python;
  std::vector<Tensor> inputs;

  // What an argument stands for: an input, its log softmax, or a number.
  Tensor value(const std::string& text) const {
    if (text.starts_with("F.log_softmax")) {
      const PythonCall call(text);
      return log_softmax(value(call.arguments.at(0)), std::stoll(call.arguments.at(1)));
    }
    if (text.size() == 1 && text[0] >= 'a') return inputs.at(static_cast<std::size_t>(text[0] - 'a'));
    return std::stod(text);
  }
  Tensor argument(std::size_t i) const { return value(python.arguments.at(i)); }
  Tensor take_tensor(const std::string& name) {
    const std::string text = python.take(name, std::string());
    return text.empty() ? Tensor() : value(text);
  }
  std::int64_t take_integer(const std::string& name, std::int64_t otherwise) {
    return std::stoll(python.take(name, std::to_string(otherwise)));
  }
  double take(const std::string& name, double otherwise) {
    std::string text = python.take(name, std::to_string(otherwise));
    return text == "float('inf')" ? std::numeric_limits<double>::infinity() : std::stod(text);
  }
  bool take(const std::string& name) { return python.take(name, false); }
  Reduction take_reduction() {
    const std::string name = python.take("reduction", std::string());
    REQUIRE((name == "'none'" || name == "'mean'" || name == "'sum'"));
    return name == "'none'" ? Reduction::none : name == "'mean'" ? Reduction::mean : Reduction::sum;
  }
  KLDivReduction take_divergence_reduction() {
    if (python.options["reduction"] != "'batchmean'") return static_cast<KLDivReduction>(take_reduction());
    python.options.erase("reduction");
    return KLDivReduction::batchmean;
  }
};

using Evaluate = std::function<Tensor(LossCall&)>;

const std::map<std::string, Evaluate> functions = {
    {"F.mse_loss",
     [](LossCall& c) {
       return mse_loss(c.argument(0), c.argument(1),
                       {.weight = c.take_tensor("weight"), .reduction = c.take_reduction()});
     }},
    {"F.l1_loss",
     [](LossCall& c) {
       return l1_loss(c.argument(0), c.argument(1),
                      {.weight = c.take_tensor("weight"), .reduction = c.take_reduction()});
     }},
    {"F.huber_loss",
     [](LossCall& c) {
       return huber_loss(
           c.argument(0), c.argument(1),
           {.delta = c.take("delta", 1.0), .weight = c.take_tensor("weight"), .reduction = c.take_reduction()});
     }},
    {"F.smooth_l1_loss",
     [](LossCall& c) {
       return smooth_l1_loss(c.argument(0), c.argument(1),
                             {.beta = c.take("beta", 1.0), .reduction = c.take_reduction()});
     }},
    {"F.nll_loss",
     [](LossCall& c) {
       return nll_loss(c.argument(0), c.argument(1),
                       {.weight = c.take_tensor("weight"),
                        .ignore_index = c.take_integer("ignore_index", -100),
                        .reduction = c.take_reduction()});
     }},
    {"F.cross_entropy",
     [](LossCall& c) {
       return cross_entropy(c.argument(0), c.argument(1),
                            {.weight = c.take_tensor("weight"),
                             .ignore_index = c.take_integer("ignore_index", -100),
                             .reduction = c.take_reduction(),
                             .label_smoothing = c.take("label_smoothing", 0.0)});
     }},
    {"F.poisson_nll_loss",
     [](LossCall& c) {
       return poisson_nll_loss(c.argument(0), c.argument(1),
                               {.log_input = c.python.take("log_input", true),
                                .full = c.take("full"),
                                .eps = c.python.take("eps", 1e-8),
                                .reduction = c.take_reduction()});
     }},
    {"F.gaussian_nll_loss",
     [](LossCall& c) {
       return gaussian_nll_loss(
           c.argument(0), c.argument(1), c.argument(2),
           {.full = c.take("full"), .eps = c.python.take("eps", 1e-6), .reduction = c.take_reduction()});
     }},
    {"F.kl_div",
     [](LossCall& c) {
       return kl_div(c.argument(0), c.argument(1),
                     {.reduction = c.take_divergence_reduction(), .log_target = c.take("log_target")});
     }},
    {"F.binary_cross_entropy",
     [](LossCall& c) {
       return binary_cross_entropy(c.argument(0), c.argument(1),
                                   {.weight = c.take_tensor("weight"), .reduction = c.take_reduction()});
     }},
    {"F.binary_cross_entropy_with_logits",
     [](LossCall& c) {
       return binary_cross_entropy_with_logits(c.argument(0), c.argument(1),
                                               {.weight = c.take_tensor("weight"),
                                                .pos_weight = c.take_tensor("pos_weight"),
                                                .reduction = c.take_reduction()});
     }},
    {"F.margin_ranking_loss",
     [](LossCall& c) {
       return margin_ranking_loss(c.argument(0), c.argument(1), c.argument(2),
                                  {.margin = c.take("margin", 0.0), .reduction = c.take_reduction()});
     }},
    {"F.hinge_embedding_loss",
     [](LossCall& c) {
       return hinge_embedding_loss(c.argument(0), c.argument(1),
                                   {.margin = c.take("margin", 1.0), .reduction = c.take_reduction()});
     }},
    {"F.cosine_embedding_loss",
     [](LossCall& c) {
       return cosine_embedding_loss(c.argument(0), c.argument(1), c.argument(2),
                                    {.margin = c.take("margin", 0.0), .reduction = c.take_reduction()});
     }},
    {"F.multi_margin_loss",
     [](LossCall& c) {
       return multi_margin_loss(c.argument(0), c.argument(1),
                                {.p = static_cast<int>(c.take_integer("p", 1)),
                                 .margin = c.take("margin", 1.0),
                                 .weight = c.take_tensor("weight"),
                                 .reduction = c.take_reduction()});
     }},
    {"F.multilabel_margin_loss",
     [](LossCall& c) {
       return multilabel_margin_loss(c.argument(0), c.argument(1), {.reduction = c.take_reduction()});
     }},
    {"F.soft_margin_loss",
     [](LossCall& c) { return soft_margin_loss(c.argument(0), c.argument(1), {.reduction = c.take_reduction()}); }},
    {"F.multilabel_soft_margin_loss",
     [](LossCall& c) {
       return multilabel_soft_margin_loss(c.argument(0), c.argument(1),
                                          {.weight = c.take_tensor("weight"), .reduction = c.take_reduction()});
     }},
    {"F.triplet_margin_loss",
     [](LossCall& c) {
       return triplet_margin_loss(c.argument(0), c.argument(1), c.argument(2),
                                  {.margin = c.take("margin", 1.0),
                                   .p = c.take("p", 2.0),
                                   .eps = c.python.take("eps", 1e-6),
                                   .swap = c.take("swap"),
                                   .reduction = c.take_reduction()});
     }},
    {"F.triplet_margin_with_distance_loss",
     [](LossCall& c) {
       TripletMarginWithDistanceLossOptions options{
           .margin = c.take("margin", 1.0), .swap = c.take("swap"), .reduction = c.take_reduction()};
       if (!c.python.take("distance_function", std::string()).empty())
         options.distance_function = [](const Tensor& x, const Tensor& y) { return hypot(x, y); };
       return triplet_margin_with_distance_loss(c.argument(0), c.argument(1), c.argument(2), options);
     }},
    {"F.ctc_loss",
     [](LossCall& c) {
       return ctc_loss(c.argument(0), c.argument(1), c.argument(2), c.argument(3),
                       {.blank = c.take_integer("blank", 0),
                        .zero_infinity = c.take("zero_infinity"),
                        .reduction = c.take_reduction()});
     }},
};

// Each element close, relative to itself or, since sums round relative to their terms, to the largest of the tensor if
// that is below 1; those excepted that PyTorch itself is not sure of.
void check_close(const Tensor& got, const Tensor& wanted, const std::vector<std::size_t>& doubtful) {
  REQUIRE(got.sizes() == wanted.sizes());
  REQUIRE(got.dtype() == wanted.dtype());
  const auto a = got.to_vector<double>(), b = wanted.to_vector<double>();
  const double tolerance = wanted.dtype() == float32 ? 1e-6 : 1e-13;
  double largest = 0;
  for (const double value : b) largest = std::isfinite(value) ? std::max(largest, std::abs(value)) : largest;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (std::find(doubtful.begin(), doubtful.end(), i) != doubtful.end()) continue;
    CAPTURE(i);
    if (std::isnan(b[i]))
      CHECK(std::isnan(a[i]));
    else if (std::isinf(b[i]))
      CHECK(a[i] == b[i]);
    else
      CHECK(std::abs(a[i] - b[i]) <= tolerance * std::max(std::abs(b[i]), std::min(largest, 1.0)));
  }
}

}  // namespace

TEST_CASE("losses and their gradients are PyTorch's") {
  const Golden golden("losses");
  for (const auto& golden_case : golden.cases()) {
    const std::string &id = golden_case.first, &code = golden_case.second;
    CAPTURE(id);
    CAPTURE(code);
    LossCall call{PythonCall(code), golden.inputs(id)};
    const std::vector<Tensor>& inputs = call.inputs;
    const auto function = functions.find(call.python.function);
    REQUIRE(function != functions.end());
    const Tensor loss = function->second(call);
    REQUIRE(call.python.options.empty());
    check_close(loss, golden[id + "/out"], golden.doubtful(id + "/out"));
    loss.backward(golden[id + "/cotangent"]);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      CAPTURE(i);
      const std::string name = concat(id, "/grad", i);
      if (inputs[i].requires_grad()) check_close(inputs[i].grad(), golden[name], golden.doubtful(name));
    }
  }
  CHECK(golden.cases().size() > 800);
}

namespace {

void check_compiled(const CompileOptions& options) {
  const Golden golden("losses");
  std::set<std::string> refusals;
  for (const auto& golden_case : golden.cases()) {
    const std::string &id = golden_case.first, &code = golden_case.second;
    CAPTURE(id);
    CAPTURE(code);
    const PythonCall python(code);
    const std::vector<Tensor> inputs = golden.inputs(id);
    const Evaluate& evaluate = functions.at(python.function);
    const std::string difference = difference_when_compiled(with_gradients([&](const std::vector<Tensor>& given) {
                                                              LossCall call{python, given};
                                                              return std::vector<Tensor>{evaluate(call)};
                                                            }),
                                                            inputs, options);
    if (is_refusal(difference))
      refusals.insert(python.function);
    else
      CHECK(difference == "");
  }
  // They look at labels, lengths or times on the host.
  CHECK(refusals == std::set<std::string>{"F.ctc_loss", "F.multilabel_margin_loss"});
}

}  // namespace

TEST_CASE("compiled losses do what losses do") { check_compiled({.native = false}); }

// A case of each, the first that can be.
TEST_CASE("exported losses do what losses do") {
  const TemporaryFolder folder;
  const Golden golden("losses");
  std::set<std::string> exported, refusals;
  for (const auto& golden_case : golden.cases()) {
    const std::string &id = golden_case.first, &code = golden_case.second;
    const PythonCall python(code);
    if (exported.contains(python.function)) continue;
    CAPTURE(id);
    const std::vector<Tensor> inputs = golden.inputs(id);
    const Evaluate& evaluate = functions.at(python.function);
    const std::string difference =
        difference_when_exported(with_gradients([&](const std::vector<Tensor>& given) {
                                   LossCall call{python, given};
                                   return std::vector<Tensor>{evaluate(call)};
                                 }),
                                 inputs, folder.path + "/f" + std::to_string(exported.size()) + ".c");
    if (is_export_refusal(difference)) {
      refusals.insert(python.function);
    } else {
      CHECK(difference == "");
      exported.insert(python.function);
    }
  }
  for (const std::string& function : exported) refusals.erase(function);
  CHECK(refusals == std::set<std::string>{"F.ctc_loss", "F.multi_margin_loss", "F.multilabel_margin_loss"});
  CHECK(exported.size() == 18);
}

TEST_CASE("losses as native code do what losses do") {
  const NativeCode native;
  check_compiled({.native = true});
  CHECK(!program::native::gave_up);
}
