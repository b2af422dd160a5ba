// Small dtypes, which store numbers that are computed in others: against PyTorch (tests/golden/dtypes.py), in files,
// and in training.
#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <map>
#include <set>

#include "descent/descent.h"
#include "error_of.h"
#include "golden/golden.h"
#include "program/when_compiled.h"
#include "temporary_folder.h"

namespace descent {
namespace {

const std::vector<DType> kSmallTypes = {uint8, int8, int16, int32, float16, bfloat16};

// Equal, or NaN both, or neighbours in a type of few digits: a chain of roundings may go another way.
bool is_close(const Tensor& got, const Tensor& wanted, bool exact) {
  if (got.dtype() != wanted.dtype() || !(got.sizes() == wanted.sizes())) return false;
  const std::vector<double> x = got.to_vector<double>(), y = wanted.to_vector<double>();
  const double tolerance = exact || !is_floating_point(got.dtype()) ? 0 : 2 * epsilon_of(got.dtype());
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (x[i] == y[i] || (std::isnan(x[i]) && std::isnan(y[i]))) continue;
    if (!(std::abs(x[i] - y[i]) <= tolerance * std::abs(y[i]))) return false;
  }
  return true;
}

using Function = std::function<Tensor(const Tensor& a, const Tensor& b)>;

const std::map<std::string, Function> functions = {
    {"-a", [](auto& a, auto&) { return -a; }},
    {"torch.abs(a)", [](auto& a, auto&) { return abs(a); }},
    {"torch.exp(a / 64)", [](auto& a, auto&) { return exp(a / 64); }},
    {"torch.tanh(a)", [](auto& a, auto&) { return tanh(a); }},
    {"torch.sigmoid(a / 16)", [](auto& a, auto&) { return sigmoid(a / 16); }},
    {"torch.square(a)", [](auto& a, auto&) { return square(a); }},
    {"a.sum()", [](auto& a, auto&) { return a.sum(); }},
    {"a.mean(0)", [](auto& a, auto&) { return a.mean(0); }},
    {"torch.softmax(a, 0)", [](auto& a, auto&) { return softmax(a, 0); }},
    {"torch.cumsum(a, 0)", [](auto& a, auto&) { return cumsum(a, 0); }},
    {"torch.sort(a, stable=True)[0]", [](auto& a, auto&) { return sort(a).values; }},
    {"torch.amax(a, 0)", [](auto& a, auto&) { return amax(a, 0); }},
    {"torch.argmax(a)", [](auto& a, auto&) { return argmax(a); }},
    {"torch.prod(a[:3])", [](auto& a, auto&) { return prod(a(Slice(0, 3))); }},
    {"a[a.argsort(stable=True)]", [](auto& a, auto&) { return a(argsort(a)); }},
    {"torch.flip(a, (0,))", [](auto& a, auto&) { return flip(a, 0); }},
    {"a > 1", [](auto& a, auto&) { return a > 1; }},
    {"a * 2", [](auto& a, auto&) { return a * 2; }},
    {"a * 2.5", [](auto& a, auto&) { return a * 2.5; }},
    {"torch.cat((a, a))",
     [](auto& a, auto&) {
       return cat({a, a});
     }},
    {"torch.where(a > 0, a, a * 0)", [](auto& a, auto&) { return where(a > 0, a, a * 0); }},
    {"a + b", [](auto& a, auto& b) { return a + b; }},
    {"a * b", [](auto& a, auto& b) { return a * b; }},
    {"a - b", [](auto& a, auto& b) { return a - b; }},
    {"a / b", [](auto& a, auto& b) { return a / b; }},
    {"a == b", [](auto& a, auto& b) { return a == b; }},
    {"torch.maximum(a, b)", [](auto& a, auto& b) { return maximum(a, b); }},
    {"torch.minimum(a, b)", [](auto& a, auto& b) { return minimum(a, b); }},
    {"a @ b", [](auto& a, auto& b) { return matmul(a, b); }},
    {"F.linear(a, b)", [](auto& a, auto& b) { return linear(a, b); }},
    {"torch.sum(a, 1)", [](auto& a, auto&) { return sum(a, 1); }},
};

// Whose roundings may go another way.
const std::set<std::string> chains = {
    "torch.exp(a / 64)",  "torch.tanh(a)", "torch.sigmoid(a / 16)", "torch.softmax(a, 0)", "a.sum()", "a.mean(0)",
    "torch.cumsum(a, 0)", "a @ b",         "F.linear(a, b)",        "torch.sum(a, 1)"};

DType named(const std::string& name) {
  for (int i = 0; i < kDTypeCount; ++i) {
    if (name == kDTypes[i].name) return static_cast<DType>(i);
  }
  fail("no dtype ", name);
}

}  // namespace

