// Whether the same program gives the same bits on any number of threads and with any vector instruction set. A test
// program that uses this has a test case named "print fingerprints" that is skipped and calls print().
#pragma once

#include <descent/descent.h>
#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "kernels/elementwise.h"
#include "kernels/targets.h"

namespace descent::determinism {

using Fingerprints = std::map<std::string, std::uint64_t>;

/// FNV-1a of the bits of the elements.
inline std::uint64_t fingerprint(const Tensor& x) {
  const Tensor rows = x.detach().contiguous();
  std::vector<unsigned char> bytes(static_cast<std::size_t>(rows.numel()) * size_of(rows.dtype()));
  dispatch(rows.dtype(), [&](auto zero) {
    if (!bytes.empty()) std::memcpy(bytes.data(), rows.data<decltype(zero)>(), bytes.size());
  });
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const unsigned char byte : bytes) hash = (hash ^ byte) * 0x100000001b3;
  return hash;
}

/// Adds those of the value of f(inputs) and of the gradients of its weighted sum.
inline void add(Fingerprints& result, const std::string& name,
                const std::function<Tensor(const std::vector<Tensor>&)>& f, const std::vector<Tensor>& inputs) {
  std::vector<Tensor> leaves;
  for (const Tensor& input : inputs) {
    leaves.push_back(input.clone());
    if (is_floating_point(input.dtype())) leaves.back().requires_grad_();
  }
  const Tensor value = f(leaves);
  result[name] = fingerprint(value);
  if (!value.requires_grad()) return;
  const Tensor weights = linspace(0.5, 1.5, value.numel(), {.dtype = value.dtype()});
  sum(value.flatten() * weights).backward();
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    if (leaves[i].grad().defined()) result[concat(name, ", gradient ", i)] = fingerprint(leaves[i].grad());
  }
}

inline void check_same(const Fingerprints& got, const Fingerprints& wanted) {
  CHECK(got.size() == wanted.size());
  for (const auto& entry : wanted) {
    const auto& name = entry.first;
    const auto& hash = entry.second;
    CAPTURE(name);
    CHECK(got.contains(name));
    if (got.contains(name)) CHECK(got.at(name) == hash);
  }
}

/// Those of one thread are those of two and of three.
inline void check_on_threads(const std::function<Fingerprints()>& fingerprints) {
  struct Restore {
    int count = num_threads();
    ~Restore() { set_num_threads(count); }
  } restore;
  set_num_threads(1);
  const Fingerprints alone = fingerprints();
  for (const int count : {2, 3}) {
    CAPTURE(count);
    set_num_threads(count);
    check_same(fingerprints(), alone);
  }
}

inline void print(const Fingerprints& fingerprints) {
  for (const auto& [name, hash] : fingerprints) {
    std::printf("fingerprint %016llx %s\n", static_cast<unsigned long long>(hash), name.c_str());
  }
}

/// What this very program prints with another instruction set.
inline Fingerprints printed_with(const std::string& target) {
  char self[4096] = {};
  REQUIRE(readlink("/proc/self/exe", self, sizeof(self) - 1) > 0);
  const std::string command = "DESCENT_CPU=" + target + " '" + self + "' --no-skip --test-case='print fingerprints'";
  FILE* pipe = popen(command.c_str(), "r");
  REQUIRE(pipe);
  Fingerprints result;
  char line[256];
  while (std::fgets(line, sizeof(line), pipe)) {
    const std::string text = line;
    if (text.starts_with("fingerprint ")) {
      result[text.substr(29, text.size() - 30)] = std::stoull(text.substr(12, 16), nullptr, 16);
    }
  }
  CHECK(pclose(pipe) == 0);
  return result;
}

/// Those of here are what the program prints with each other of these instruction sets that this machine has.
inline void check_with_targets(const Fingerprints& here, const std::vector<const char*>& targets) {
  const std::string chosen = kernels::cpu_target();
  for (const char* target : targets) {
    if (target == chosen || kernels::target_named(target) == 0) continue;
    CAPTURE(target);
    check_same(printed_with(target), here);
  }
}

}  // namespace descent::determinism
