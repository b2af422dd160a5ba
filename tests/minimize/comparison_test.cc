// Against SciPy, on the problems of Moré, Garbow and Hillstrom: each method solves as many, at no more evaluations in
// total on those that both solve. tests/golden/minimize.py says what counts.
#include <doctest/doctest.h>

#include <cmath>
#include <cstdio>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "descent/minimize.h"
#include "minimize/more_garbow_hillstrom.h"

using namespace descent;
using more_garbow_hillstrom::TestProblem;

namespace {

const nlohmann::json& golden() {
  static const nlohmann::json golden =
      nlohmann::json::parse(std::ifstream(std::string(DESCENT_SOURCE_DIR) + "/tests/golden/minimize.json"));
  return golden;
}

// No method stops early, as in the script.
const StoppingRules kNoStop = {.gradient_tolerance = 1e-9, .decrease_tolerance = 0, .max_evaluations = 5000};

// Counts what is evaluated until a value comes close to a minimum.
class Watch {
 public:
  explicit Watch(std::vector<double> minima) : minima_(std::move(minima)) {}

  // Wraps a function of x; `value` is what it says of the objective.
  Tensor operator()(const Tensor& x, const std::function<Tensor(const Tensor&)>& f,
                    const std::function<double(const Tensor&)>& value) {
    const Tensor y = 1 * x;  // not a leaf: its hook is called once in each backward pass
    const Tensor result = f(y);
    ++counts_.functions;
    const auto passes = std::make_shared<int>(0);
    result.register_hook([this, passes](const Tensor&) {
      if (++*passes == 1) ++counts_.gradients;
      return Tensor();
    });
    if (result.dim() == 0) {
      const auto visits = std::make_shared<int>(0);
      y.register_hook([this, visits](const Tensor&) {
        if (++*visits > 1) ++counts_.hessian_products;
        return Tensor();
      });
    }
    for (const double minimum : minima_) {
      const bool close = std::abs(value(result) - minimum) <= 1e-8 + 1e-6 * std::abs(minimum);
      if (close && !solved_) solved_ = counts_;
    }
    return result;
  }
  const Evaluations& counts() const { return counts_; }
  const std::optional<Evaluations>& solved() const { return solved_; }

 private:
  std::vector<double> minima_;
  Evaluations counts_;
  std::optional<Evaluations> solved_;
};

using Counts = std::vector<std::optional<Evaluations>>;

Counts counts_of(const nlohmann::json& rows) {
  Counts counts;
  for (const auto& row : rows) {
    counts.emplace_back();
    if (!row.is_null()) counts.back() = Evaluations{row[0], row[1], row[2]};
  }
  return counts;
}

Counts scipy(const char* method) { return counts_of(golden()["methods"][method]); }

Counts run(const Method& method) {
  Counts counts;
  std::size_t i = 0;
  for (const TestProblem& problem : more_garbow_hillstrom::problems()) {
    CAPTURE(problem.name);
    Watch watch(golden()["problems"][i++]["minima"]);
    const auto objective = [&](const Tensor& x) {
      return watch(
          x, [&](const Tensor& y) { return problem.objective(y); }, [](const Tensor& value) { return value.item(); });
    };
    const MinimizeResult result = minimize(objective, problem.start, {.method = method, .stop = kNoStop});
    CHECK(result.evaluations.functions == watch.counts().functions);
    CHECK(result.evaluations.gradients == watch.counts().gradients);
    CHECK(result.evaluations.hessian_products == watch.counts().hessian_products);
    counts.push_back(watch.solved());
  }
  return counts;
}

Counts run(const LeastSquaresMethod& method) {
  Counts counts;
  std::size_t i = 0;
  for (const TestProblem& problem : more_garbow_hillstrom::problems()) {
    CAPTURE(problem.name);
    Watch watch(golden()["problems"][i++]["minima"]);
    const auto residuals = [&](const Tensor& x) {
      return watch(x, problem.residuals, [](const Tensor& r) { return sum(square(r)).item(); });
    };
    const MinimizeResult result = least_squares(residuals, problem.start, {.method = method, .stop = kNoStop});
    CHECK(result.evaluations.functions == watch.counts().functions);
    CHECK(result.evaluations.gradients == watch.counts().gradients);
    counts.push_back(watch.solved());
  }
  return counts;
}

Counts run_bounded(const Method& method) {
  Counts counts;
  std::size_t i = 0;
  for (const TestProblem& problem : more_garbow_hillstrom::problems()) {
    Watch watch(std::vector<double>{golden()["bounded"]["minima"][i++]});
    const auto objective = [&](const Tensor& x) {
      return watch(
          x, [&](const Tensor& y) { return problem.objective(y); }, [](const Tensor& value) { return value.item(); });
    };
    const Tensor& start = problem.start;
    const Box bounds{start - 0.25 - abs(start) / 4, start + 0.5 + abs(start) / 2};
    minimize(objective, start, {.method = method, .bounds = bounds, .stop = kNoStop});
    counts.push_back(watch.solved());
  }
  return counts;
}

struct Comparison {
  int ours = 0, theirs = 0, both = 0;  // problems solved
  // On the problems that both solve: functions and gradients, and with them Hessian products.
  Evaluations our_counts, their_counts;
};

Comparison compare(const Counts& ours, const Counts& theirs) {
  REQUIRE(ours.size() == theirs.size());
  Comparison result;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    result.ours += ours[i].has_value();
    result.theirs += theirs[i].has_value();
    if (!ours[i] || !theirs[i]) continue;
    ++result.both;
    result.our_counts += *ours[i];
    result.their_counts += *theirs[i];
  }
  return result;
}

