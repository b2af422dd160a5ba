// Programs as native code: the bits of the kernels, and what becomes of compilers and cache folders that fail.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

#include "descent/descent.h"
#include "kernels/elementwise.h"
#include "program/c/formula.h"
#include "program/c/source.h"
#include "program/native/cache_folder.h"
#include "program/native_code.h"
#include "program/when_compiled.h"

using namespace descent;
using kernels::Formula;

namespace {

// Every kind of number, and each beside each of the others.
template <class T>
std::vector<T> real_samples(int input) {
  using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  using Limits = std::numeric_limits<T>;
  const T edges[] = {0,
                     T(-0.0),
                     1,
                     -1,
                     0.5,
                     -0.5,
                     2,
                     T(0.1),
                     T(-3.7),
                     T(88.5),
                     -90,
                     710,
                     1e-3,
                     T(1e9),
                     -1e20,
                     1e30,
                     T(1e-30),
                     Limits::min(),
                     Limits::max(),
                     Limits::lowest(),
                     Limits::denorm_min(),
                     Limits::infinity(),
                     -Limits::infinity(),
                     Limits::quiet_NaN()};
  std::vector<T> values;
  for (const T a : edges) {
    for (const T b : edges) values.push_back(input == 0 ? a : b);
  }
  std::mt19937_64 random(static_cast<unsigned>(3 + input));
  for (int i = 0; i < 3000; ++i) values.push_back(std::bit_cast<T>(static_cast<Bits>(random())));
  std::normal_distribution<T> normal(0, 3);
  for (int i = 0; i < 3000; ++i) values.push_back(normal(random));
  return values;
}

// The same of integers; bools are bytes.
template <class T>
std::vector<T> samples(int input) {
  if constexpr (!std::is_integral_v<T>) {
    return real_samples<T>(input);
  } else {
    using Limits = std::numeric_limits<T>;
    std::vector<T> edges{0, 1}, values;
    if (sizeof(T) == 8)
      edges.insert(edges.end(), {static_cast<T>(-1), 7, static_cast<T>(-100), Limits::max(), Limits::min()});
    for (const T a : edges) {
      for (const T b : edges) values.push_back(input == 0 ? a : b);
    }
    return values;
  }
}

struct Tried {
  Formula formula;
  DType type;
  std::string function;
};

template <class T>
int differences(const Tried& tried, program::native::Function function) {
  const kernels::FormulaInfo& info = info_of(tried.formula);
  std::vector<std::vector<T>> inputs;
  for (int k = 0; k < static_cast<int>(info.arity); ++k) inputs.push_back(samples<T>(k == 2 ? 1 : k));
  std::vector<std::uint8_t> conditions;
  for (const T x : inputs[0]) conditions.push_back(x > 0);
  const std::size_t n = inputs[0].size();
  std::vector<kernels::Operand> operands;
  std::vector<unsigned char*> memory;
  for (std::vector<T>& input : inputs) {
    const bool is_condition = kernels::has_condition(tried.formula) && operands.empty();
    void* data = is_condition ? static_cast<void*>(conditions.data()) : input.data();
    operands.push_back({data, 1});
    memory.push_back(static_cast<unsigned char*>(data));
  }
  const bool gives_bool = info.result == kernels::Result::boolean;
  std::vector<T> expected(n), got(n);
  memory.push_back(reinterpret_cast<unsigned char*>(got.data()));
  kernels::elementwise(tried.formula, tried.type)(operands.data(), expected.data(), static_cast<std::int64_t>(n));
  function(memory.data(), nullptr, 0, static_cast<std::int64_t>(n));
  int count = 0;
  for (std::size_t i = 0; i < n; ++i) {
    if (gives_bool)
      count += reinterpret_cast<std::uint8_t*>(got.data())[i] != reinterpret_cast<std::uint8_t*>(expected.data())[i];
    else
      count += !(got[i] != got[i] && expected[i] != expected[i]) && std::memcmp(&got[i], &expected[i], sizeof(T)) != 0;
  }
  return count;
}

Tensor step_of(const Tensor& x) { return sum(sigmoid(x * 2) + square(x)); }

std::vector<std::string> files_in(const std::string& folder) {
  std::vector<std::string> names;
  if (!std::filesystem::exists(folder)) return names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) names.push_back(entry.path().filename());
  return names;
}

