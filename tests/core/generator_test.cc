#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include "core/random_fill.h"
#include "descent/create.h"
#include "descent/nn/init.h"
#include "descent/ops.h"
#include "descent/safetensors.h"
#include "descent/threads.h"
#include "temporary_folder.h"

using namespace descent;
using nlohmann::json;

namespace {

// As in golden/generator.py.
template <class T>
std::uint64_t fingerprint(const std::vector<T>& values) {
  using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  std::uint64_t result = 0;
  for (const T value : values) {
    const std::uint64_t mixed = std::bit_cast<Bits>(value) * 0x9e3779b97f4a7c15u;
    result = result * 0x100000001b3u + (mixed ^ mixed >> 32);
  }
  return result;
}

template <class T>
void check_values(const std::vector<T>& values, const json& call) {
  const std::size_t shown = std::min<std::size_t>(values.size(), 4);
  CHECK(std::vector<T>(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(shown)) ==
        call["first"].get<std::vector<T>>());
  CHECK(std::vector<T>(values.end() - static_cast<std::ptrdiff_t>(shown), values.end()) ==
        call["last"].get<std::vector<T>>());
  CHECK(fingerprint(values) == call["fingerprint"].get<std::uint64_t>());
}

template <class T>
std::vector<T> draw_reals(Generator& generator, const json& call) {
  std::vector<T> values(call["size"].get<std::size_t>());
  const std::string name = call["call"];
  const std::vector<double> arguments = call["arguments"];
  if (name == "rand") {
    random::fill_uniform(generator, values);
  } else if (name == "randn") {
    random::fill_normal(generator, values);
  } else if (name == "uniform_") {
    random::fill_uniform(generator, values, arguments.at(0), arguments.at(1));
  } else if (name == "normal_") {
    random::fill_normal(generator, values, arguments.at(0), arguments.at(1));
  } else if (name == "bernoulli_") {
    random::fill_bernoulli(generator, values, arguments.at(0));
  } else {
    REQUIRE(name == "dropout");
    random::fill_bernoulli(generator, values, 1 - arguments.at(0));
    for (T& value : values) value /= static_cast<T>(1 - arguments.at(0));
  }
  return values;
}

std::vector<std::int64_t> draw_integers(Generator& generator, const json& call) {
  std::vector<std::int64_t> values(call["size"].get<std::size_t>());
  if (call["call"] == "randperm") {
    random::fill_permutation(generator, values);
  } else {
    REQUIRE(call["call"] == "randint");
    random::fill_integers(generator, values, call["arguments"][0], call["arguments"][1]);
  }
  return values;
}

}  // namespace

TEST_CASE("the generator's fills equal PyTorch's") {
  std::ifstream file(DESCENT_SOURCE_DIR "/tests/golden/generator.json");
  const json document = json::parse(file);
  for (const json& golden : document["cases"]) {
    Generator generator(golden["seed"].get<std::uint64_t>());
    for (const json& call : golden["calls"]) {
      CAPTURE(golden["seed"]);
      CAPTURE(call.dump());
      if (call["call"] == "manual_seed") {
        generator.manual_seed(call["arguments"][0]);
      } else if (call["dtype"] == "float32") {
        check_values(draw_reals<float>(generator, call), call);
      } else if (call["dtype"] == "float64") {
        check_values(draw_reals<double>(generator, call), call);
      } else {
        check_values(draw_integers(generator, call), call);
      }
    }
  }
}

TEST_CASE("the bits are MT19937's") {
  Generator generator(5489);
  std::uint32_t word = 0;
  for (int i = 0; i < 10000; ++i) word = generator.random();
  CHECK(word == 4123659995u);  // the C++ standard's check value of std::mt19937

  Generator halves(7);
  Generator wholes(7);
  const std::uint64_t upper = halves.random();
  const std::uint64_t lower = halves.random();
  CHECK(wholes.random64() == (upper << 32 | lower));

  Generator taken(7);
  std::vector<std::uint32_t> words;
  while (words.size() < 1000) {
    const auto more = taken.take(1000 - words.size());
    REQUIRE(!more.empty());
    words.insert(words.end(), more.begin(), more.end());
  }
  Generator single(7);
  for (const std::uint32_t expected : words) REQUIRE(single.random() == expected);
  CHECK(taken.state() == single.state());
}