TEST_CASE("every pattern of 16 bits is the number it stands for, and comes back") {
  for (int pattern = 0; pattern < 1 << 16; ++pattern) {
    const auto bits = static_cast<std::uint16_t>(pattern);
    const auto number = [&](int exponent_bits, int fraction_bits) {
      const int exponent = bits >> fraction_bits & ((1 << exponent_bits) - 1), bias = (1 << (exponent_bits - 1)) - 1;
      const int fraction = bits & ((1 << fraction_bits) - 1);
      double value = exponent == 0 ? std::ldexp(fraction, 1 - bias - fraction_bits)
                                   : std::ldexp(fraction + (1 << fraction_bits), exponent - bias - fraction_bits);
      if (exponent == (1 << exponent_bits) - 1) value = fraction == 0 ? INFINITY : NAN;
      return bits >> 15 ? -value : value;
    };
    Float16 half;
    BFloat16 brain;
    half.bits = brain.bits = bits;
    const double of_half = number(5, 10), of_brain = number(8, 7);
    const bool half_is_right = std::isnan(of_half) ? std::isnan(float(half)) : float(half) == of_half;
    const bool brain_is_right = std::isnan(of_brain) ? std::isnan(float(brain)) : float(brain) == of_brain;
    if (!half_is_right || !brain_is_right) FAIL_CHECK("pattern ", pattern);
    if (!std::isnan(of_half) && Float16(float(half)).bits != bits) FAIL_CHECK("pattern ", pattern, " as float16");
    if (!std::isnan(of_brain) && BFloat16(float(brain)).bits != bits) FAIL_CHECK("pattern ", pattern, " as bfloat16");
    if (std::isnan(of_half)) CHECK(std::isnan(float(Float16(float(half)))));
  }
}

TEST_CASE("small dtypes give what PyTorch gives") {
  const Golden golden("dtypes");
  std::set<std::string> used;
  for (const auto& golden_case : golden.cases()) {
    const std::string &id = golden_case.first, &python = golden_case.second;
    CAPTURE(id);
    CAPTURE(python);
    const Tensor a = golden[id + "/in0"], b = golden.has(id + "/in1") ? golden[id + "/in1"] : Tensor();
    Tensor got;
    if (python.starts_with("a.to(torch.")) {
      got = a.to(named(python.substr(11, python.size() - 12)));
    } else {
      const auto found = functions.find(python);
      REQUIRE(found != functions.end());
      CHECK_NOTHROW(got = found->second(a, b));
      used.insert(python);
    }
    REQUIRE(got.defined());
    if (!is_close(got, golden[id + "/out"], !chains.contains(python))) {
      FAIL_CHECK(id, ": ", python, " of ", a, ", ", b, " is\n", got, "\nnot\n", golden[id + "/out"]);
    }
  }
  CHECK(used.size() == functions.size());
}

TEST_CASE("small dtypes promote as in PyTorch") {
  CHECK(promoted(uint8, int8) == int16);
  CHECK(promoted(uint8, int32) == int32);
  CHECK(promoted(float16, bfloat16) == float32);
  CHECK(promoted(bfloat16, int64) == bfloat16);
  CHECK(promoted(float16, float32) == float32);
  CHECK((ones(2, {.dtype = float16}) + 1.5).dtype() == float16);
  CHECK((ones(2, {.dtype = int32}) + 1.5).dtype() == float32);
  CHECK((ones(2, {.dtype = uint8}) * 300).dtype() == uint8);
}

TEST_CASE("small dtypes are loaded and saved") {
  const TemporaryFolder folder;
  StateDict state;
  for (const DType dtype : kSmallTypes) state.emplace(name_of(dtype), tensor({{0, 1, 100}, {7, 8, 9}}).to(dtype).t());
  save(folder.path + "/small.safetensors", state);
  const StateDict loaded = load(folder.path + "/small.safetensors").tensors;
  for (const DType dtype : kSmallTypes) {
    CAPTURE(name_of(dtype));
    CHECK(loaded.at(name_of(dtype)).dtype() == dtype);
    CHECK(equal(loaded.at(name_of(dtype)), state.at(name_of(dtype))));
  }
}

TEST_CASE("small dtypes print with their names") {
  CHECK(to_string(tensor({1, 2}).to(int32)) == "tensor([1, 2], dtype=int32)");
  CHECK(to_string(tensor({1, 200}).to(uint8)) == "tensor([  1, 200], dtype=uint8)");
  CHECK(to_string(tensor({0.1, 2.0}).to(bfloat16)) == "tensor([0.1001, 2.0000], dtype=bfloat16)");
}