// Runs a compiled step twice; its result must be right whatever became of native code.
void check_step() {
  auto step = compile([](const Tensor& x) { return step_of(x); });
  const Tensor x = linspace(-3, 3, 100);
  const float expected = step_of(x).item<float>();
  CHECK(step(x).item<float>() == expected);
  CHECK(step(x).item<float>() == expected);
}

}  // namespace

TEST_CASE("every formula written in C gives the bits of its kernel") {
  const NativeCode native("cc");
  std::vector<Tried> tried;
  std::string text;
  kernels::for_each_formula([&]<Formula kFormula>() {
    for (const DType type : {float32, float64, int64, boolean}) {
      if (!program::c::is_written(kFormula, type)) continue;
      const kernels::FormulaInfo& info = info_of(kFormula);
      const char* name = program::c::type_name(type);
      const std::string function = concat("try_", info.name, "_", name);
      std::string body;
      program::c::Statements statements(body, "    ");
      std::vector<std::string> inputs;
      for (std::size_t k = 0; k < info.arity; ++k) {
        const bool is_condition = kernels::has_condition(kFormula) && k == 0;
        inputs.push_back(is_condition || type == boolean
                             ? concat("(memory[", k, "][i] != 0)")
                             : statements.define(name, concat("((", name, " *)memory[", k, "])[i]")));
      }
      const std::string result = write_formula(kFormula, type, inputs, statements);
      const bool gives_bool = info.result == kernels::Result::boolean;
      statements.line(gives_bool ? concat("memory[", info.arity, "][i] = ", result, ";")
                                 : concat("((", name, " *)memory[", info.arity, "])[i] = ", result, ";"));
      text += concat("void ", function,
                     "(unsigned char *const *memory, unsigned char *room, int64_t begin, int64_t end) {\n",
                     "  for (int64_t i = begin; i < end; ++i) {\n", body, "  }\n}\n");
      tried.push_back({kFormula, type, function});
    }
  });
  CHECK(tried.size() > 100);
  const auto library = program::native::library_of(program::c::file_of(text, kernels::has_fma()));
  REQUIRE(library);
  for (const Tried& each : tried) {
    CAPTURE(each.function);
    const program::native::Function function = library->function(each.function);
    REQUIRE(static_cast<bool>(function));
    switch (each.type) {
      case DType::float32:
        CHECK(differences<float>(each, function) == 0);
        break;
      case DType::float64:
        CHECK(differences<double>(each, function) == 0);
        break;
      case DType::int64:
        CHECK(differences<std::int64_t>(each, function) == 0);
        break;
      case DType::boolean:
        CHECK(differences<std::uint8_t>(each, function) == 0);
        break;
      default:
        FAIL_CHECK("a formula of ", each.type, " is written");
    }
  }
}

TEST_CASE("a step is compiled once and then found in the cache") {
  const NativeCode native;
  check_step();
  const std::vector<std::string> files = files_in(native.folder());
  REQUIRE(files.size() == 1);
  const auto written = std::filesystem::last_write_time(native.folder() + "/" + files[0]);
  check_step();
  CHECK(files_in(native.folder()) == files);
  CHECK(std::filesystem::last_write_time(native.folder() + "/" + files[0]) == written);
  // Only the user can write there.
  struct stat status;
  REQUIRE(stat(native.folder().c_str(), &status) == 0);
  CHECK((status.st_mode & 077) == 0);
}

TEST_CASE("of a full cache the files that were used last stay") {
  const NativeCode native;
  std::filesystem::create_directories(native.folder());
  for (const char* name : {"a", "b", "c", "d"}) {
    const std::string path = native.folder() + "/" + name;
    std::ofstream(path) << std::string(100, 'x');
    const timespec times[] = {{.tv_sec = 1'000'000 + *name, .tv_nsec = 0}, {.tv_sec = 1, .tv_nsec = 0}};
    REQUIRE(utimensat(AT_FDCWD, path.c_str(), times, 0) == 0);
  }
  using program::native::keep_latest_used;
  program::native::say_used(native.folder() + "/a");
  keep_latest_used(native.folder(), 400);
  CHECK(files_in(native.folder()).size() == 4);
  keep_latest_used(native.folder(), 399);
  std::vector<std::string> files = files_in(native.folder());
  std::sort(files.begin(), files.end());
  CHECK(files == std::vector<std::string>{"a", "c", "d"});
  keep_latest_used(native.folder(), 150);
  CHECK(files_in(native.folder()) == std::vector<std::string>{"a"});
  keep_latest_used(native.folder() + "/nowhere", 0);
}

