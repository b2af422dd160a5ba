#include "descent/train/named_optimizer.h"

#include <doctest/doctest.h>

#include "descent/descent.h"
#include "train/enumerators.h"

using namespace descent;
using namespace descent::train;

namespace {

std::string refusal_of(std::string_view wish) {
  try {
    make_optimizer(wish, 0.1, {{{zeros(2, {.requires_grad = true})}, 0}});
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("options of an optimizer are asked for by name") {
  const Tensor x = zeros(2, {.requires_grad = true}), y = zeros(3, {.requires_grad = true});
  const auto optimizer = make_optimizer("adam:betas.1=0.5,amsgrad,eps=1e-3", 0.1, {{{x}, 0.25}, {{}, 9}, {{y}, 0}});
  REQUIRE(optimizer->group_count() == 2);
  const StateDict state = optimizer->state_dict();
  CHECK(state.at("param_groups.0.lr").item() == 0.1);
  CHECK(state.at("param_groups.0.betas.0").item() == 0.9);
  CHECK(state.at("param_groups.0.betas.1").item() == 0.5);
  CHECK(state.at("param_groups.0.amsgrad").item<bool>());
  CHECK(state.at("param_groups.0.eps").item() == 1e-3);
  CHECK(state.at("param_groups.0.weight_decay").item() == 0.25);
  CHECK(state.at("param_groups.1.weight_decay").item() == 0);
  CHECK(find_optimizer("adamw:eps=1").decoupled_weight_decay);
}

TEST_CASE("an option that is an enumeration is asked for by the name of a value") {
  const Tensor x = zeros({2, 2}, {.requires_grad = true});
  const auto state_of = [&](const char* wish) { return make_optimizer(wish, 0.1, {{{x}, 0}})->state_dict(); };
  const auto searches = [&](const char* wish) {
    const auto optimizer = make_optimizer(wish, 0.1, {{{x}, 0}});
    return dynamic_cast<optim::LBFGS&>(*optimizer).options().line_search_fn;
  };
  CHECK(searches("lbfgs") == optim::LineSearch::strong_wolfe);
  CHECK(searches("lbfgs:line_search_fn=none") == optim::LineSearch::none);
  CHECK(searches("lbfgs:line_search_fn=strong_wolfe") == optim::LineSearch::strong_wolfe);
  CHECK_FALSE(state_of("muon:adjust_lr_fn=match_rms_adamw").empty());
  CHECK(refusal_of("lbfgs:line_search_fn=wolfe") ==
        "optimizer lbfgs: line_search_fn = 'wolfe' is none of none, strong_wolfe");
  CHECK(refusal_of("lbfgs:line_search_fn=1") == "optimizer lbfgs: line_search_fn = '1' is none of none, strong_wolfe");
}

TEST_CASE("enumerations know their names, in order") {
  CHECK(enumerator_names<Reduction>() == std::vector<std::string>{"none", "mean", "sum"});
  CHECK(enumerator_names<optim::lr_scheduler::DecayShape>() ==
        std::vector<std::string>{"linear", "cosine", "one_minus_sqrt"});
}

TEST_CASE("muon is for matrices, and the rest goes to AdamW") {
  const Tensor matrix = zeros({2, 3}, {.requires_grad = true}), vector = zeros(3, {.requires_grad = true});
  const auto optimizer = make_optimizer("muon:momentum=0.5", 0.1, {{{matrix, vector}, 0.25}});
  const StateDict state = optimizer->state_dict();
  CHECK(state.at("optimizers.0.param_groups.0.momentum").item() == 0.5);
  CHECK(state.at("optimizers.0.param_groups.0.lr").item() == 0.1);
  CHECK(state.at("optimizers.1.param_groups.0.betas.0").item() == 0.9);
  CHECK(state.at("optimizers.1.param_groups.0.weight_decay").item() == 0.25);
  CHECK(make_optimizer("muon", 0.1, {{{matrix}, 0}})->group_count() == 1);
}

TEST_CASE("what looks at all parameters together takes them in one group") {
  const Tensor x = zeros(2, {.requires_grad = true}), y = zeros(3, {.requires_grad = true});
  const auto optimizer = make_optimizer("polyak_sgd", 1, {{{x}, 0}, {{y}, 0.5}});
  CHECK(optimizer->group_count() == 1);
  CHECK(optimizer->parameters().size() == 2);
}

TEST_CASE("what is no optimizer, option or value is named") {
  CHECK(refusal_of("adamm") == "there is no optimizer 'adamm'; did you mean 'adam'?");
  CHECK(refusal_of("newton").starts_with("there is no optimizer 'newton'; there are adabelief, adadelta, adafactor, "));
  CHECK(refusal_of("") == "optimizer: there is no name in ''");
  CHECK(refusal_of("adam:eps=1,eps=2") == "optimizer adam: there are two values for 'eps'");
  CHECK(refusal_of("sgd:") == "optimizer sgd: wants OPTION=VALUE,... after the colon, not ''");
  CHECK(refusal_of("sgd:momentun=1") == "optimizer sgd: there is no option 'momentun'; did you mean 'momentum'?");
  CHECK(refusal_of("sgd:lr=1").starts_with("optimizer sgd: there is no option 'lr'"));
  CHECK(refusal_of("sgd:momentum=much") == "optimizer sgd: momentum = 'much' is not a number");
  CHECK(refusal_of("sgd:nesterov=1") == "optimizer sgd: nesterov = '1' is neither true nor false");
  CHECK(refusal_of("adam:betas.0=1") == "Adam: betas[0] = 1 must be at least 0 and below 1");
}
