// Every schedule against PyTorch's, Optax's and Keras' over 200 steps: tests/golden/schedules.py.
#include "descent/optim/lr_scheduler.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "descent/descent.h"
#include "error_of.h"
#include "golden/golden.h"

using namespace descent;
using namespace descent::optim::lr_scheduler;

namespace {

using optim::Optimizer;

constexpr int kScheduleSteps = 200;
constexpr double kLrs[] = {0.1, 0.05, 0.3};

// A schedule of any class.
struct Schedule {
  std::function<void(double metric)> step;
  std::function<StateDict()> state_dict;
  std::function<void(const StateDict&)> load_state_dict;
  std::function<std::vector<double>()> last_lr;
};

template <class Scheduler>
Schedule hold(Scheduler made) {
  const auto scheduler = std::make_shared<Scheduler>(std::move(made));
  return {[=](double metric) {
            if constexpr (std::is_same_v<Scheduler, ReduceLROnPlateau>)
              scheduler->step(metric);
            else
              scheduler->step();
          },
          [=] { return scheduler->state_dict(); }, [=](const StateDict& state) { scheduler->load_state_dict(state); },
          [=] { return scheduler->get_last_lr(); }};
}

using MakeSchedule = std::function<Schedule(Optimizer&)>;

template <class Scheduler, class Options>
MakeSchedule with(const Options& options) {
  return [=](Optimizer& o) { return hold(Scheduler(o, options)); };
}

// The first of these numbers, as many as there are groups.
PerGroup each(const Optimizer& o, std::vector<double> values) {
  values.resize(o.group_count());
  return values;
}

double power(double base, std::int64_t exponent) { return std::pow(base, static_cast<double>(exponent)); }
double real(std::int64_t value) { return static_cast<double>(value); }

const std::map<std::string, MakeSchedule> kSchedules = {
    {"torch/lambda", with<LambdaLR>([](std::int64_t epoch) { return power(0.95, epoch); })},
    {"torch/lambda_each",
     [](Optimizer& o) {
       std::vector<LambdaLR::Lambda> lambdas = {[](std::int64_t e) { return 1 / real(1 + e); },
                                                [](std::int64_t) { return 0.5; },
                                                [](std::int64_t e) { return real(e) / 7; }};
       lambdas.resize(o.group_count());
       return hold(LambdaLR(o, lambdas));
     }},
    {"torch/multiplicative", with<MultiplicativeLR>([](std::int64_t epoch) { return 1 - 1 / real(epoch + 3); })},
    {"torch/step", with<StepLR>(StepLROptions{.step_size = 30, .gamma = 0.1})},
    {"torch/step_often", with<StepLR>(StepLROptions{.step_size = 3, .gamma = 0.9})},
    {"torch/multi_step", with<MultiStepLR>(MultiStepLROptions{.milestones = {30, 80, 80, 150}, .gamma = 0.3})},
    {"torch/multi_step_at_0", with<MultiStepLR>(MultiStepLROptions{.milestones = {0, 5}, .gamma = 0.7})},
    {"torch/constant", with<ConstantLR>(ConstantLROptions())},
    {"torch/constant_long", with<ConstantLR>(ConstantLROptions{.factor = 0.3, .total_iters = 40})},
    {"torch/linear", with<LinearLR>(LinearLROptions())},
    {"torch/linear_down",
     with<LinearLR>(LinearLROptions{.start_factor = 0.9, .end_factor = 0.0, .total_iters = 70})},
    {"torch/exponential", with<ExponentialLR>(ExponentialLROptions{.gamma = 0.97})},
    {"torch/polynomial", with<PolynomialLR>(PolynomialLROptions())},
    {"torch/polynomial_power", with<PolynomialLR>(PolynomialLROptions{.total_iters = 150, .power = 1.7})},
    {"torch/cosine", with<CosineAnnealingLR>(CosineAnnealingLROptions{.T_max = 200})},
    {"torch/cosine_again", with<CosineAnnealingLR>(CosineAnnealingLROptions{.T_max = 17, .eta_min = 0.01})},
    {"torch/restarts", with<CosineAnnealingWarmRestarts>(CosineAnnealingWarmRestartsOptions{.T_0 = 50})},
    {"torch/restarts_longer", with<CosineAnnealingWarmRestarts>(CosineAnnealingWarmRestartsOptions{
                                  .T_0 = 7, .T_mult = 2, .eta_min = 0.001})},
    {"torch/cyclic", with<CyclicLR>(CyclicLROptions{.base_lr = 0.001, .max_lr = 0.1, .step_size_up = 20})},
    {"torch/cyclic_down",
     [](Optimizer& o) {
       return hold(CyclicLR(o, {.base_lr = each(o, {0.01, 0.02, 0.03}),
                                .max_lr = each(o, {0.1, 0.3, 0.2}),
                                .step_size_up = 7,
                                .step_size_down = 11,
                                .mode = CyclicMode::triangular2,
                                .base_momentum = 0.7,
                                .max_momentum = 0.95}));
     }},
    {"torch/cyclic_exp_adam",
     with<CyclicLR>(CyclicLROptions{
         .base_lr = 0.001, .max_lr = 0.1, .step_size_up = 9, .mode = CyclicMode::exp_range, .gamma = 0.99})},
    {"torch/cyclic_scale", with<CyclicLR>(CyclicLROptions{.base_lr = 0.001,
                                                          .max_lr = 0.1,
                                                          .step_size_up = 9,
                                                          .scale_fn = [](std::int64_t c) { return 1 / real(c); },
                                                          .cycle_momentum = false})},
    {"torch/cyclic_scale_iterations",
     with<CyclicLR>(CyclicLROptions{.base_lr = 0.001,
                                    .max_lr = 0.1,
                                    .step_size_up = 9,
                                    .scale_fn = [](std::int64_t e) { return 1 / real(1 + e); },
                                    .scale_mode = ScaleMode::iterations})},
    {"torch/one_cycle", with<OneCycleLR>(OneCycleLROptions{.max_lr = 0.5, .total_steps = 200})},
    {"torch/one_cycle_linear_adam",
     [](Optimizer& o) {
       return hold(OneCycleLR(o, {.max_lr = each(o, {0.5, 0.1, 0.2}),
                                  .total_steps = 201,
                                  .anneal_strategy = AnnealStrategy::linear}));
     }},
    {"torch/one_cycle_three", with<OneCycleLR>(OneCycleLROptions{.max_lr = 0.5,
                                                                 .total_steps = 200,
                                                                 .pct_start = 0.4,
                                                                 .base_momentum = 0.8,
                                                                 .max_momentum = 0.9,
                                                                 .div_factor = 10,
                                                                 .final_div_factor = 100,
                                                                 .three_phase = true})},
    {"torch/one_cycle_no_rise",
     with<OneCycleLR>(
         OneCycleLROptions{.max_lr = 0.5, .total_steps = 210, .pct_start = 0.0, .cycle_momentum = false})},
    {"torch/plateau", with<ReduceLROnPlateau>(ReduceLROnPlateauOptions())},
    {"torch/plateau_max",
     [](Optimizer& o) {
       return hold(ReduceLROnPlateau(o, {.mode = PlateauMode::max,
                                         .factor = 0.5,
                                         .patience = 3,
                                         .threshold = 0.1,
                                         .cooldown = 4,
                                         .min_lr = each(o, {0.001, 0.002, 0.1})}));
     }},
    {"torch/plateau_abs", with<ReduceLROnPlateau>(ReduceLROnPlateauOptions{.factor = 0.7,
                                                                           .patience = 0,
                                                                           .threshold = 0.05,
                                                                           .threshold_mode = ThresholdMode::abs,
                                                                           .eps = 0.001})},
    {"torch/plateau_max_abs", with<ReduceLROnPlateau>(ReduceLROnPlateauOptions{.mode = PlateauMode::max,
                                                                               .factor = 0.7,
                                                                               .patience = 2,
                                                                               .threshold_mode = ThresholdMode::abs,
                                                                               .min_lr = 0.001})},
    {"torch/swa", with<SWALR>(SWALROptions{.swa_lr = 0.05})},
    {"torch/swa_linear",
     [](Optimizer& o) {
       return hold(SWALR(o, {.swa_lr = each(o, {0.05, 0.01, 0.5}),
                             .anneal_epochs = 40,
                             .anneal_strategy = AnnealStrategy::linear}));
     }},
    {"torch/swa_at_once", with<SWALR>(SWALROptions{.swa_lr = 0.02, .anneal_epochs = 0})},
    {"torch/chained",
     [](Optimizer& o) {
       return hold(ChainedScheduler(
           o, {ConstantLR(o, {.factor = 0.1, .total_iters = 20}), ExponentialLR(o, {.gamma = 0.9})}));
     }},
    {"torch/chained_three",
     [](Optimizer& o) {
       return hold(ChainedScheduler(o, {LinearLR(o, {.total_iters = 30}), CosineAnnealingLR(o, {.T_max = 40}),
                                        MultiStepLR(o, {.milestones = {50, 100}})}));
     }},
    {"torch/chained_polynomial",
     [](Optimizer& o) {
       return hold(ChainedScheduler(
           o, {PolynomialLR(o, {.total_iters = 180, .power = 2.0}), StepLR(o, {.step_size = 20, .gamma = 0.9}),
               MultiplicativeLR(o, [](std::int64_t) { return 0.999; })}));
     }},
    {"torch/sequential",
     [](Optimizer& o) {
       return hold(SequentialLR(
           o, {ConstantLR(o, {.factor = 0.1, .total_iters = 20}), ExponentialLR(o, {.gamma = 0.9})},
           {.milestones = {20}}));
     }},
    {"torch/sequential_cosine",
     [](Optimizer& o) {
       return hold(SequentialLR(o,
                                {LinearLR(o, {.start_factor = 0.01, .total_iters = 10}),
                                 CosineAnnealingLR(o, {.T_max = 190, .eta_min = 0.001})},
                                {.milestones = {10}}));
     }},
    {"torch/sequential_all",
     [](Optimizer& o) {
       return hold(SequentialLR(
           o,
           {LinearLR(o, {.total_iters = 10}), StepLR(o, {.step_size = 5}), MultiStepLR(o, {.milestones = {3, 9}}),
            PolynomialLR(o, {.total_iters = 15}), LambdaLR(o, [](std::int64_t e) { return 1 / real(2 + e); }),
            MultiplicativeLR(o, [](std::int64_t) { return 0.9; }),
            CosineAnnealingWarmRestarts(o, {.T_0 = 6, .T_mult = 2}), ConstantLR(o, {.factor = 0.2, .total_iters = 7}),
            SWALR(o, {.swa_lr = 0.03, .anneal_epochs = 20})},
           {.milestones = {20, 40, 60, 80, 90, 100, 140, 160}}));
     }},
    {"torch/sequential_cyclic",
     [](Optimizer& o) {
       return hold(SequentialLR(
           o,
           {LinearLR(o, {.total_iters = 10}), CyclicLR(o, {.base_lr = 0.001, .max_lr = 0.1, .step_size_up = 9})},
           {.milestones = {30}}));
     }},
    {"torch/chained_sequential",
     [](Optimizer& o) {
       return hold(ChainedScheduler(
           o, {SequentialLR(o, {LinearLR(o, {.total_iters = 10}), ExponentialLR(o, {.gamma = 0.95})},
                            {.milestones = {10}}),
               StepLR(o, {.step_size = 50, .gamma = 0.5})}));
     }},

    {"optax/linear_warmup",
     with<LinearWarmupLR>(LinearWarmupLROptions{.warmup_steps = 30, .start_factor = 0.1})},
    {"keras/inverse_time",
     with<InverseTimeDecayLR>(InverseTimeDecayLROptions{.decay_steps = 20, .decay_rate = 0.5})},
    {"keras/inverse_time_staircase",
     with<InverseTimeDecayLR>(
         InverseTimeDecayLROptions{.decay_steps = 20, .decay_rate = 0.5, .staircase = true})},
    {"formula/inverse_square_root",
     with<InverseSquareRootLR>(InverseSquareRootLROptions{.warmup_steps = 40})},
    {"formula/inverse_square_root_no_warmup",
     with<InverseSquareRootLR>(InverseSquareRootLROptions{.warmup_steps = 0})},
    {"optax/exponential_decay",
     with<ExponentialDecayLR>(ExponentialDecayLROptions{
         .transition_steps = 25, .decay_rate = 0.5, .transition_begin = 10, .end_factor = 0.05})},
    {"optax/exponential_decay_staircase",
     with<ExponentialDecayLR>(
         ExponentialDecayLROptions{.transition_steps = 25, .decay_rate = 0.5, .staircase = true})},
    {"optax/exponential_decay_up",
     with<ExponentialDecayLR>(
         ExponentialDecayLROptions{.transition_steps = 50, .decay_rate = 2.0, .end_factor = 3.0})},
    {"formula/wsd", with<WarmupStableDecayLR>(WarmupStableDecayLROptions{
                        .total_steps = 180, .warmup_steps = 20, .decay_steps = 40})},
    {"formula/wsd_linear",
     with<WarmupStableDecayLR>(WarmupStableDecayLROptions{.total_steps = 190,
                                                          .warmup_steps = 20,
                                                          .decay_steps = 50,
                                                          .start_factor = 0.1,
                                                          .end_factor = 0.2,
                                                          .decay = DecayShape::linear})},
    {"formula/wsd_cosine",
     with<WarmupStableDecayLR>(WarmupStableDecayLROptions{.total_steps = 200,
                                                          .warmup_steps = 0,
                                                          .decay_steps = 50,
                                                          .end_factor = 0.2,
                                                          .decay = DecayShape::cosine})},
    {"optax/warmup_cosine",
     with<WarmupCosineLR>(WarmupCosineLROptions{.total_steps = 180, .warmup_steps = 20, .end_factor = 0.1})},
    {"optax/warmup_cosine_exponent",
     with<WarmupCosineLR>(
         WarmupCosineLROptions{.total_steps = 150, .warmup_steps = 1, .start_factor = 0.1, .exponent = 2.0})},
    {"optax/cosine_decay",
     with<WarmupCosineLR>(
         WarmupCosineLROptions{.total_steps = 170, .warmup_steps = 0, .end_factor = 0.05, .exponent = 0.5})},
    {"optax/sgdr",
     with<SgdrLR>(SgdrLROptions{
         .cycles = {{.shape = {.total_steps = 40, .warmup_steps = 5}},
                    {.shape = {.total_steps = 60,
                               .warmup_steps = 10,
                               .start_factor = 0.1,
                               .end_factor = 0.2,
                               .exponent = 2.0},
                     .peak_factor = 0.5}}})},
    {"optax/piecewise_linear",
     with<PiecewiseInterpolateLR>(
         PiecewiseInterpolateLROptions{.boundaries = {20, 60, 180}, .scales = {3.0, 0.5, 0.1}})},
    {"optax/piecewise_cosine",
     with<PiecewiseInterpolateLR>(PiecewiseInterpolateLROptions{.boundaries = {20, 60, 180},
                                                                .scales = {3.0, 0.5, 0.1},
                                                                .interpolation = AnnealStrategy::cos})},
};

// An optimizer with momentum, whose groups have a parameter each.
std::unique_ptr<Optimizer> make_optimizer(const std::string& id, std::size_t groups) {
  const auto add_groups = [&](auto optimizer, auto options) {
    for (std::size_t group = 1; group < groups; ++group) {
      options.lr = kLrs[group];
      optimizer->add_group({zeros(1)}, options);
    }
    return optimizer;
  };
  if (id.ends_with("_adam")) {
    const optim::AdamOptions options{.lr = kLrs[0]};
    return add_groups(std::make_unique<optim::Adam>(optim::ParameterList{zeros(1)}, options), options);
  }
  const optim::SGDOptions options{.lr = kLrs[0], .momentum = 0.9};
  return add_groups(std::make_unique<optim::SGD>(optim::ParameterList{zeros(1)}, options), options);
}

std::vector<double> lrs_of(Optimizer& optimizer) {
  std::vector<double> lrs;
  for (std::size_t group = 0; group < optimizer.group_count(); ++group) lrs.push_back(optimizer.lr(group).value());
  return lrs;
}

std::vector<double> momenta_of(Optimizer& optimizer) {
  std::vector<double> momenta;
  for (std::size_t group = 0; group < optimizer.group_count(); ++group) {
    momenta.push_back(optimizer.momentum(group)->value());
  }
  return momenta;
}

// PyTorch computes as we do, in the same order: to the last bit. The others' arithmetic is only the same on paper.
bool equal_or_close(const std::string& id, const std::vector<double>& got, const std::vector<double>& wanted) {
  if (id.starts_with("torch/")) return got == wanted;
  for (std::size_t i = 0; i < got.size(); ++i) {
    if (!(std::abs(got[i] - wanted[i]) <= 1e-14)) return false;
  }
  return got.size() == wanted.size();
}

}  // namespace