TEST_CASE("what is damaged in the cache is compiled anew") {
  const NativeCode native;
  check_step();
  const std::string path = native.folder() + "/" + files_in(native.folder())[0];
  const std::string whole = contents(path);
  const std::size_t places[] = {0, whole.size() / 3, whole.size() - 40, whole.size() - 1};
  for (const std::size_t place : places) {
    std::string damaged = whole;
    damaged[place] = static_cast<char>(damaged[place] ^ 1);
    std::ofstream(path, std::ios::binary) << damaged;
    check_step();
    CHECK(contents(path) != damaged);
  }
  for (const std::size_t length : {std::size_t{0}, std::size_t{20}, whole.size() / 2}) {
    std::ofstream(path, std::ios::binary) << whole.substr(0, length);
    check_step();
    CHECK(contents(path).size() > length);
  }
}

TEST_CASE("a cache that others can write to is not used, and nothing is run from it") {
  const NativeCode native;
  check_step();
  REQUIRE(files_in(native.folder()).size() == 1);
  for (const std::string& folder : {native.folder(), native.cache.path}) {
    CAPTURE(folder);
    program::native::gave_up = false;
    chmod(folder.c_str(), 0777);
    CHECK(program::native::library_of("void f(void) {}") == nullptr);
    check_step();
    CHECK(files_in(native.folder()).size() == 1);
    CHECK(program::native::gave_up);
    chmod(folder.c_str(), 0700);
  }
  // A library that others could have written is another one's work: it is replaced.
  program::native::gave_up = false;
  const std::string path = native.folder() + "/" + files_in(native.folder())[0];
  chmod(path.c_str(), 0666);
  check_step();
  struct stat status;
  REQUIRE(stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 022) == 0);
}

TEST_CASE("steps run on the kernels where a compiler is missing, fails, makes nothing or hangs") {
  const TemporaryFolder folder;
  const auto limit = std::exchange(program::native::compiler_limit, std::chrono::milliseconds(200));
  const char* commands[] = {"", "echo no such option >&2; exit 1", "exit 0", "sleep 100 & sleep 100",
                            "while [ \"$1\" != -o ]; do shift; done; echo nonsense > \"$2\""};
  for (std::size_t i = 0; i < std::size(commands); ++i) {
    CAPTURE(commands[i]);
    const std::string compiler = i == 0 ? folder.path + "/missing" : fake_compiler(folder.path, commands[i]);
    const NativeCode native(compiler);
    check_step();
    CHECK(program::native::gave_up);
    for (const std::string& file : files_in(native.folder())) CHECK(file.find(".tmp-") == std::string::npos);
  }
  program::native::compiler_limit = limit;
}

