#include <doctest/doctest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <vector>

#include "fuzz/csv_target.h"
#include "fuzz/safetensors_target.h"

namespace {

void replay(const std::string& corpus, void (*run)(std::span<const std::uint8_t>)) {
  int inputs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(DESCENT_SOURCE_DIR "/tests/fuzz/corpus/" + corpus)) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::vector<std::uint8_t> input{std::istreambuf_iterator<char>(file), {}};
    CAPTURE(entry.path().string());
    CHECK_NOTHROW(run(input));
    ++inputs;
  }
  CHECK(inputs > 50);
}

}  // namespace

TEST_CASE("the corpus of the CSV fuzzer") { replay("csv", descent::fuzz::run_csv); }

TEST_CASE("the corpus of the safetensors fuzzer") { replay("safetensors", descent::fuzz::run_safetensors); }