TEST_CASE("200 steps of every schedule are the reference's") {
  const Golden golden("schedules");
  CHECK(golden.cases().size() == kSchedules.size());
  const auto metrics = golden["metrics"].to_vector<double>();
  for (const auto& golden_case : golden.cases()) {
    const std::string& id = golden_case.first;
    CAPTURE(id);
    for (const std::size_t groups : {1, 3}) {
      const auto optimizer = make_optimizer(id, groups);
      const Schedule schedule = kSchedules.at(id)(*optimizer);
      const auto row = [&](const char* what, int step) {
        auto values = golden[id + what][step].to_vector<double>();
        values.resize(groups);
        for (double& value : values) value = std::max(value, 0.0);  // PyTorch's linear_down rounds to -2e-18
        return values;
      };
      for (int step = 0; step <= kScheduleSteps; ++step) {
        CAPTURE(step);
        if (step > 0) schedule.step(metrics[static_cast<std::size_t>(step - 1)]);
        const auto lrs = lrs_of(*optimizer), wanted = row("/lr", step);
        REQUIRE_MESSAGE(equal_or_close(id, lrs, wanted), lrs[0], " where ", wanted[0], " is wanted");
        REQUIRE(schedule.last_lr() == lrs);
        if (golden.has(id + "/momentum"))
          REQUIRE(momenta_of(*optimizer) == row("/momentum", step));
        else
          REQUIRE(momenta_of(*optimizer) == std::vector<double>(groups, 0.9));
      }
    }
  }
}