TEST_CASE("a step of large tensors and rows has the same bits natively on any number of threads") {
  const NativeCode native("cc");
  const Tensor x = randn({700, 300}), row = randn({300}), column = randn({700, 1}), narrow_row = randn({3});
  const TensorFunction function = [&](const std::vector<Tensor>& given) {
    const Tensor &a = given[0], &b = given[1], &c = given[2];
    const Tensor y = gelu(a * b + c) - tanh(a.t() * 0.5).t();
    const Tensor z = reshape(y, {70'000, 3}) * given[3];
    return std::vector<Tensor>{y, z, sum(y, 0), mean(y, 1), amax(z, 0), where(a > b, a, c)};
  };
  const int threads = num_threads();
  for (const int count : {1, 2, 3}) {
    CAPTURE(count);
    set_num_threads(count);
    CHECK(difference_when_compiled(function, {x, row, column, narrow_row}) == "");
  }
  set_num_threads(threads);
}

TEST_CASE("rows that are normalised in one walk have the bits of the ops one by one") {
  const NativeCode native;
  const Tensor x = randn({300, 250}).requires_grad_(), weight = rand(250).requires_grad_(), bias = randn(250);
  const Tensor classes = remainder(arange(300), 250);
  const std::pair<const char*, TensorFunction> functions[] = {
      {"softmax", [](const std::vector<Tensor>& in) { return std::vector<Tensor>{softmax(in[0], 1)}; }},
      {"log_softmax", [](const std::vector<Tensor>& in) { return std::vector<Tensor>{log_softmax(in[0] * 3, -1)}; }},
      {"layer norm",
       [](const std::vector<Tensor>& in) {
         const Tensor deviations = in[0] - mean(in[0], -1, true);
         const Tensor spread = rsqrt(mean(square(deviations), -1, true) + 1e-5);
         return std::vector<Tensor>{in[0] + gelu(deviations * spread * in[1] + in[2]), spread};
       }},
      {"cross_entropy",
       [&](const std::vector<Tensor>& in) { return std::vector<Tensor>{cross_entropy(in[0] * in[1], classes)}; }},
      {"extremes", [](const std::vector<Tensor>& in) {
         const Tensor high = amax(in[0], 1, true), low = amin(in[0], 1, true);
         return std::vector<Tensor>{(in[0] - low) / (high - low), sum(relu(in[0]), 1), high};
       }}};
  for (const auto& [name, function] : functions) {
    const std::string what = name;
    CAPTURE(what);
    CHECK(difference_when_compiled(with_gradients(function), {x, weight, bias}) == "");
  }
}

TEST_CASE("rows with functions that stay with the kernels have the bits of the ops one by one") {
  const NativeCode native;
  // The last: more than a cache holds, rows that are no multiple of what is fetched and written at a time.
  for (const auto& size : {std::pair(300, 250), std::pair(100, 601), std::pair(2200, 1000)}) {
    const std::int64_t rows = size.first, width = size.second;
    for (const DType type : {float32, float64}) {
      CAPTURE(width);
      CAPTURE(type);
      const Tensor x = 2 * randn({rows, width}, {.dtype = type}), weight = rand(width, {.dtype = type}),
                   number = full({}, 1.25, {.dtype = float64});
      const TensorFunction function = [](const std::vector<Tensor>& in) {
        const Tensor deviations = in[0] - mean(in[0], -1, true), spread = rsqrt(mean(square(deviations), -1, true));
        const Tensor y = gelu(deviations * spread * in[1]);
        return std::vector<Tensor>{in[0] + y, atan2(y, in[2]) * spread, sum(sin(y), -1)};
      };
      CHECK(difference_when_compiled(function, {x, weight, number}) == "");
    }
  }
}

TEST_CASE("clamps between numbers have the bits of the ops one by one") {
  const NativeCode native;
  constexpr double kInfinity = std::numeric_limits<double>::infinity(), kNaN = std::numeric_limits<double>::quiet_NaN();
  const std::pair<double, double> bounds[] = {{-1, 1},   {0, 0},     {-0.0, 0.0},     {0.0, -0.0},
                                              {1, -1},   {0.1, 0.1}, {-kInfinity, 1}, {-1, kInfinity},
                                              {kNaN, 1}, {-1, kNaN}, {-2, 2}};
  const Tensor values = tensor({-kInfinity, -3.0, -1.0, -0.5, -0.0, 0.0, 0.1, 0.5, 1.0, 2.0, kInfinity, kNaN, -kNaN,
                                -1e-310, 1e-310, 1.5, -1.5, 7.0, -7.0});
  for (const DType dtype : {float32, float64}) {
    const Tensor x = values.to(dtype);
    for (const std::pair<double, double>& between : bounds) {
      CAPTURE(dtype);
      CAPTURE(between.first);
      CAPTURE(between.second);
      const auto both = [&](const Tensor& y) { return clamp(y, between.first, between.second); };
      const auto apart = [&](const Tensor& y) {
        const Tensor raised = clamp_min(y, between.first);
        return std::pair(clamp_max(raised, between.second) * 1, clamp_min(raised, between.second) * 1);
      };
      CHECK(same_bits_or_nan(compile(both)(x), both(x)));
      CHECK(same_bits_or_nan(compile(apart)(x).first, apart(x).first));
      CHECK(same_bits_or_nan(compile(apart)(x).second, apart(x).second));
    }
  }
}

TEST_CASE("sums of all that are taken where it is computed have the bits of the ops one by one") {
  const NativeCode native;
  for (const std::int64_t n : {65'537, 70'000, 100'003, 300'000}) {
    for (const DType type : {float32, float64}) {
      CAPTURE(n);
      const Tensor x = randn(n).to(type), y = rand(n).to(type);
      const TensorFunction function = [](const std::vector<Tensor>& in) {
        const Tensor difference = in[0] - in[1], norm = sqrt(sum(square(difference)));
        return std::vector<Tensor>{norm, mean(abs(in[0])), sum(in[0] * in[1]) / norm, in[0] * norm};
      };
      CHECK(difference_when_compiled(function, {x, y}) == "");
    }
  }
}

TEST_CASE("products whose tiles go on through a loop have the bits of the ops one by one") {
  struct Case {
    std::vector<std::int64_t> a, b;
  };
  const Case cases[] = {
      {{10'000, 4}, {4, 32}},       // rows so short that the loop takes several at once
      {{6'000, 5}, {5, 10}},        // of a length of its own
      {{700, 9}, {9, 130}},         // tiles of whole rows
      {{3, 900, 8}, {3, 8, 40}},    // of a batch
      {{1'100, 3}, {3, 2'048}},     // parts of rows
      {{70, 2'500}, {2'500, 600}},  // packed, in pieces
  };
  const int threads = num_threads();
  for (const bool natively : {false, true}) {
    const NativeCode native;
    for (const Case& c : cases) {
      const Tensor a = randn(c.a).requires_grad_(), b = randn(c.b).requires_grad_();
      std::vector<std::int64_t> shape = c.a;
      shape.back() = c.b.back();
      const Tensor bias = randn(shape.back()).requires_grad_(), other = rand(shape);
      // One for each matrix of a batch, which native code does not see row by row.
      const Tensor factor = reshape(rand(c.a[0]), shape.size() == 3 ? Dims{c.a[0], 1, 1} : Dims{c.a[0], 1});
      CAPTURE(natively);
      CAPTURE(shape);
      const TensorFunction function = [](const std::vector<Tensor>& in) {
        const Tensor made = matmul(in[0], in[1]);
        const Tensor hidden = relu(made + in[2]);
        return std::vector<Tensor>{hidden, hidden > 0.5, gelu(made * in[3]) - hidden * in[4]};
      };
      for (const int count : {1, 2}) {
        set_num_threads(count);
        CHECK(difference_when_compiled(with_gradients(function), {a, b, bias, other, factor}, {.native = natively}) ==
              "");
      }
    }
  }
  set_num_threads(threads);
}

TEST_CASE("a program that was repeated leaves what as many calls leave") {
  const NativeCode native;
  const Tensor x = linspace(-1, 1, 15).reshape({15, 1}), y = 2 * x + 1;
  const auto trained = [&](bool in_one, const CompileOptions& options) {
    const Tensor weight = zeros(1, {.requires_grad = true});
    optim::Adam optimizer({weight}, {.lr = 0.1});
    auto step = compile(
        [&](const Tensor& rows, const Tensor& targets) {
          const Tensor cost = mse_loss(rows * weight, targets);
          optimizer.zero_grad();
          cost.backward();
          optimizer.step();
          return cost;
        },
        options);
    Tensor cost;
    if (in_one) {
      cost = step.repeat(7, x, y);
    } else {
      for (int i = 0; i < 7; ++i) cost = step(x, y);
    }
    return std::vector<Tensor>{weight, weight.grad(), cost};
  };
  const std::vector<Tensor> expected = trained(false, {.native = false});
  for (const bool in_one : {false, true}) {
    for (const bool natively : {false, true}) {
      const std::vector<Tensor> got = trained(in_one, {.native = natively});
      for (std::size_t i = 0; i < got.size(); ++i) CHECK(same_bits(got[i], expected[i]));
    }
  }
}

TEST_CASE("results that are kept are not written again by later steps") {
  auto step = compile([](const Tensor& x) { return x * 2; });
  std::vector<Tensor> kept;
  for (int i = 0; i < 5; ++i) kept.push_back(step(full({3}, i)));
  for (int i = 0; i < 5; ++i) CHECK(kept[static_cast<std::size_t>(i)][0].item<float>() == static_cast<float>(2 * i));
  // Views, gradients and graphs keep them too.
  const Tensor view = step(full({3}, 7)).reshape({3, 1});
  step(full({3}, 8));
  CHECK(view[0].item<float>() == 14);
  const Tensor weight = ones({3}, {.requires_grad = true});
  const Tensor product = weight * step(full({3}, 4));
  step(full({3}, 5));
  product.sum().backward();
  CHECK(weight.grad()[0].item<float>() == 8);
}

TEST_CASE("a gradient that is kept is not written again by later steps") {
  const Tensor weight = ones({3}, {.requires_grad = true});
  auto step = compile([&](const Tensor& x) {
    weight.set_grad({});
    sum(weight * x).backward();
  });
  step(full({3}, 1));
  step(full({3}, 2));
  const Tensor kept = weight.grad();
  step(full({3}, 3));
  CHECK(kept[0].item<float>() == 2);
  CHECK(weight.grad()[0].item<float>() == 3);
}
