// Descent's side of the ladder, for bench/ladder/run to ask. It reads requests from standard input, a line each, and
// answers with a line:
//   rungs             every rung's name, bytes, flops and ways, a line each, then an empty line
//   prepare WAY NAME  "ready": the work is made, and has been called; "none": there is no such way
//   time SECONDS      nanoseconds a step of as many calls as take about so long
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <iostream>
#include <sstream>
#include <string>

#include "ladder/rung.h"

using namespace ladder;

namespace {

/// Without a call where the rung has no such way.
Work prepare(const std::string& way, const std::string& name) {
  for (const Rung& rung : rungs()) {
    if (rung.name != name) continue;
    for (const auto& [its_way, make] : rung.ways) {
      if (its_way == way) return make();
    }
  }
  return {};
}

double seconds(const Work& work, std::int64_t calls) {
  const auto start = std::chrono::steady_clock::now();
  for (std::int64_t i = 0; i < calls; ++i) work.call();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

int main() {
  add_limits();
  add_elementwise();
  add_reductions();
  add_rows();
  add_indexing();
  add_layouts();
  add_products();
  add_networks();
  add_updates();
  add_layers();
  add_models();
  Work work;
  std::int64_t a_second = 1;  // calls
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string request, way, name;
    words >> request;
    try {
      if (request == "rungs") {
        for (const Rung& rung : rungs()) {
          std::printf("%s\t%.0f\t%.0f", rung.name.c_str(), rung.cost.bytes, rung.cost.flops);
          for (const auto& [its_way, make] : rung.ways) std::printf("\t%s", its_way.c_str());
          std::printf("\n");
        }
        std::printf("\n");
      } else if (request == "prepare") {
        words >> way >> std::ws;
        std::getline(words, name);
        work = {};  // what the last one holds goes first
        descent::manual_seed(0);
        work = prepare(way, name);
        if (!work.call) {
          std::printf("none\n");
          std::fflush(stdout);
          continue;
        }
        for (int i = 0; i < 3; ++i) work.call();
        std::int64_t calls = 1;
        double taken = seconds(work, calls);
        while (taken < 0.01) taken = seconds(work, calls *= 2);
        a_second = std::max<std::int64_t>(1, static_cast<std::int64_t>(static_cast<double>(calls) / taken));
        std::printf("ready\n");
      } else if (request == "time") {
        double budget = 0;
        words >> budget;
        const auto calls = std::max<std::int64_t>(1, static_cast<std::int64_t>(static_cast<double>(a_second) * budget));
        std::printf("%.2f\n", seconds(work, calls) / static_cast<double>(calls) / work.steps * 1e9);
      }
    } catch (const std::exception& e) {
      std::printf("failed: %s\n", e.what());
    }
    std::fflush(stdout);
  }
}