TEST_CASE("the state dict of every schedule continues bit for bit") {
  const Golden golden("schedules");
  const auto metrics = golden["metrics"].to_vector<double>();
  for (const auto& entry : kSchedules) {
    const auto& id = entry.first;
    const auto& make = entry.second;
    CAPTURE(id);
    const auto optimizer = make_optimizer(id, 3), other = make_optimizer(id, 3);
    const Schedule schedule = make(*optimizer), loaded = make(*other);
    for (std::size_t step = 0; step < 93; ++step) schedule.step(metrics[step]);
    loaded.load_state_dict(schedule.state_dict());
    other->load_state_dict(optimizer->state_dict());
    CHECK(loaded.last_lr() == schedule.last_lr());
    for (std::size_t step = 93; step < kScheduleSteps; ++step) {
      schedule.step(metrics[step]);
      loaded.step(metrics[step]);
      REQUIRE(lrs_of(*other) == lrs_of(*optimizer));
      REQUIRE(momenta_of(*other) == momenta_of(*optimizer));
    }
  }
}

TEST_CASE("schedules refuse what is out of bounds") {
  optim::SGD o({zeros(1)}, {.lr = 0.1, .momentum = 0.5});
  o.add_group({zeros(1)}, {.lr = 0.2});
  const auto message = [&](const auto& make) { return error_of([&] { make(); }); };
  CHECK(message([&] { StepLR(o, {.step_size = 0}); }) == "StepLR: step_size = 0 must be at least 1");
  CHECK(message([&] { StepLR(o, {.step_size = 1, .gamma = -1}); }) == "StepLR: gamma = -1 must be at least 0");
  CHECK(message([&] { LambdaLR(o, std::vector<LambdaLR::Lambda>(3)); }) ==
        "LambdaLR: there are 3 functions for 2 groups");
  CHECK(message([&] { MultiStepLR(o, {.milestones = {}}); }) == "MultiStepLR: there are no milestones");
  CHECK(message([&] { MultiStepLR(o, {.milestones = {3, 5, 4}}); }) == "MultiStepLR: milestone 4 comes after 5");
  CHECK(message([&] { ConstantLR(o, {.factor = 0}); }) == "ConstantLR: factor = 0 must be above 0");
  CHECK(message([&] { ConstantLR(o, {.factor = 2}); }) == "ConstantLR: factor = 2 must be at most 1");
  CHECK(message([&] { LinearLR(o, {.start_factor = 0}); }) == "LinearLR: start_factor = 0 must be above 0");
  CHECK(message([&] { LinearLR(o, {.end_factor = 2}); }) ==
        "LinearLR: end_factor = 2 must be at least 0 and at most 1");
  CHECK(message([&] { ExponentialLR(o, {.gamma = std::nan("")}); }) == "ExponentialLR: gamma = nan must be at least 0");
  CHECK(message([&] { PolynomialLR(o, {.total_iters = 0}); }) == "PolynomialLR: total_iters = 0 must be at least 1");
  CHECK(message([&] { CosineAnnealingLR(o, {.T_max = 0}); }) == "CosineAnnealingLR: T_max = 0 must be at least 1");
  CHECK(message([&] { CosineAnnealingWarmRestarts(o, {.T_0 = 1, .T_mult = 0}); }) ==
        "CosineAnnealingWarmRestarts: T_mult = 0 must be at least 1");
  CHECK(message([&] {
          CyclicLR(o, {.base_lr = {0.1, 0.2, 0.3}, .max_lr = 1});
        }) == "CyclicLR: base_lr has 3 values for 2 groups");
  CHECK(message([&] {
          CyclicLR(o, {.base_lr = {0.1, -0.2}, .max_lr = 1});
        }) == "CyclicLR: base_lr = -0.2 must be at least 0");
  CHECK(message([&] { CyclicLR(o, {.base_lr = 0.1, .max_lr = 1, .step_size_down = 0}); }) ==
        "CyclicLR: step_size_down = 0 must be at least 1");
  optim::Adagrad no_momentum({zeros(1)});
  CHECK(message([&] { OneCycleLR(no_momentum, {.max_lr = 1, .total_steps = 10}); }) ==
        "OneCycleLR: the optimizer has no momentum to cycle; cycle_momentum = false leaves it alone");
  CHECK(message([&] { OneCycleLR(o, {.max_lr = 1, .total_steps = 0}); }) ==
        "OneCycleLR: total_steps = 0 must be at least 1");
  CHECK(message([&] { OneCycleLR(o, {.max_lr = 1, .total_steps = 9, .pct_start = 1.5}); }) ==
        "OneCycleLR: pct_start = 1.5 must be at least 0 and at most 1");
  CHECK(message([&] { ReduceLROnPlateau(o, {.factor = 1}); }) ==
        "ReduceLROnPlateau: factor = 1 must be at least 0 and below 1");
  CHECK(message([&] { SWALR(o, {.swa_lr = 0.1, .anneal_epochs = -1}); }) ==
        "SWALR: anneal_epochs = -1 must be at least 0");
  CHECK(message([&] { ChainedScheduler(o, {}); }) == "ChainedScheduler: there are no schedules");
  CHECK(message([&] { ChainedScheduler(no_momentum, {StepLR(o, {.step_size = 1})}); }) ==
        "ChainedScheduler: schedule 0 is for another optimizer");
  CHECK(message([&] { SequentialLR(o, {StepLR(o, {.step_size = 1})}, {.milestones = {1}}); }) ==
        "SequentialLR: there are 1 milestones for 1 schedules; wanted one fewer than schedules");
  CHECK(message([&] { WarmupCosineLR(o, {.total_steps = 5, .warmup_steps = 5}); }) ==
        "WarmupCosineLR: total_steps = 5 must be above 5");
  CHECK(message([&] { WarmupStableDecayLR(o, {.total_steps = 5, .warmup_steps = 5, .decay_steps = 2}); }) ==
        "WarmupStableDecayLR: total_steps = 5 must be at least warmup_steps + decay_steps = 7");
  CHECK(message([&] { SgdrLR(o, {.cycles = {}}); }) == "SgdrLR: there are no cycles");
  CHECK(message([&] { PiecewiseInterpolateLR(o, {.boundaries = {}, .scales = {}}); }) ==
        "PiecewiseInterpolateLR: there are no boundaries");
  CHECK(message([&] {
          PiecewiseInterpolateLR(o, {.boundaries = {1, 2}, .scales = {1}});
        }) == "PiecewiseInterpolateLR: there are 1 scales for 2 boundaries");
  CHECK(message([&] {
          PiecewiseInterpolateLR(o, {.boundaries = {2, 2}, .scales = {1, 1}});
        }) == "PiecewiseInterpolateLR: boundary 2 comes after 2");
  CHECK(lrs_of(o) == std::vector<double>{0.1, 0.2});
  CHECK(o.momentum()->value() == 0.5);
}

