#include "error_names.h"

using namespace descent;

TEST_CASE("errors of layers are in their names, or in those of the functions they are") {
  check_names_of_one("relu", [](const Tensor& x) { nn::ReLU()(x); });
  check_names_of_one("sigmoid", [](const Tensor& x) { nn::Sigmoid()(x); });
  check_names_of_one("tanh", [](const Tensor& x) { nn::Tanh()(x); });
  check_names_of_one("silu", [](const Tensor& x) { nn::SiLU()(x); });
  check_names_of_one("gelu", [](const Tensor& x) { nn::GELU()(x); });
  check_names_of_one("softplus", [](const Tensor& x) { nn::Softplus()(x); });
  check_names_of_one("leaky_relu", [](const Tensor& x) { nn::LeakyReLU()(x); });
  check_names_of_one("elu", [](const Tensor& x) { nn::ELU()(x); });
  check_names_of_one("softmax", [](const Tensor& x) { nn::Softmax(1)(x); });
  check_names_of_one("log_softmax", [](const Tensor& x) { nn::LogSoftmax(1)(x); });
  check_names_of_one("flatten", [](const Tensor& x) { nn::Flatten()(x); });
  check_names_of_one("Dropout", [](const Tensor& x) { nn::Dropout()(x); });
  check_names_of_one("Linear", [](const Tensor& x) { nn::Linear(5, 2)(x); });
  check_names_of_one("AdaptiveLogSoftmaxWithLoss", [](const Tensor& x) {
    nn::AdaptiveLogSoftmaxWithLoss(5, 10, {3})(x, tensor({1, 2}));
  });
}

TEST_CASE("a Linear says what it wants") {
  CHECK(error_of([] {
          nn::Linear(4, 5)(ones({2, 3}));
        }) == "Linear: the input has 3 features, the weight wants 4 (shapes [2, 3] and [5, 4])");
  CHECK(error_of([] { nn::Linear(3, 5)(Tensor()); }) == "Linear: the tensor is undefined");
  CHECK(error_of([] { nn::Linear(3, 5)(tensor(1.0)); }) == "Linear: the input is of rank 0; wanted [..., features]");
  CHECK(error_of([] {
          nn::Linear(3, 5)(tensor({1, 2, 3}));
        }) == "Linear: dtypes int64 and float32; both must be the same, and numbers");
}
