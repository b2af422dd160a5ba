// What tensors look like when printed, against PyTorch's own text.
#include <descent/descent.h>
#include <doctest/doctest.h>

#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

namespace descent {
namespace {

// A value of printing.json, where nan and the infinities are strings.
double number(const nlohmann::json& value) {
  if (value.is_boolean()) return value.get<bool>() ? 1 : 0;
  if (!value.is_string()) return value.get<double>();
  const auto text = value.get<std::string>();
  if (text == "nan") return std::numeric_limits<double>::quiet_NaN();
  return text == "inf" ? std::numeric_limits<double>::infinity() : -std::numeric_limits<double>::infinity();
}

Tensor golden_tensor(const nlohmann::json& record) {
  const Dims shape(record["shape"].get<std::vector<std::int64_t>>());
  const auto dtype = record["dtype"].get<std::string>();
  std::vector<double> reals;
  std::vector<std::int64_t> integers;
  for (const auto& value : record["values"]) {
    if (dtype == "int64")
      integers.push_back(value.get<std::int64_t>());
    else
      reals.push_back(number(value));
  }
  if (dtype == "int64") return tensor(std::span<const std::int64_t>(integers), shape);
  const DType type = dtype == "bool" ? boolean : dtype == "float32" ? float32 : float64;
  return tensor(std::span<const double>(reals), shape, {.dtype = type});
}

}  // namespace

TEST_CASE("tensors print as in PyTorch") {
  std::ifstream file(DESCENT_SOURCE_DIR "/tests/golden/printing.json");
  const auto records = nlohmann::json::parse(file);
  CHECK(records.size() > 300);
  for (const auto& record : records) {
    const auto id = record["id"].get<std::string>();
    CAPTURE(id);
    const Tensor x = golden_tensor(record);
    if (record["requires_grad"].get<bool>()) x.requires_grad_();
    const std::string before = record["parameter"].get<bool>() ? "Parameter containing:\n" : "";
    CHECK(before + to_string(x, {.dtype_prefix = "torch."}) == record["text"].get<std::string>());
  }
}

TEST_CASE("views print like copies") {
  const Tensor x = arange(12).reshape({3, 4});
  CHECK(to_string(x.t()) == to_string(x.t().clone()));
  CHECK(to_string(x(Slice(), Slice(1, 4, 2))) == "tensor([[ 1,  3],\n        [ 5,  7],\n        [ 9, 11]])");
  CHECK(to_string(tensor({1.5}).expand({2, 2})) == "tensor([[1.5000, 1.5000],\n        [1.5000, 1.5000]])");
  CHECK(to_string(arange(10000).reshape({100, 100}).t()) == to_string(arange(10000).reshape({100, 100}).t().clone()));
}

TEST_CASE("a result names the op that made it") {
  const Tensor x = tensor({1.0, 2.0}, {.requires_grad = true});
  CHECK(to_string(x * x) == "tensor([1., 4.], grad_fn=<MulBackward0>)");
  CHECK(to_string(flip(x, 0)) == "tensor([2., 1.], grad_fn=<FlipBackward0>)");
  CHECK(to_string(index_select(x, 0, tensor({1}))) == "tensor([2.], grad_fn=<IndexSelectBackward0>)");
  CHECK(to_string((x * x).detach()) == "tensor([1., 4.])");
}

TEST_CASE("a dtype prints under Descent's name for it unless another is asked for") {
  const Tensor x = tensor({1.0}, {.dtype = float64}), none = empty({0}, {.dtype = int64});
  CHECK(to_string(x) == "tensor([1.], dtype=float64)");
  CHECK(to_string(none) == "tensor([], dtype=int64)");
  CHECK(to_string(x, {.dtype_prefix = "torch."}) == "tensor([1.], dtype=torch.float64)");
  std::ostringstream out;
  out << x;
  CHECK(out.str() == "tensor([1.], dtype=float64)");
}

TEST_CASE("no tensor prints as None") { CHECK(to_string(Tensor()) == "None"); }

TEST_CASE("streams, dims and dtypes") {
  std::ostringstream out;
  out << tensor({true, false}) << ' ' << Dims{2, -1} << ' ' << Dims() << ' ' << float64 << ' ' << boolean;
  CHECK(out.str() == "tensor([ True, False]) [2, -1] [] float64 bool");
}

TEST_CASE("numel_of") {
  CHECK(numel_of({}) == 1);
  CHECK(numel_of({2, 3}) == 6);
  CHECK(numel_of({2, 0, 3}) == 0);
  CHECK_THROWS_WITH_AS(numel_of({2, -3}), "shape [2, -3] has a negative size", Error);
  const std::int64_t large = std::int64_t{1} << 40;
  CHECK_THROWS_WITH_AS(numel_of({large, large}),
                       "a tensor of shape [1099511627776, 1099511627776] has more elements than can be counted", Error);
  CHECK_THROWS_AS(numel_of({large, 0, large}), Error);
}

}  // namespace descent