TEST_CASE("OneCycleLR refuses to go past its last step, and changes nothing then") {
  optim::SGD o({zeros(1)}, {.lr = 0.1, .momentum = 0.5});
  OneCycleLR scheduler(o, {.max_lr = 1, .total_steps = 3});
  for (int i = 0; i < 3; ++i) scheduler.step();
  const double lr = o.lr().value();
  CHECK(error_of([&] { scheduler.step(); }) == "OneCycleLR: step 4 is past total_steps = 3");
  CHECK(scheduler.last_epoch() == 3);
  CHECK(o.lr().value() == lr);
}

TEST_CASE("a state dict of another schedule is an error that changes nothing") {
  optim::SGD o({zeros(1)}, {.lr = 0.1});
  SequentialLR scheduler(o, {ConstantLR(o), ExponentialLR(o, {.gamma = 0.5})}, {.milestones = {2}});
  scheduler.step();
  StateDict state = scheduler.state_dict();
  CHECK(state.at("schedulers.0.last_epoch").item<int>() == 1);
  state["last_epoch"] = tensor(7);
  state.erase("schedulers.1.last_lr");
  CHECK(error_of([&] { scheduler.load_state_dict(state); }) ==
        "SequentialLR: load_state_dict: missing schedulers.1.last_lr");
  CHECK(scheduler.last_epoch() == 1);
}

