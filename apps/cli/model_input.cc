#include "model_input.h"

#include <array>
#include <filesystem>
#include <fstream>

namespace descent::cli {

train::TabularModel load_model(const std::string& path) {
  // A safetensors file begins with eight bytes of a length, and a brace.
  std::array<char, 9> head{};
  std::error_code error;
  if (std::filesystem::is_regular_file(path, error)) {
    std::ifstream file(path, std::ios::binary);
    if (!file.read(head.data(), head.size()) || head[8] != '{')
      fail(path, ": is no model, as train saves them; MODEL comes before DATA.csv");
  }
  return train::TabularModel::load(path);
}

bool is_model(const std::string& path) {
  try {
    load_model(path);
    return true;
  } catch (const OutOfMemory&) {
    throw;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace descent::cli