TEST_CASE("small dtypes are indexed, written and filled") {
  for (const DType dtype : kSmallTypes) {
    CAPTURE(name_of(dtype));
    const Tensor x = arange(6).to(dtype).reshape({2, 3});
    CHECK(equal(x(1, Slice(1)), tensor({4, 5}).to(dtype)));
    CHECK(equal(x(Slice(), tensor({2, 0}).to(int32)), tensor({{2, 0}, {5, 3}}).to(dtype)));
    x[0] = 7;
    x.index_put_({tensor({1, 1}), tensor({0, 0})}, tensor({1, 2}).to(dtype), true);
    CHECK(equal(x, tensor({{7, 7, 7}, {6, 4, 5}}).to(dtype)));
    x.add_(x);
    CHECK(equal(x.to(int64), tensor({{14, 14, 14}, {12, 8, 10}})));
    CHECK(x.sum().item() == 72);
    CHECK(x.to_vector<int>() == std::vector<int>{14, 14, 14, 12, 8, 10});
    CHECK(equal(zeros_like(x), full({2, 3}, 0, {.dtype = dtype})));
  }
  manual_seed(1);
  const Tensor drawn = rand(1000, {.dtype = float16});
  manual_seed(1);
  CHECK(equal(drawn, rand(1000).to(float16)));
}

TEST_CASE("gradients pass through small dtypes, and a model trains by copies of its weights") {
  manual_seed(2);
  const Tensor x = randn({64, 4}), y = matmul(x, randn({4, 1}));
  for (const DType dtype : {float16, bfloat16}) {
    CAPTURE(name_of(dtype));
    nn::Linear master(4, 1);
    optim::Adam adam(master.parameters(), {.lr = 0.05});
    double first = 0, last = 0;
    for (int step = 0; step < 200; ++step) {
      adam.zero_grad();
      const Tensor out = linear(x.to(dtype), master.weight.to(dtype), master.bias.to(dtype));
      CHECK(out.dtype() == dtype);
      const Tensor loss = mse_loss(out.to(float32), y);
      loss.backward();
      CHECK(master.weight.grad().dtype() == float32);
      adam.step();
      (step == 0 ? first : last) = loss.item();
    }
    CHECK(last < first * 1e-3);
  }
  // A leaf of a small dtype has gradients of its own.
  const Tensor leaf = tensor({1.0, 2.0}).to(bfloat16).requires_grad_();
  sum(leaf * leaf * 3).backward();
  CHECK(equal(leaf.grad(), tensor({6.0, 12.0}).to(bfloat16)));
}

TEST_CASE("small dtypes, compiled") {
  for (const DType dtype : kSmallTypes) {
    CAPTURE(name_of(dtype));
    const auto f = [](const std::vector<Tensor>& in) {
      return std::vector<Tensor>{cat({in[0] * in[1] + 3, in[0]}), sum(in[0]), maximum(in[0], in[1]),
                                 matmul(in[0], in[1])};
    };
    CHECK(difference_when_compiled(f, {arange(5).to(dtype), arange(5).to(dtype) - 2}, {.native = false}) == "");
    CHECK(difference_when_compiled(f, {arange(5).to(dtype), arange(5).to(dtype) - 2}, {}) == "");
  }
}

TEST_CASE("layers take half precision, and are about as good as in float32") {
  manual_seed(4);
  const Tensor x = randn({2, 4, 6, 6});
  const auto check = [](const char* name, auto layer, const Tensor& in) {
    CAPTURE(name);
    const Tensor wanted = layer(in);
    layer.to(bfloat16);
    const Tensor leaf = in.to(bfloat16).requires_grad_();
    const Tensor got = layer(leaf);
    CHECK(got.dtype() == bfloat16);
    CHECK(allclose(got.to(float32), wanted, 0.05, 0.05));
    got.sum().backward();
    CHECK(leaf.grad().dtype() == bfloat16);
  };
  check("Linear", nn::Linear(6, 3), x);
  check("Conv2d", nn::Conv2d(4, 3, 3), x);
  check("MaxPool2d", nn::MaxPool2d(2), x);
  check("LayerNorm", nn::LayerNorm(6), x);
  check("BatchNorm2d", nn::BatchNorm2d(4), x);
  check("GELU", nn::GELU(), x);
  nn::LSTM lstm(6, 5);
  const Tensor wanted = lstm(x[0]).first;
  lstm.to(float16);
  CHECK(allclose(lstm(x[0].to(float16)).first.to(float32), wanted, 0.01, 0.01));
  const Tensor attended = scaled_dot_product_attention(x, x, x);
  const Tensor half = x.to(float16);
  CHECK(allclose(scaled_dot_product_attention(half, half, half).to(float32), attended, 0.01, 0.01));
}

TEST_CASE("a module converts to half precision and back") {
  nn::Linear layer(3, 2);
  layer.to(bfloat16);
  CHECK(layer.weight.dtype() == bfloat16);
  CHECK(layer(ones({1, 3}, {.dtype = bfloat16})).dtype() == bfloat16);
  layer.to(float32);
  CHECK(layer(ones({1, 3})).dtype() == float32);
}

}  // namespace descent
