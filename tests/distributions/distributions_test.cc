// Distributions against PyTorch's: tests/golden/distributions.py and distribution_samples.py.
#include <cmath>

#include "error_of.h"
#include "golden/golden_table.h"
#include "ops/gradients.h"

namespace descent::distributions {
namespace {

using golden::Outputs;

#define STATISTICS(python, cpp)                                                                                     \
  DESCENT_EXPRESSION("D." python ".entropy()", cpp.entropy()), DESCENT_EXPRESSION("D." python ".mean", cpp.mean()), \
      DESCENT_EXPRESSION("D." python ".variance", cpp.variance()),                                                  \
      DESCENT_EXPRESSION("D." python ".stddev", cpp.stddev()), DESCENT_EXPRESSION("D." python ".mode", cpp.mode())
#define OF_TWO(name)                                                           \
  DESCENT_EXPRESSION("D." #name "(a, b).log_prob(c)", name(a, b).log_prob(c)), \
      DESCENT_EXPRESSION("D." #name "(a, b).cdf(c)", name(a, b).cdf(c)),       \
      DESCENT_EXPRESSION("D." #name "(a, b).icdf(d)", name(a, b).icdf(d)), STATISTICS(#name "(a, b)", name(a, b))
#define OF_ONE(name)                                                                                   \
  DESCENT_EXPRESSION("D." #name "(a).log_prob(b)", name(a).log_prob(b)),                               \
      DESCENT_EXPRESSION("D." #name "(a).cdf(b)", name(a).cdf(b)),                                     \
      DESCENT_EXPRESSION("D." #name "(a).icdf(c)", name(a).icdf(c)), STATISTICS(#name "(a)", name(a)), \
      DESCENT_EXPRESSION("D.kl_divergence(D." #name "(a), D." #name "(b))", kl_divergence(name(a), name(b)))
#define OF_FORM(name, form, other)                                                              \
  DESCENT_EXPRESSION("D." #name "(" #form "=a).log_prob(b)", name({.form = a}).log_prob(b)),    \
      STATISTICS(#name "(" #form "=a)", name({.form = a})),                                     \
      DESCENT_EXPRESSION("D." #name "(" #form "=a)." #other, name({.form = a}).other()),        \
      DESCENT_EXPRESSION("D.kl_divergence(D." #name "(" #form "=a), D." #name "(" #form "=b))", \
                         kl_divergence(name({.form = a}), name({.form = b})))
#define OF_PROBABILITIES(name) OF_FORM(name, probs, logits), OF_FORM(name, logits, probs)
#define SUPPORT(name) \
  DESCENT_EXPRESSION("D." #name "(probs=a).enumerate_support()", name({.probs = a}).enumerate_support())
#define DIVERGENCE(p, q) \
  DESCENT_EXPRESSION("D.kl_divergence(D." #p "(a, b), D." #q "(c, d))", kl_divergence(p(a, b), q(c, d)))

golden::Family densities() {
  return {
      .stem = "distributions",
      .expressions =
          {OF_TWO(Normal),
           OF_TWO(LogNormal),
           OF_TWO(Uniform),
           OF_TWO(Laplace),
           OF_TWO(Gumbel),
           OF_TWO(Cauchy),
           OF_ONE(HalfNormal),
           OF_ONE(Exponential),
           DESCENT_EXPRESSION("D.Normal(0.5, 2.0).log_prob(a)", Normal(0.5, 2.0).log_prob(a)),
           DESCENT_EXPRESSION("D.Normal(a, b).expand((2, 3)).log_prob(c)", Normal(a, b).expand({2, 3}).log_prob(c)),
           DESCENT_EXPRESSION("D.Poisson(a).log_prob(b)", Poisson(a).log_prob(b)),
           DESCENT_EXPRESSION("D.Poisson(a).mean", Poisson(a).mean()),
           DESCENT_EXPRESSION("D.Poisson(a).variance", Poisson(a).variance()),
           DESCENT_EXPRESSION("D.Poisson(a).stddev", Poisson(a).stddev()),
           DESCENT_EXPRESSION("D.Poisson(a).mode", Poisson(a).mode()),
           DESCENT_EXPRESSION("D.kl_divergence(D.Poisson(a), D.Poisson(b))", kl_divergence(Poisson(a), Poisson(b))),
           OF_PROBABILITIES(Bernoulli),
           OF_PROBABILITIES(Geometric),
           OF_PROBABILITIES(Categorical),
           OF_PROBABILITIES(OneHotCategorical),
           SUPPORT(Bernoulli),
           SUPPORT(Categorical),
           SUPPORT(OneHotCategorical),
           DESCENT_EXPRESSION("D.Independent(D.Normal(a, b), 1).log_prob(c)", Independent(Normal(a, b), 1).log_prob(c)),
           DESCENT_EXPRESSION("D.Independent(D.Normal(a, b), 2).entropy()", Independent(Normal(a, b), 2).entropy()),
           DESCENT_EXPRESSION("D.Independent(D.Normal(a, b), 1).mean", Independent(Normal(a, b), 1).mean()),
           DESCENT_EXPRESSION("D.Independent(D.Normal(a, b), 1).expand((4, 2)).log_prob(c)",
                              Independent(Normal(a, b), 1).expand({4, 2}).log_prob(c)),
           DIVERGENCE(Normal, Normal),
           DIVERGENCE(LogNormal, LogNormal),
           DIVERGENCE(Laplace, Laplace),
           DIVERGENCE(Gumbel, Gumbel),
           DIVERGENCE(Cauchy, Cauchy),
           DIVERGENCE(Uniform, Uniform),
           DIVERGENCE(Gumbel, Normal),
           DIVERGENCE(Laplace, Normal),
           DIVERGENCE(Uniform, Normal),
           DIVERGENCE(Normal, Gumbel),
           DIVERGENCE(Normal, Laplace),
           DESCENT_EXPRESSION("D.kl_divergence(D.Exponential(a), D.Normal(b, c))",
                              kl_divergence(Exponential(a), Normal(b, c))),
           DESCENT_EXPRESSION("D.kl_divergence(D.Independent(D.Normal(a, b), 1), D.Independent(D.Normal(c, d), 1))",
                              kl_divergence(Independent(Normal(a, b), 1), Independent(Normal(c, d), 1)))},
      // A small difference of large numbers.
      .tolerances = {{"kl_Geometric", {1e-6, 1e-9, false}}},
  };
}

#define SAMPLES(python, cpp)                                                                                       \
  DESCENT_EXPRESSION("(torch.manual_seed(7), D." python ".sample(()))[1]", (manual_seed(7), cpp.sample())),        \
      DESCENT_EXPRESSION("(torch.manual_seed(7), D." python ".sample((4,)))[1]", (manual_seed(7), cpp.sample(4))), \
      DESCENT_EXPRESSION("(torch.manual_seed(7), D." python ".sample((50,)))[1]", (manual_seed(7), cpp.sample(50)))
#define RSAMPLES(python, cpp) \
  SAMPLES(python, cpp),       \
      DESCENT_EXPRESSION("(torch.manual_seed(7), D." python ".rsample((5,)))[1]", (manual_seed(7), cpp.rsample(5)))
#define SAMPLES_OF(name) \
  SAMPLES(#name "(probs=a)", name({.probs = a})), SAMPLES(#name "(logits=a)", name({.logits = a}))

golden::Family samples() {
  return {
      .stem = "distribution_samples",
      .expressions = {RSAMPLES("Normal(a, b)", Normal(a, b)), RSAMPLES("LogNormal(a, b)", LogNormal(a, b)),
                      RSAMPLES("Uniform(a, b)", Uniform(a, b)), RSAMPLES("Laplace(a, b)", Laplace(a, b)),
                      RSAMPLES("Gumbel(a, b)", Gumbel(a, b)), RSAMPLES("Cauchy(a, b)", Cauchy(a, b)),
                      RSAMPLES("HalfNormal(a)", HalfNormal(a)), RSAMPLES("Exponential(a)", Exponential(a)),
                      SAMPLES_OF(Bernoulli), SAMPLES_OF(Geometric), SAMPLES_OF(Categorical),
                      SAMPLES_OF(OneHotCategorical), SAMPLES("Poisson(a)", Poisson(a)),
                      SAMPLES("Independent(D.Normal(a, b), 1)", Independent(Normal(a, b), 1))},
      // Bit for bit where no function of the C library or of exponentials stands between.
      .tolerances = {{"Gumbel", golden::gradient},  // log(-log(u)) has few digits near 0
                     {"Normal", golden::exact},
                     {"Uniform", golden::exact},
                     {"HalfNormal", golden::exact},
                     {"Independent", golden::exact},
                     {"Poisson", golden::exact},
                     {"Bernoulli_probs", golden::exact},
                     {"Bernoulli_logits", golden::exact},
                     {"Geometric_probs", golden::exact},
                     {"Geometric_logits", golden::exact},
                     {"Categorical_probs", golden::exact},
                     {"Categorical_logits", golden::exact},
                     {"OneHotCategorical_probs", golden::exact},
                     {"OneHotCategorical_logits", golden::exact}},
  };
}

Tensor numbers(const Dims& shape, double low, double high, double start = 0.31) {
  return gradients::spread(shape, low, high, start);
}

}  // namespace

TEST_CASE("distributions are what PyTorch gives") { golden::check_golden(densities()); }

TEST_CASE("distributions, of inputs of any kind") { golden::check_golden_with_any_inputs(densities()); }

TEST_CASE("samples are what PyTorch gives") { golden::check_golden(samples()); }

TEST_CASE("distributions, compiled") {
  CHECK(golden::check_golden_compiled(densities(), {.native = false}).empty());
  CHECK(golden::check_golden_exported(densities()).empty());
}

TEST_CASE("gradients of distributions") {
  using gradients::check;
  const Tensor loc = numbers({3}, -1, 1), scale = numbers({2, 1}, 0.5, 1.5), value = numbers({2, 3}, -2, 2, 0.7);
  const auto both = []<class D>(const D& made, const auto& in) {
    return made.log_prob(in[2]) + made.entropy() * made.cdf(in[2]);
  };
  check("Normal", [&](const auto& in) { return both(Normal(in[0], in[1]), in); }, {loc, scale, value});
  check("Laplace", [&](const auto& in) { return both(Laplace(in[0], in[1]), in); }, {loc, scale, value});
  check("Gumbel", [&](const auto& in) { return both(Gumbel(in[0], in[1]), in); }, {loc, scale, value});
  check("Cauchy", [&](const auto& in) { return both(Cauchy(in[0], in[1]), in); }, {loc, scale, value});
  const Tensor above = numbers({2, 3}, 0.3, 2, 0.7);
  check("LogNormal", [&](const auto& in) { return both(LogNormal(in[0], in[1]), in); }, {loc, scale, above});
  check("HalfNormal", [&](const auto& in) { return both(HalfNormal(in[1]), in); }, {loc, scale, above});
  check("Exponential", [&](const auto& in) { return both(Exponential(in[1]), in); }, {loc, scale, above});
  check("Uniform", [&](const auto& in) { return both(Uniform(in[0] - 3, in[1] + 3), in); }, {loc, scale, value});
  const Tensor classes = tensor({{0, 2}, {1, 1}}), logits = numbers({2, 3}, -1, 1), probs = numbers({2, 3}, 0.2, 0.8);
  const auto of_classes = [&](const Categorical& made) { return made.log_prob(classes) * made.entropy(); };
  check("Categorical", [&](const auto& in) { return of_classes(Categorical({.logits = in[0]})); }, {logits});
  check("Categorical of probs", [&](const auto& in) { return of_classes(Categorical({.probs = in[0]})); }, {probs});
  const Tensor bits = tensor({{0.0, 1.0, 1.0}, {1.0, 0.0, 0.0}});
  check("Bernoulli",
        [&](const auto& in) {
          const Bernoulli made({.logits = in[0]});
          return made.log_prob(bits) * made.entropy();
        },
        {logits});
  check("Geometric",
        [&](const auto& in) {
          const Geometric made({.probs = in[0]});
          return made.log_prob(2 * bits) * made.entropy();
        },
        {probs});
  check("Poisson", [&](const auto& in) { return Poisson(in[0]).log_prob(2 * bits); }, {above});
  check("kl_divergence", [](const auto& in) { return kl_divergence(Normal(in[0], in[1]), Laplace(in[2], in[1])); },
        {loc, scale, value});
  check("rsample",
        [](const auto& in) {
          Generator generator(3);
          return LogNormal(in[0], in[1]).rsample(4, generator);
        },
        {loc, scale});
}

TEST_CASE("shapes of distributions") {
  const Tensor loc = numbers({3}, -1, 1), scale = numbers({2, 1}, 0.5, 1.5);
  const Normal normal(loc, scale);
  CHECK(normal.batch_shape() == Dims{2, 3});
  CHECK(normal.event_shape() == Dims{});
  CHECK(normal.sample().sizes() == Dims{2, 3});
  CHECK(normal.sample({5, 4}).sizes() == Dims{5, 4, 2, 3});
  CHECK(normal.sample(0).sizes() == Dims{0, 2, 3});
  CHECK(normal.expand({4, 2, 3}).sample(5).sizes() == Dims{5, 4, 2, 3});
  const Categorical categorical({.logits = zeros({2, 5})});
  CHECK(categorical.batch_shape() == Dims{2});
  CHECK(categorical.sample({3, 4}).sizes() == Dims{3, 4, 2});
  CHECK(categorical.sample(0).sizes() == Dims{0, 2});
  CHECK(categorical.expand({3, 2}).sample(4).sizes() == Dims{4, 3, 2});
  CHECK(Categorical({.probs = ones(5)}).sample().sizes() == Dims{});
  const OneHotCategorical hot({.logits = zeros({2, 5})});
  CHECK(hot.event_shape() == Dims{5});
  CHECK(hot.expand({3, 2}).sample(4).sizes() == Dims{4, 3, 2, 5});
  const Independent independent(normal, 1);
  CHECK(independent.batch_shape() == Dims{2});
  CHECK(independent.event_shape() == Dims{3});
  CHECK(independent.rsample(4).sizes() == Dims{4, 2, 3});
  CHECK(Normal(0, 1).sample(2).dtype() == float32);
  CHECK(Normal(0, scale).sample().dtype() == float64);
}

TEST_CASE("samples have no history, rsamples lead back to the parameters") {
  const Tensor loc = numbers({3}, -1, 1).requires_grad_();
  const Normal normal(loc, 2);
  CHECK_FALSE(normal.sample(2).requires_grad());
  CHECK(equal(grad({sum(normal.rsample(2))}, {loc})[0], full(3, 2.0, {.dtype = float64})));
  CHECK_FALSE(Categorical({.logits = loc}).has_rsample());
  Generator one(3), other(3);
  CHECK(equal(normal.sample(2, one), normal.rsample(2, other)));
}

TEST_CASE("a policy gradient") {
  // The better of two arms is found by its rewards.
  Generator generator(1);
  const WithGenerator with_generator(generator);
  const Tensor logits = zeros(2, {.requires_grad = true});
  optim::SGD optimizer({logits}, {.lr = 0.5});
  for (int i = 0; i < 100; ++i) {
    const Categorical policy({.logits = logits});
    const Tensor action = policy.sample(8);
    const Tensor loss = -mean(policy.log_prob(action) * action);
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
  }
  CHECK(Categorical({.logits = logits}).probs()[1].item() > 0.9);
}

TEST_CASE("a compiled step draws anew at each call") {
  Generator generator(1), other(1);
  const Tensor scale = tensor({1.0, 2.0}), loc = zeros(2);
  auto step = compile([=](const Tensor& x) { return Normal(loc, scale).rsample(3) + x; });
  const Tensor zero = zeros(1);
  for (int i = 0; i < 3; ++i) {
    const Tensor wanted = Normal(loc, scale).sample(3, other);
    const WithGenerator with_generator(generator);
    CHECK(equal(step(zero), wanted));
  }
}

TEST_CASE("what distributions refuse") {
  CHECK(error_of([] { Normal(0, -1); }) == "Normal: scale -1 at [] must be greater than 0");
  CHECK(error_of([] { Normal(tensor({0.0, NAN}), 1); }) == "Normal: loc nan at [1] must be a number");
  CHECK_NOTHROW(Normal(0, -1, /*validate_args=*/false));
  CHECK(error_of([] { Normal(zeros(2), ones(3)); }).starts_with("Normal: "));
  CHECK(error_of([] { Normal(tensor({0}), tensor({1})); }) == "Normal: wants floating point parameters, not int64");
  CHECK(error_of([] { Normal(0, 1).log_prob(Tensor()); }).starts_with("Normal: "));
  CHECK(error_of([] { Normal(zeros(2), 1).log_prob(zeros(3)); }).starts_with("Normal: "));
  CHECK(error_of([] { Uniform(tensor({1.0}), tensor({1.0})); }) == "Uniform: low 1 at [0] must be less than high");
  CHECK(error_of([] { Uniform(0, 1).log_prob(tensor({2.0})); }) == "Uniform: value 2 at [0] must be from low to high");
  CHECK(error_of([] { Exponential(1).log_prob(tensor({-1.0})); }) == "Exponential: value -1 at [0] must be at least 0");
  CHECK(error_of([] { LogNormal(0, 1).cdf(tensor({0.0})); }) == "LogNormal: value 0 at [0] must be greater than 0");
  CHECK(error_of([] { Bernoulli({}); }) == "Bernoulli: wants probs or logits, one of the two");
  CHECK(error_of([] { Bernoulli({.probs = 0.5, .logits = 0.5}); }) ==
        "Bernoulli: wants probs or logits, one of the two");
  CHECK(error_of([] { Bernoulli({.probs = tensor({1.5})}); }) ==
        "Bernoulli: probability 1.5 at [0] must be at least 0 and at most 1");
  CHECK(error_of([] { Bernoulli({.probs = 0.5}).log_prob(tensor({0.5})); }) ==
        "Bernoulli: value 0.5 at [0] must be 0 or 1");
  CHECK(error_of([] { Geometric({.probs = 0.0}); }) ==
        "Geometric: probability 0 at [] must be greater than 0 and at most 1");
  CHECK(error_of([] {
          Categorical({.logits = zeros(3)}).log_prob(tensor({0, 3}));
        }) == "Categorical: value 3 at [1] must be a class, from 0 to 2");
  CHECK(error_of([] { Categorical({.probs = 1.0}); }) ==
        "Categorical: the classes stand along the last dimension of the parameters; there is none");
  CHECK(error_of([] {
          Categorical({.probs = tensor({-1.0, 2.0})});
        }) == "Categorical: probability -1 at [0] must be at least 0 and at most 1");
  CHECK(error_of([] { OneHotCategorical({.probs = tensor({-1.0, 2.0})}); }).starts_with("OneHotCategorical: "));
  CHECK(error_of([] { OneHotCategorical({.probs = ones(2)}).log_prob(ones(2)); }) ==
        "OneHotCategorical: sum 2 at [] of a value must be 1");
  CHECK(error_of([] { Independent(Normal(zeros(3), 1), 2); }) ==
        "Independent: there are no 2 dimensions in a batch shape of [3]");
  CHECK(error_of([] { Categorical({.probs = ones(2)}).rsample(); }).starts_with("Categorical: has no rsample"));
  CHECK(error_of([] { Bernoulli({.probs = 0.5}).cdf(0); }) == "Bernoulli: has no cdf");
  CHECK(error_of([] {
          kl_divergence(Independent(Normal(zeros(3), 1), 1), Independent(Normal(zeros(3), 1), 0));
        }).starts_with("kl_divergence: "));
}

}  // namespace descent::distributions
