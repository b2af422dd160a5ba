// What functions draw against PyTorch's: tests/golden/random_functions.py.
#include <functional>
#include <map>
#include <string>

#include "error_names.h"
#include "golden/golden.h"
#include "ops/gradients.h"

namespace descent {

TEST_CASE("what functions draw is what PyTorch gives") {
  using Function = std::function<Tensor(const Tensor& x, PythonCall& call)>;
  const std::map<std::string, Function> functions = {
      {"F.dropout", [](const Tensor& x, PythonCall& call) { return dropout(x, call.take("p", 0.5)); }},
      {"F.dropout1d", [](const Tensor& x, PythonCall& call) { return dropout1d(x, call.take("p", 0.5)); }},
      {"F.dropout2d", [](const Tensor& x, PythonCall& call) { return dropout2d(x, call.take("p", 0.5)); }},
      {"F.dropout3d", [](const Tensor& x, PythonCall& call) { return dropout3d(x, call.take("p", 0.5)); }},
      {"F.alpha_dropout",
       [](const Tensor& x, PythonCall& call) {
         return alpha_dropout(x, call.take("p", 0.5), call.take("training", false));
       }},
      {"F.feature_alpha_dropout",
       [](const Tensor& x, PythonCall& call) {
         return feature_alpha_dropout(x, call.take("p", 0.5), call.take("training", false));
       }},
      {"F.rrelu",
       [](const Tensor& x, PythonCall& call) {
         return rrelu(x, call.take("lower", 1.0 / 8), call.take("upper", 1.0 / 3), call.take("training", false));
       }},
  };
  const Golden golden("random_functions");
  for (const auto& golden_case : golden.cases()) {
    const std::string &id = golden_case.first, &code = golden_case.second;
    CAPTURE(id);
    const auto statements = PythonCall::split(code, ';');
    manual_seed(std::stoull(PythonCall(statements.at(0)).arguments.at(0)));
    PythonCall call(statements.at(1));
    const Tensor got = functions.at(call.function)(golden[id + "/in"], call), &wanted = golden[id + "/out"];
    CHECK(got.sizes() == wanted.sizes());
    CHECK(got.dtype() == wanted.dtype());
    CHECK(allclose(got, wanted, got.dtype() == float32 ? 3e-7 : 1e-15, got.dtype() == float32 ? 1e-7 : 1e-16));
  }
}

TEST_CASE("what functions draw comes from the generator that they are given") {
  const Tensor x = gradients::spread({20, 30});
  Generator one(7), other(7);
  CHECK(equal(dropout(x, 0.5, true, one), dropout(x, 0.5, true, other)));
  CHECK(equal(rrelu(x, 0.25, 0.5, true, one), rrelu(x, 0.25, 0.5, true, other)));
  CHECK(!equal(alpha_dropout(x, 0.5, true, one), alpha_dropout(x, 0.5, true, one)));
}

TEST_CASE("gradients of what functions draw") {
  const auto seeded = [](const auto& f) {
    return [f](const std::vector<Tensor>& in) {
      Generator generator(5);
      return square(f(in[0], generator));
    };
  };
  const Tensor x = gradients::spread({2, 3, 4});
  gradients::check("dropout", seeded([](const Tensor& x, Generator& g) { return dropout(x, 0.5, true, g); }), {x});
  gradients::check("dropout1d", seeded([](const Tensor& x, Generator& g) { return dropout1d(x, 0.5, true, g); }), {x});
  gradients::check("alpha_dropout",
                   seeded([](const Tensor& x, Generator& g) { return alpha_dropout(x, 0.5, true, g); }), {x});
  gradients::check("rrelu", seeded([](const Tensor& x, Generator& g) { return rrelu(x, 0.25, 0.5, true, g); }), {x});
}

TEST_CASE("dropout draws anew in each run of a compiled step") {
  const Tensor x = ones({8, 16});
  const auto drawn = [](const Tensor& x) { return dropout1d(x) + rrelu(-x, 0.1, 0.2, true); };
  auto step = compile(drawn);
  manual_seed(3);
  std::vector<Tensor> wanted;
  for (int i = 0; i < 3; ++i) wanted.push_back(drawn(x));
  manual_seed(3);
  for (int i = 0; i < 3; ++i) CHECK(equal(step(x), wanted[static_cast<std::size_t>(i)]));
}

TEST_CASE("errors of functions that draw are in their names") {
  DESCENT_OF_ONE(dropout);
  DESCENT_OF_ONE(dropout1d);
  DESCENT_OF_ONE(dropout2d);
  DESCENT_OF_ONE(dropout3d);
  check_names_of_one("alpha_dropout", [](const Tensor& x) { alpha_dropout(x, 0.5, true); });
  check_names_of_one("feature_alpha_dropout", [](const Tensor& x) { feature_alpha_dropout(x, 0.5, true); });
  CHECK(error_of([] { dropout(ones(3), 1.5); }) == "dropout: p = 1.5 must be at least 0 and at most 1");
  CHECK(error_of([] { dropout1d(ones(3)); }) == "dropout1d: the input is of shape [3]; wanted 2 or 3 dimensions");
  CHECK(error_of([] {
          dropout2d(ones({3, 2}));
        }) == "dropout2d: the input is of shape [3, 2]; wanted 3 or 4 dimensions");
  CHECK(error_of([] { feature_alpha_dropout(ones(3), 0.5, true); }) ==
        "feature_alpha_dropout: the input is of shape [3]; wanted [N, C, ...]");
}

}  // namespace descent