TEST_CASE("schedules in schedules begin where they are put") {
  optim::SGD o({zeros(1)}, {.lr = 1});
  const auto fall = [&] {
    return ChainedScheduler(o, {ExponentialLR(o, {.gamma = 0.5}), StepLR(o, {.step_size = 2, .gamma = 0.125})});
  };
  SequentialLR scheduler(o, {fall(), SequentialLR(o, {fall(), ConstantLR(o)}, {.milestones = {2}})},
                         {.milestones = {3}});
  std::vector<double> lrs = {o.lr().value()};
  for (int i = 0; i < 6; ++i) {
    scheduler.step();
    lrs.push_back(o.lr().value());
  }
  CHECK(lrs == std::vector<double>{1, 0.5, 0.03125, 1, 0.5, 1.0 / 3, 1.0 / 3});
}

// As the header of LRScheduler shows how to write one.
class InverseLR final : public LRScheduler {
 public:
  explicit InverseLR(Optimizer& optimizer) : LRScheduler("InverseLR", optimizer) { begin(); }

 private:
  double get_lr(std::size_t group) const override { return base_lr(group) / (1 + real(last_epoch())); }
};

TEST_CASE("a schedule of the user's own") {
  optim::SGD o({zeros(1)}, {.lr = 1});
  InverseLR scheduler(o);
  scheduler.step();
  scheduler.step();
  CHECK(o.lr().value() == 1.0 / 3);
  CHECK(scheduler.get_last_lr() == std::vector<double>{1.0 / 3});
  CHECK(scheduler.last_epoch() == 2);
}
