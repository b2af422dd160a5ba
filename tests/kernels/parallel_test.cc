#include "kernels/parallel.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <numeric>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "descent/error.h"

using namespace descent;
using namespace descent::kernels;

namespace {

/// Restores the number of threads.
struct Threads {
  int before = num_threads();
  explicit Threads(int count) { set_num_threads(count); }
  ~Threads() { set_num_threads(before); }
};

std::vector<int> visits(std::int64_t n, std::int64_t grain) {
  std::vector<int> count(static_cast<std::size_t>(n), 0);
  parallel_for(n, grain, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) ++count[static_cast<std::size_t>(i)];
  });
  return count;
}

}  // namespace

TEST_CASE("parallel_for visits every element once, in blocks of grain") {
  for (int threads : {1, 2, 3, 8}) {
    const Threads guard(threads);
    CHECK(num_threads() == threads);
    for (std::int64_t n : {0, 1, 2, 7, 8, 9, 1000}) {
      for (std::int64_t grain : {1, 3, 8, 5000}) {
        const auto count = visits(n, grain);
        CHECK(std::all_of(count.begin(), count.end(), [](int c) { return c == 1; }));
        std::atomic<int> wrong = 0;
        parallel_for(n, grain, [&](std::int64_t begin, std::int64_t end) {
          if (begin % grain != 0 || end != std::min(n, begin + grain)) ++wrong;
        });
        CHECK(wrong == 0);
      }
    }
  }
}

TEST_CASE("many small jobs one after another") {
  const Threads guard(3);
  std::int64_t expected = 0;
  std::atomic<std::int64_t> sum = 0;
  for (int job = 0; job < 2000; ++job) {
    parallel_for(job % 7, 1, [&](std::int64_t begin, std::int64_t) { sum += begin * job; });
    for (int i = 0; i < job % 7; ++i) expected += i * job;
  }
  CHECK(sum == expected);
}

TEST_CASE("nested calls run inline") {
  const Threads guard(3);
  std::atomic<int> total = 0;
  std::atomic<int> moved = 0;
  parallel_for(10, 1, [&](std::int64_t, std::int64_t) {
    const auto outer = std::this_thread::get_id();
    parallel_for(10, 1, [&](std::int64_t, std::int64_t) {
      ++total;
      if (std::this_thread::get_id() != outer) ++moved;
    });
  });
  CHECK(total == 100);
  CHECK(moved == 0);
}

TEST_CASE("an exception of any block reaches the caller, and the pool goes on") {
  for (int threads : {1, 3}) {
    const Threads guard(threads);
    for (std::int64_t bad : {0, 17, 99}) {
      CHECK_THROWS_WITH_AS(parallel_for(100, 1,
                                        [&](std::int64_t begin, std::int64_t) {
                                          if (begin == bad) throw std::out_of_range("block");
                                        }),
                           "block", std::out_of_range);
      const auto count = visits(100, 1);
      CHECK(std::accumulate(count.begin(), count.end(), 0) == 100);
    }
  }
}

TEST_CASE("several threads may call at once, and change the number of threads") {
  const Threads guard(2);
  std::vector<std::thread> users;
  std::atomic<std::int64_t> sum = 0;
  for (int user = 0; user < 4; ++user) {
    users.emplace_back([&sum, user] {
      for (int job = 0; job < 200; ++job) {
        parallel_for(20, 3, [&](std::int64_t begin, std::int64_t end) { sum += end - begin; });
        if (job % 50 == 0) set_num_threads(1 + (user + job / 50) % 3);
      }
    });
  }
  for (auto& user : users) user.join();
  CHECK(sum == 4 * 200 * 20);
}

TEST_CASE("DESCENT_THREADS that is no number is an error, until a number is set") {
  // In a process of its own, since the variable is read once.
  const std::string program = std::filesystem::read_symlink("/proc/self/exe").string();
  const auto passes = [&](const std::string& threads, const std::string& test) {
    const std::string command =
        "DESCENT_THREADS='" + threads + "' '" + program + "' --no-skip --test-case='" + test + "' >/dev/null 2>&1";
    return std::system(command.c_str()) == 0;
  };
  CHECK(passes("3", "DESCENT_THREADS is 3"));
  CHECK_FALSE(passes("4", "DESCENT_THREADS is 3"));
  for (const char* bad : {"0", "-1", "2.5", "two", "2000", " 2"}) {
    CAPTURE(bad);
    CHECK(passes(bad, "DESCENT_THREADS is no number"));
  }
}

TEST_CASE("DESCENT_THREADS is 3" * doctest::skip()) { CHECK(num_threads() == 3); }

TEST_CASE("DESCENT_THREADS is no number" * doctest::skip()) {
  const std::string message = std::string("DESCENT_THREADS is '") + std::getenv("DESCENT_THREADS") +
                              "', not a number of threads from 1 to 1024";
  CHECK_THROWS_WITH_AS(num_threads(), message.c_str(), Error);
  CHECK_THROWS_WITH_AS(parallel_for(4, 1, [](std::int64_t, std::int64_t) {}), message.c_str(), Error);
  set_num_threads(2);
  CHECK(num_threads() == 2);
  CHECK(visits(100, 1) == std::vector<int>(100, 1));
}

TEST_CASE("set_num_threads refuses what it cannot do") {
  CHECK_THROWS_WITH_AS(set_num_threads(0), "set_num_threads: got 0, wanted 1 to 1024", Error);
  CHECK_THROWS_AS(set_num_threads(-1), Error);
  CHECK_THROWS_AS(set_num_threads(5000), Error);
  const Threads guard(2);
  CHECK_THROWS_WITH_AS(parallel_for(4, 1, [](std::int64_t, std::int64_t) { set_num_threads(3); }),
                       "set_num_threads: called from inside parallel_for", Error);
  CHECK(num_threads() == 2);
}
