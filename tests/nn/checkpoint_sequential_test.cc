#include <descent/descent.h>
#include <doctest/doctest.h>

namespace descent {

TEST_CASE("checkpoint_sequential changes nothing but what is kept") {
  manual_seed(4);
  nn::Sequential model{nn::Linear(20, 30), relu, nn::Dropout(0.2), nn::Linear(30, 30), nn::Dropout(0.5),
                       nn::Linear(30, 2)};
  const Tensor x = randn({16, 20});
  const auto gradients = [&](const auto& forward) {
    manual_seed(7);
    model.zero_grad();
    sum(square(forward())).backward();
    std::vector<Tensor> result;
    for (const nn::Parameter& parameter : model.parameters()) result.push_back(parameter.grad());
    return result;
  };
  const std::vector<Tensor> plain = gradients([&] { return model(x); });
  for (const std::int64_t segments : {1, 2, 3, 4, 6}) {
    CAPTURE(segments);
    const std::vector<Tensor> found = gradients([&] { return checkpoint_sequential(model, segments, x); });
    for (std::size_t i = 0; i < plain.size(); ++i) CHECK(equal(found[i], plain[i]));
  }
  for (const std::int64_t segments : {0, 7}) {
    CHECK_THROWS_WITH_AS(checkpoint_sequential(model, segments, x),
                         doctest::Contains("segments of 6 layers; wanted 1 to 6"), Error);
  }
}

TEST_CASE("a slice of a Sequential shares its layers") {
  nn::Sequential model{nn::Linear(2, 3), relu, nn::Linear(3, 1)};
  const nn::Sequential last = model.slice(1, 3);
  CHECK(last.size() == 2);
  CHECK(last.at<nn::Linear>(1).weight.impl() == model.at<nn::Linear>(2).weight.impl());
  CHECK_THROWS_WITH_AS(model.slice(2, 4), "Sequential: there are no layers 2 to 4 among 3", Error);
}

}  // namespace descent
