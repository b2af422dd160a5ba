// Golden values: the files written by the scripts of this folder, which say what is in them.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "descent/error.h"
#include "descent/safetensors.h"

namespace descent {

class Golden {
 public:
  /// The file STEM.safetensors of this folder.
  explicit Golden(const std::string& stem)
      : file_(load(std::string(DESCENT_SOURCE_DIR) + "/tests/golden/" + stem + ".safetensors")) {
    const auto golden = nlohmann::json::parse(file_.metadata.at("golden"));
    for (const auto& [id, code] : golden.at("cases").items()) {
      cases_.emplace_back(id, code);
    }
    if (golden.contains("doubtful")) golden.at("doubtful").get_to(doubtful_);
  }

  /// Id and Python code.
  const std::vector<std::pair<std::string, std::string>>& cases() const { return cases_; }
  bool has(const std::string& name) const { return file_.tensors.contains(name); }
  const Tensor& operator[](const std::string& name) const {
    const auto found = file_.tensors.find(name);
    if (found == file_.tensors.end()) fail("there is no golden tensor ", name);
    return found->second;
  }
  /// What a case is called with: copies of in0, in1, ..., which require gradients where the case has one.
  std::vector<Tensor> inputs(const std::string& id) const {
    std::vector<Tensor> result;
    while (has(concat(id, "/in", result.size()))) {
      const std::size_t i = result.size();
      result.push_back((*this)[concat(id, "/in", i)].clone());
      if (has(concat(id, "/grad", i))) result.back().requires_grad_();
    }
    return result;
  }
  /// The positions, in the tensor of that name, of what PyTorch itself is not sure of.
  std::vector<std::size_t> doubtful(const std::string& name) const {
    const auto found = doubtful_.find(name);
    return found == doubtful_.end() ? std::vector<std::size_t>() : found->second;
  }
  /// All tensors whose names begin with `prefix`, without it.
  StateDict under(const std::string& prefix) const { return descent::under(prefix, file_.tensors); }

 private:
  Safetensors file_;
  std::vector<std::pair<std::string, std::string>> cases_;
  std::map<std::string, std::vector<std::size_t>> doubtful_;
};

/// A call of a Python function: f(a, b, name=value).
struct PythonCall {
  explicit PythonCall(const std::string& code) {
    const std::size_t open = code.find('('), close = code.rfind(')');
    function = code.substr(0, open);
    for (const std::string& argument : split(code.substr(open + 1, close - open - 1), ',')) {
      const std::size_t equals = argument.find_first_of("=([");
      if (equals != std::string::npos && argument[equals] == '=') {
        options[argument.substr(0, equals)] = argument.substr(equals + 1);
      } else {
        arguments.push_back(argument);
      }
    }
  }

  /// The parts between separators that are not inside brackets, without spaces around them.
  static std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts;
    std::string part;
    int depth = 0;
    const auto finish = [&] {
      const std::size_t first = part.find_first_not_of(' ');
      if (first != std::string::npos) parts.push_back(part.substr(first, part.find_last_not_of(' ') + 1 - first));
      part.clear();
    };
    for (const char c : text) {
      if (c == '(' || c == '[' || c == '{') ++depth;
      if (c == ')' || c == ']' || c == '}') --depth;
      if (c == separator && depth == 0)
        finish();
      else
        part += c;
    }
    finish();
    return parts;
  }

  /// Takes option `name` out; `otherwise` if it is not given.
  std::string take(const std::string& name, const std::string& otherwise) {
    const auto node = options.extract(name);
    return node ? node.mapped() : otherwise;
  }
  double take(const std::string& name, double otherwise) {
    const auto node = options.extract(name);
    return node ? std::stod(node.mapped()) : otherwise;
  }
  bool take(const std::string& name, bool otherwise) {
    const auto node = options.extract(name);
    return node ? node.mapped() == "True" : otherwise;
  }

  std::string function;
  std::vector<std::string> arguments;
  std::map<std::string, std::string> options;
};

}  // namespace descent
