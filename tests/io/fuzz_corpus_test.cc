#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "fuzz/checkpoint_target.h"
#include "fuzz/csv_target.h"
#include "fuzz/model_target.h"
#include "fuzz/safetensors_target.h"

namespace {

using Input = std::vector<std::uint8_t>;

/// Some bytes changed, put in, left out or said twice.
Input mutated(Input input, std::mt19937& random) {
  const auto below = [&](std::size_t end) { return std::uniform_int_distribution<std::size_t>(0, end)(random); };
  for (std::size_t i = 0; i <= below(4); ++i) {
    const auto at = input.begin() + static_cast<std::ptrdiff_t>(below(input.size()));
    const std::size_t some = std::min<std::size_t>(below(8), static_cast<std::size_t>(input.end() - at));
    const auto end = at + static_cast<std::ptrdiff_t>(some);
    switch (below(3)) {
      case 0:
        std::for_each(at, end, [&](std::uint8_t& byte) { byte = static_cast<std::uint8_t>(below(255)); });
        break;
      case 1: {
        const Input copy(at, end);
        input.insert(at, copy.begin(), copy.end());
        break;
      }
      case 2:
        input.erase(at, end);
        break;
      default:
        input.insert(at, "0123456789-.e\"[]{}:, "[below(21)]);
    }
  }
  return input;
}

void replay(const std::string& corpus, void (*run)(std::span<const std::uint8_t>), int mutants = 0) {
  int inputs = 0;
  std::mt19937 random(1);
  for (const auto& entry : std::filesystem::directory_iterator(DESCENT_SOURCE_DIR "/tests/fuzz/corpus/" + corpus)) {
    std::ifstream file(entry.path(), std::ios::binary);
    const Input input{std::istreambuf_iterator<char>(file), {}};
    CAPTURE(entry.path().string());
    CHECK_NOTHROW(run(input));
    for (int i = 0; i < mutants; ++i) {
      const Input other = mutated(input, random);
      CAPTURE(std::string(other.begin(), other.end()));
      CHECK_NOTHROW(run(other));
    }
    ++inputs;
  }
  CHECK(inputs > 50);
}

}  // namespace

TEST_CASE("the corpus of the CSV fuzzer") { replay("csv", descent::fuzz::run_csv); }

TEST_CASE("the corpus of the safetensors fuzzer") { replay("safetensors", descent::fuzz::run_safetensors); }

TEST_CASE("the corpus of the fuzzer of models, and mutants of it") { replay("model", descent::fuzz::run_model, 5); }

TEST_CASE("the corpus of the fuzzer of checkpoints, and mutants of it") {
  replay("checkpoint", descent::fuzz::run_checkpoint, 5);
}