void check_not_behind(const Counts& ours, const Counts& theirs) {
  const Comparison c = compare(ours, theirs);
  CHECK(c.ours >= c.theirs);
  CHECK(c.both >= c.theirs - 1);
  CHECK(c.our_counts.functions + c.our_counts.gradients <= c.their_counts.functions + c.their_counts.gradients);
  CHECK(c.our_counts.total() <= c.their_counts.total());
}

void print(const char* name, const Counts& ours, const char* their_name, const Counts& theirs) {
  const Comparison c = compare(ours, theirs);
  const auto cost = [](const Evaluations& e) { return static_cast<int>(e.functions + e.gradients); };
  std::printf("| %s | %d | %s | %d | %d | %d, %d | %d, %d |\n", name, c.ours, their_name, c.theirs, c.both,
              cost(c.our_counts), static_cast<int>(c.our_counts.hessian_products), cost(c.their_counts),
              static_cast<int>(c.their_counts.hessian_products));
}

}  // namespace

TEST_CASE("the test problems are the script's") {
  const auto problems = more_garbow_hillstrom::problems();
  REQUIRE(problems.size() == 35);
  for (std::size_t i = 0; i < problems.size(); ++i) {
    CAPTURE(problems[i].name);
    const auto& wanted = golden()["problems"][i];
    CHECK(problems[i].name == wanted["name"]);
    const Tensor residuals = tensor(wanted["residuals"].get<std::vector<double>>());
    CHECK(allclose(problems[i].residuals(problems[i].start), residuals, 1e-12, 1e-14));
  }
}

TEST_CASE("LBFGS is not behind SciPy's L-BFGS-B and BFGS") {
  const Counts ours = run(method::LBFGS());
  check_not_behind(ours, scipy("L-BFGS-B"));
  check_not_behind(ours, scipy("BFGS"));
}

TEST_CASE("ConjugateGradient is not behind SciPy's CG") {
  check_not_behind(run(method::ConjugateGradient()), scipy("CG"));
}

TEST_CASE("NewtonCG is not behind SciPy's Newton-CG") { check_not_behind(run(method::NewtonCG()), scipy("Newton-CG")); }

TEST_CASE("TrustRegion is not behind SciPy's trust-ncg and trust-krylov") {
  const Counts ours = run(method::TrustRegion());
  check_not_behind(ours, scipy("trust-ncg"));
  check_not_behind(ours, scipy("trust-krylov"));
}

TEST_CASE("LevenbergMarquardt is not behind SciPy's least_squares") {
  const Counts ours = run(method::LevenbergMarquardt());
  check_not_behind(ours, scipy("least_squares lm"));
  check_not_behind(ours, scipy("least_squares trf"));
}

TEST_CASE("LBFGS within bounds is not behind SciPy's L-BFGS-B") {
  check_not_behind(run_bounded(method::LBFGS()), counts_of(golden()["bounded"]["L-BFGS-B"]));
}

// Prints the table of docs/minimize.md: tests_minimize --no-skip --test-case="the table of docs/minimize.md".
TEST_CASE("the table of docs/minimize.md" * doctest::skip()) {
  const Counts lbfgs = run(method::LBFGS()), trust_region = run(method::TrustRegion());
  print("`LBFGS`", lbfgs, "L-BFGS-B", scipy("L-BFGS-B"));
  print("", lbfgs, "BFGS", scipy("BFGS"));
  print("`LBFGS` in bounds", run_bounded(method::LBFGS()), "L-BFGS-B in bounds",
        counts_of(golden()["bounded"]["L-BFGS-B"]));
  print("`ConjugateGradient`", run(method::ConjugateGradient()), "CG", scipy("CG"));
  print("`GradientDescent`", run(method::GradientDescent()), "CG", scipy("CG"));
  print("`NewtonCG`", run(method::NewtonCG()), "Newton-CG", scipy("Newton-CG"));
  print("`TrustRegion`", trust_region, "trust-ncg", scipy("trust-ncg"));
  print("", trust_region, "trust-krylov", scipy("trust-krylov"));
  const Counts lm = run(LeastSquaresMethod(method::LevenbergMarquardt()));
  const Counts scaled = run(LeastSquaresMethod(method::LevenbergMarquardt{.scale_variables = true}));
  const Counts gauss_newton = run(LeastSquaresMethod(method::GaussNewton()));
  print("`LevenbergMarquardt`", lm, "least_squares lm", scipy("least_squares lm"));
  print("", lm, "least_squares trf", scipy("least_squares trf"));
  print("with `scale_variables`", scaled, "least_squares lm", scipy("least_squares lm"));
  print("`GaussNewton`", gauss_newton, "least_squares lm", scipy("least_squares lm"));
}