TEST_CASE("a generator knows its seed, and the default one starts from PyTorch's") {
  CHECK(Generator().seed() == 67280421310721u);
  Generator generator(3);
  CHECK(generator.seed() == 3);
  const std::uint32_t first = generator.random();
  generator.manual_seed((std::uint64_t{1} << 32) + 3);
  CHECK(generator.seed() == (std::uint64_t{1} << 32) + 3);
  CHECK(generator.random() == first);
  CHECK(&descent::default_generator() == &descent::default_generator());
}

TEST_CASE("a saved state continues with the same numbers") {
  Generator generator(11);
  std::vector<float> odd(3);
  std::vector<double> more(700);
  for (const std::size_t drawn : {0u, 1u, 623u, 624u}) {
    CAPTURE(drawn);
    generator.manual_seed(11);
    random::fill_normal(generator, odd);  // keeps a sample for the next
    for (std::size_t i = 0; i < drawn; ++i) generator.random();
    const Generator::State saved = generator.state();
    CHECK(saved.next_normal.has_value());

    Generator other(99);
    other.set_state(saved);
    CHECK(other.state() == saved);
    std::vector<float> one(1), same(1);
    random::fill_normal(generator, one);
    random::fill_normal(other, same);
    CHECK(one == same);
    std::vector<double> rest(700), others(700);
    random::fill_uniform(generator, rest);
    random::fill_uniform(other, others);
    CHECK(rest == others);
    CHECK(other.state() == generator.state());
  }

  Generator::State bad;
  bad.position = 625;
  CHECK_THROWS_WITH_AS(generator.set_state(bad), "generator state: position 625 is past the 624 words", Error);
  bad.position = 624;
  CHECK_THROWS_WITH_AS(generator.set_state(bad), "generator state: the words are all 0, which no others follow", Error);
}

TEST_CASE("a generator goes on from its state dict, which a file can hold") {
  Generator generator(std::uint64_t{5} << 61 | 3);
  std::vector<double> odd(3);
  random::fill_normal(generator, odd);  // keeps a sample for the next
  const TemporaryFolder folder;
  const std::string path = folder.path + "/generator.safetensors";
  save(path, generator.state_dict());
  Generator other(1);
  other.load_state_dict(load(path).tensors);
  CHECK(other.state() == generator.state());

  generator.random();
  random::fill_normal(generator, odd);
  random::fill_normal(generator, std::span(odd).first(1));  // keeps none
  other.load_state_dict(generator.state_dict());
  CHECK(other.state() == generator.state());

  const auto refuse = [&](const char* name, const Tensor& value, const char* message) {
    StateDict state = generator.state_dict();
    state[name] = value;
    CHECK_THROWS_WITH_AS(other.load_state_dict(state), message, Error);
    CHECK(other.state() == generator.state());
  };
  refuse("words", zeros(623), "generator state: another shape: words of [623] where [624] is wanted");
  refuse("words", full(624, -1), "generator state: words holds -1, which is no number of 32 bits");
  refuse("position", 625, "generator state: position 625 is past the 624 words");
  refuse("more", 1, "generator state: unexpected more");
}

// The Twister's initialisation by array is what Python's random.seed(n) does with the words of n, the lowest first.
TEST_CASE("forks are the generators that Python makes of the same words") {
  Generator generator(0);
  Generator one = generator.fork(), two = generator.fork();
  CHECK(one.seed() == (std::uint64_t{2357136044} << 32 | 2546248239));
  CHECK(two.seed() == (std::uint64_t{1819583497} << 32 | 2678185683));
  for (const std::uint32_t word : {785847309u, 1409473953u, 1718729756u, 1653295761u}) CHECK(one.random() == word);
  for (int i = 4; i < 999; ++i) one.random();
  CHECK(one.random() == 762110121u);
  for (const std::uint32_t word : {3254241074u, 2187167404u, 966929987u, 500439500u}) CHECK(two.random() == word);
  Generator drawn(0);
  for (int i = 0; i < 16; ++i) drawn.random();
  CHECK(generator.state() == drawn.state());
}

