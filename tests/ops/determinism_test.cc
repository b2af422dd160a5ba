// The same bits on any number of threads and, matrix products aside, with any vector instruction set.
#include "determinism.h"

namespace descent {
namespace {

using determinism::fingerprint, determinism::Fingerprints;

struct Case {
  const char* name;
  std::function<Tensor(const Tensor& x, const Tensor& y)> f;  // of two matrices of numbers between 0 and 1
  bool is_matmul = false;
};

const std::vector<Case> cases = {
    {"add", [](const Tensor& x, const Tensor& y) { return x + y; }},
    {"diagonal", [](const Tensor& x, const Tensor& y) { return diagonal(x * y, 3); }},
    {"sub", [](const Tensor& x, const Tensor& y) { return x - y; }},
    {"mul", [](const Tensor& x, const Tensor& y) { return x * y; }},
    {"div", [](const Tensor& x, const Tensor& y) { return x / (y + 0.1); }},
    {"broadcast", [](const Tensor& x, const Tensor& y) { return x * y[0] + y(Slice(), Slice(0, 1)); }},
    {"transposed", [](const Tensor& x, const Tensor& y) { return x.t() * y.t() + x.t(); }},
    {"sliced", [](const Tensor& x, const Tensor& y) { return x(Slice(), Slice(1, 300, 3)) * y(Slice(), Slice(0, 100)); }},
    {"floor_divide", [](const Tensor& x, const Tensor& y) { return floor_divide(x, y + 0.01); }},
    {"remainder", [](const Tensor& x, const Tensor& y) { return remainder(x, y + 0.01); }},
    {"fmod", [](const Tensor& x, const Tensor& y) { return fmod(x, y + 0.01); }},
    {"pow", [](const Tensor& x, const Tensor& y) { return pow(x + 0.1, y * 5); }},
    {"pow, number", [](const Tensor& x, const Tensor&) { return pow(x + 0.1, 2.5); }},
    {"atan2", [](const Tensor& x, const Tensor& y) { return atan2(x, y - 0.5); }},
    {"hypot", [](const Tensor& x, const Tensor& y) { return hypot(x, y); }},
    {"copysign", [](const Tensor& x, const Tensor& y) { return copysign(x, y - 0.5); }},
    {"logaddexp", [](const Tensor& x, const Tensor& y) { return logaddexp(x * 9, y * 9); }},
    {"minimum", [](const Tensor& x, const Tensor& y) { return minimum(x, y); }},
    {"maximum", [](const Tensor& x, const Tensor& y) { return maximum(x, y); }},
    {"addcmul", [](const Tensor& x, const Tensor& y) { return addcmul(x, y, x); }},
    {"lerp", [](const Tensor& x, const Tensor& y) { return lerp(x, y, x); }},
    {"where", [](const Tensor& x, const Tensor& y) { return where(x < y, x, y * 2); }},
    {"clamp", [](const Tensor& x, const Tensor& y) { return clamp(x, 0.2, y); }},
    {"reciprocal", [](const Tensor& x, const Tensor&) { return reciprocal(x + 0.1); }},
    {"sqrt", [](const Tensor& x, const Tensor&) { return sqrt(x); }},
    {"cbrt", [](const Tensor& x, const Tensor&) { return cbrt(x); }},
    {"rsqrt", [](const Tensor& x, const Tensor&) { return rsqrt(x + 0.1); }},
    {"exp", [](const Tensor& x, const Tensor&) { return exp(x * 20 - 10); }},
    {"exp2", [](const Tensor& x, const Tensor&) { return exp2(x * 20 - 10); }},
    {"expm1", [](const Tensor& x, const Tensor&) { return expm1(x * 4 - 2); }},
    {"log", [](const Tensor& x, const Tensor&) { return log(x + 1e-3); }},
    {"log2", [](const Tensor& x, const Tensor&) { return log2(x + 1e-3); }},
    {"log10", [](const Tensor& x, const Tensor&) { return log10(x + 1e-3); }},
    {"log1p", [](const Tensor& x, const Tensor&) { return log1p(x * 4 - 0.5); }},
    {"sin", [](const Tensor& x, const Tensor&) { return sin(x * 100); }},
    {"cos", [](const Tensor& x, const Tensor&) { return cos(x * 100); }},
    {"tan", [](const Tensor& x, const Tensor&) { return tan(x); }},
    {"asin", [](const Tensor& x, const Tensor&) { return asin(x * 1.8 - 0.9); }},
    {"acos", [](const Tensor& x, const Tensor&) { return acos(x * 1.8 - 0.9); }},
    {"atan", [](const Tensor& x, const Tensor&) { return atan(x * 10 - 5); }},
    {"sinh", [](const Tensor& x, const Tensor&) { return sinh(x * 6 - 3); }},
    {"cosh", [](const Tensor& x, const Tensor&) { return cosh(x * 6 - 3); }},
    {"tanh", [](const Tensor& x, const Tensor&) { return tanh(x * 6 - 3); }},
    {"asinh", [](const Tensor& x, const Tensor&) { return asinh(x * 6 - 3); }},
    {"acosh", [](const Tensor& x, const Tensor&) { return acosh(x + 1.1); }},
    {"atanh", [](const Tensor& x, const Tensor&) { return atanh(x * 1.8 - 0.9); }},
    {"relu", [](const Tensor& x, const Tensor&) { return relu(x - 0.5); }},
    {"sigmoid", [](const Tensor& x, const Tensor&) { return sigmoid(x * 10 - 5); }},
    {"log_sigmoid", [](const Tensor& x, const Tensor&) { return log_sigmoid(x * 10 - 5); }},
    {"silu", [](const Tensor& x, const Tensor&) { return silu(x * 10 - 5); }},
    {"gelu", [](const Tensor& x, const Tensor&) { return gelu(x * 6 - 3); }},
    {"gelu tanh", [](const Tensor& x, const Tensor&) { return gelu(x * 6 - 3, Gelu::tanh); }},
    {"softplus", [](const Tensor& x, const Tensor&) { return softplus(x * 10 - 5); }},
    {"elu", [](const Tensor& x, const Tensor&) { return elu(x * 6 - 3); }},
    {"erf", [](const Tensor& x, const Tensor&) { return erf(x * 6 - 3); }},
    {"erfc", [](const Tensor& x, const Tensor&) { return erfc(x * 6 - 3); }},
    {"erfinv", [](const Tensor& x, const Tensor&) { return erfinv(x * 1.8 - 0.9); }},
    {"lgamma", [](const Tensor& x, const Tensor&) { return lgamma(x * 9 + 0.1); }},
    {"abs, sign, rounding",
     [](const Tensor& x, const Tensor& y) {
       return abs(x - y) + sign(x - 0.5) + floor(x * 9) + ceil(y * 9) + round(x * 5) + trunc(y * 5) + frac(x * 7);
     }},
    {"comparisons",
     [](const Tensor& x, const Tensor& y) { return ((x < y || x == y) && !(x >= 0.7)).to(x.dtype()) * x; }},
    {"sum", [](const Tensor& x, const Tensor&) { return sum(x); }},
    {"sum of rows", [](const Tensor& x, const Tensor& y) { return sum(x * y, 1); }},
    {"sum of columns", [](const Tensor& x, const Tensor& y) { return sum(x * y, 0); }},
    {"sum of columns of a transpose", [](const Tensor& x, const Tensor&) { return sum(x.t(), 0); }},
    {"mean", [](const Tensor& x, const Tensor&) { return mean(x); }},
    {"var", [](const Tensor& x, const Tensor&) { return var(x, 1); }},
    {"std", [](const Tensor& x, const Tensor&) { return standard_deviation(x); }},
    {"prod", [](const Tensor& x, const Tensor&) { return prod(x * 2, 1); }},
    {"cumsum", [](const Tensor& x, const Tensor&) { return cumsum(x, 1); }},
    {"cumsum of columns", [](const Tensor& x, const Tensor&) { return cumsum(x, 0); }},
    {"cumprod", [](const Tensor& x, const Tensor&) { return cumprod(x + 0.5, 0); }},
    {"amax", [](const Tensor& x, const Tensor&) { return amax(x, 0) + amin(x, 0); }},
    {"max along", [](const Tensor& x, const Tensor&) { return max(x, 1).values; }},
    {"argmax", [](const Tensor& x, const Tensor& y) { return x * argmax(y, 0); }},
    {"logsumexp", [](const Tensor& x, const Tensor&) { return logsumexp(x * 9, 1); }},
    {"norm", [](const Tensor& x, const Tensor&) { return norm(x, 3) + norm(x); }},
    {"softmax", [](const Tensor& x, const Tensor&) { return softmax(x * 9, 1); }},
    {"log_softmax", [](const Tensor& x, const Tensor&) { return log_softmax(x * 9, 1); }},
    {"log_softmax of columns", [](const Tensor& x, const Tensor&) { return log_softmax(x * 9, 0); }},
    {"sort", [](const Tensor& x, const Tensor&) { return sort(x, 1).values; }},
    {"topk", [](const Tensor& x, const Tensor&) { return topk(x, 17, 0).values; }},
    {"gather", [](const Tensor& x, const Tensor& y) { return gather(x, 1, argsort(y, 1)); }},
    {"scatter_add", [](const Tensor& x, const Tensor& y) { return scatter_add(x, 1, (y * 9).to(int64), y); }},
    {"index_select", [](const Tensor& x, const Tensor& y) { return index_select(x, 0, (y[0] * 9).to(int64)); }},
    {"masks", [](const Tensor& x, const Tensor& y) { return masked_fill(x, y > 0.5, -1) * sum(x(x > 0.3)); }},
    {"joining", [](const Tensor& x, const Tensor& y) { return roll(flip(cat({x, y}, 1), 1), 5, 0) * 2; }},
    {"triangles", [](const Tensor& x, const Tensor&) { return tril(x) * triu(x, -3); }},
    {"einsum without products of matrices", [](const Tensor& x, const Tensor& y) { return einsum("ij->j", {x * y}); }},
    {"scatter",
     [](const Tensor& x, const Tensor& y) {
       return scatter(x, 1, (y * 300).to(int64), y);
     }},
    {"scatter_reduce",
     [](const Tensor& x, const Tensor& y) {
       const Tensor at = (y * 99).to(int64);
       return scatter_reduce(x, 1, at, y + 0.9, ScatterReduction::prod) +
              scatter_reduce(x, 1, at, y, ScatterReduction::amax) * scatter_reduce(x, 1, at, y, ScatterReduction::amin);
     }},
    {"cummax", [](const Tensor& x, const Tensor& y) { return cummax(x, 0).values - cummin(y, 1).values; }},
    {"diag_embed", [](const Tensor& x, const Tensor&) { return diag_embed(x.slice(0, 0, 2), 5); }},
    {"cdist", [](const Tensor& x, const Tensor& y) { return cdist(x, y); }},
    {"matmul", [](const Tensor& x, const Tensor& y) { return matmul(x, y.t()); }, true},
    {"batched matmul",
     [](const Tensor& x, const Tensor& y) {
       return matmul(x.reshape({10, 37, -1}), y.reshape({10, 37, -1}).transpose(1, 2));
     },
     true},
    {"linear", [](const Tensor& x, const Tensor& y) { return linear(x, y, y(Slice(), 0)); }, true},
};

// Two layers, trained on made-up classes, as far as the parameters get.
Tensor trained(bool by_matmul) {
  manual_seed(7);
  const Tensor x = randn({256, 12}), target = (sum(x, 1) > 0).to(float32).unsqueeze(1);
  const auto product = [&](const Tensor& a, const Tensor& b) {
    return by_matmul ? matmul(a, b) : sum(a.unsqueeze(2) * b, 1);
  };
  const std::vector<Tensor> parameters = {(randn({12, 32}) * 0.3).requires_grad_(),
                                          zeros({32}, {.requires_grad = true}), (randn({32, 1}) * 0.3).requires_grad_(),
                                          zeros({1}, {.requires_grad = true})};
  for (int step = 0; step < 20; ++step) {
    const Tensor hidden = tanh(product(x, parameters[0]) + parameters[1]);
    const Tensor logits = product(hidden, parameters[2]) + parameters[3];
    mean(softplus(logits) - target * logits).backward();
    const NoGrad no_grad;
    for (const Tensor& parameter : parameters) {
      parameter.sub_(0.3 * parameter.grad());
      parameter.set_grad({});
    }
  }
  std::vector<Tensor> flat;
  for (const Tensor& parameter : parameters) flat.push_back(parameter.detach().flatten());
  return cat(flat);
}

// What has no gradient, or is made of no other tensor.
struct PlainCase {
  const char* name;
  std::function<Tensor(const Tensor& x)> f;  // of a matrix of numbers between 0 and 1
};

const std::vector<PlainCase> plain_cases = {
    {"any", [](const Tensor& x) { return any(x > 0.999, 0, false); }},
    {"all", [](const Tensor& x) { return all(x < 0.999, 1, false); }},
    {"argmin", [](const Tensor& x) { return argmin(x, 1); }},
    {"prod of integers", [](const Tensor& x) { return prod((x * 3).to(int64), 1); }},
    {"ne", [](const Tensor& x) { return x != round(x * 8) / 8; }},
    {"logical_xor", [](const Tensor& x) { return logical_xor(x > 0.3, flip(x, 0) > 0.6); }},
    {"one_hot", [](const Tensor& x) { return one_hot((x * 7).to(int64), 7); }},
    {"nonzero", [](const Tensor& x) { return nonzero(x > 0.5); }},
    {"searchsorted", [](const Tensor& x) { return searchsorted(sort(x, 1).values, flip(x, 1)); }},
    {"multinomial", [](const Tensor& x) { return multinomial(x, 50, true); }},
    {"exponential_", [](const Tensor& x) { return x.clone().exponential_(2); }},
    {"arange", [](const Tensor&) { return arange(0, 1e5, 0.7); }},
    {"linspace", [](const Tensor&) { return linspace(-1, 3, 100'003); }},
    {"index_put_",
     [](const Tensor& x) {
       const Tensor y = x.clone();
       y.index_put_({(x[0] * 300).to(int64)}, x.slice(0, 0, 301), true);
       return y;
     }},
    {"randint", [](const Tensor&) { return randint(1000, {100'003}); }},
    {"randperm", [](const Tensor&) { return randperm(100'003); }},
    {"trunc_normal_", [](const Tensor& x) { return nn::init::trunc_normal_(x.clone()); }},
    {"orthogonal_", [](const Tensor& x) { return nn::init::orthogonal_(x.slice(0, 0, 20).clone()); }},
    {"dropout",
     [](const Tensor& x) {
       nn::Dropout dropout(0.3);
       return dropout(x);
     }},
};

// Of the values and the gradients of every case, in float32 and float64, where blocks and lanes have a rest.
Fingerprints fingerprints(bool with_matmul) {
  Fingerprints result;
  manual_seed(3);
  for (const DType dtype : {float32, float64}) {
    const Tensor x = rand({370, 301}, {.dtype = dtype}), y = rand({370, 301}, {.dtype = dtype});
    const Tensor weights = rand({370 * 301 * 2}, {.dtype = dtype});
    for (const Case& c : cases) {
      if (c.is_matmul && !with_matmul) continue;
      const Tensor a = x.clone().requires_grad_(), b = y.clone().requires_grad_();
      const Tensor value = c.f(a, b);
      sum(value.flatten() * weights(Slice(0, value.numel()))).backward();
      const std::string name = concat(c.name, " ", dtype);
      result[name] = fingerprint(value);
      result[name + ", gradient of x"] = fingerprint(a.grad());
      if (b.grad().defined()) result[name + ", gradient of y"] = fingerprint(b.grad());
    }
    for (const PlainCase& c : plain_cases) result[concat(c.name, " ", dtype)] = fingerprint(c.f(x));
    result[concat("random numbers ", dtype)] = fingerprint(randn({100'003}, {.dtype = dtype}));
  }
  result["training"] = fingerprint(trained(false));
  if (with_matmul) result["training with matrix products"] = fingerprint(trained(true));
  return result;
}

}  // namespace

TEST_CASE("the same bits on any number of threads") {
  determinism::check_on_threads([] { return fingerprints(true); });
}

TEST_CASE("the same bits with any vector instruction set") {
  determinism::check_with_targets(fingerprints(false), {"AVX3", "AVX2", "SSE2"});
}

TEST_CASE("print fingerprints" * doctest::skip()) { determinism::print(fingerprints(false)); }

}  // namespace descent