TEST_CASE("functions draw from the generator they are given, and else from the thread's") {
  manual_seed(7);
  const Generator::State before = default_generator().state();
  const auto values = [](Generator& generator) {
    return std::vector<Tensor>{rand(20, {}, generator),
                               randn(20, {.dtype = float64}, generator),
                               rand_like(zeros(3), {}, generator),
                               randn_like(zeros(3), {}, generator),
                               randint(9, 20, {}, generator),
                               randint(-5, 5, 20, {}, generator),
                               randperm(20, {}, generator),
                               nn::init::uniform_(zeros(20), 0, 1, generator),
                               nn::init::normal_(zeros(20), 0, 1, generator),
                               nn::init::trunc_normal_(zeros(20), 0, 1, -2, 2, generator),
                               nn::init::trunc_normal_(zeros(20), 0, 1, 2, 3, generator),
                               nn::init::xavier_uniform_(zeros({4, 5}), 1, generator),
                               nn::init::xavier_normal_(zeros({4, 5}), 1, generator),
                               nn::init::kaiming_uniform_(zeros({4, 5}), {}, generator),
                               nn::init::kaiming_normal_(zeros({4, 5}), {}, generator),
                               nn::init::orthogonal_(zeros({4, 5}), 1, generator)};
  };
  Generator given(3);
  const std::vector<Tensor> with_given = values(given);
  CHECK(default_generator().state() == before);

  Generator own(3);
  std::vector<Tensor> with_own;
  {
    const WithGenerator with_generator(own);
    CHECK(&default_generator() == &own);
    with_own = values(default_generator());
    {
      Generator inner(4);
      const WithGenerator with_inner(inner);
      CHECK(&default_generator() == &inner);
      std::thread([] { CHECK(default_generator().seed() == 7); }).join();
    }
    CHECK(&default_generator() == &own);
  }
  CHECK(own.state() == given.state());
  CHECK(default_generator().state() == before);
  for (std::size_t i = 0; i < with_own.size(); ++i) {
    CAPTURE(i);
    CHECK(equal(with_own[i], with_given[i]));
  }
}

TEST_CASE("arguments out of range are errors") {
  Generator generator;
  std::vector<float> floats(2);
  std::vector<std::int64_t> integers(2);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_WITH_AS(random::fill_uniform(generator, floats, 2, 1),
                       "uniform: got from = 2, to = 1; wanted from <= to, a finite distance apart", Error);
  CHECK_THROWS_AS(random::fill_uniform(generator, floats, nan, 1), Error);
  CHECK_THROWS_AS(random::fill_uniform(generator, floats, -3e38, 3e38), Error);
  CHECK_THROWS_WITH_AS(random::fill_normal(generator, floats, 0, -1), "normal: got std = -1; wanted std >= 0", Error);
  CHECK_THROWS_AS(random::fill_normal(generator, floats, 0, nan), Error);
  CHECK_THROWS_WITH_AS(random::fill_bernoulli(generator, floats, 1.5), "bernoulli: got p = 1.5; wanted 0 <= p <= 1",
                       Error);
  CHECK_THROWS_AS(random::fill_bernoulli(generator, floats, nan), Error);
  CHECK_THROWS_WITH_AS(random::fill_integers(generator, integers, 4, 4),
                       "randint: got low = 4, high = 4; wanted low < high", Error);
  CHECK(generator.state() == Generator().state());  // and nothing was drawn
}

TEST_CASE("draws of one 53-bit number each compare all of its bits, wherever the generator stands") {
  for (const int drawn : {0, 1, 623}) {
    CAPTURE(drawn);
    Generator start(3);
    for (int i = 0; i < drawn; ++i) start.random();
    const auto draw = [&]<class T>(std::vector<T> values, double p) {
      Generator generator = start;
      random::fill_bernoulli(generator, values, p);
      return std::vector<double>(values.begin(), values.end());
    };
    for (const double p : {0.0, 0.3, 0.5, 1.0})
      CHECK(draw(std::vector<float>(3001), p) == draw(std::vector<double>(3001), p));
    Generator next = start;
    for (std::size_t i = 0; i < 40; ++i) {
      const auto number = static_cast<double>(next.random64() & ((1ull << 53) - 1));
      CHECK(draw(std::vector<float>(40), number * 0x1p-53)[i] == 0);
      CHECK(draw(std::vector<float>(40), (number + 1) * 0x1p-53)[i] == 1);
    }
  }
}

TEST_CASE("many normal numbers are the same on any number of threads") {
  const auto drawn_on = [](int threads) {
    set_num_threads(threads);
    Generator generator(11);
    return randn({300'007}, {}, generator);
  };
  const int before = num_threads();
  const Tensor alone = drawn_on(1), together = drawn_on(3);
  set_num_threads(before);
  CHECK(equal(alone, together));
}
