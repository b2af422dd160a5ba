// The threads of a process that forks, and of one that gets none.
#include <dlfcn.h>
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "descent/threads.h"
#include "kernels/parallel.h"

using namespace descent;
using namespace descent::kernels;

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define DESCENT_MAY_FORK 0
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define DESCENT_MAY_FORK 0  // it ends a child of a process with threads that starts some of its own
#endif
#ifndef DESCENT_MAY_FORK
#define DESCENT_MAY_FORK 1
#endif

namespace {

bool is_child = false;

}  // namespace

// For the leak sanitizer, which waits in the child of a fork for threads that are not there.
extern "C" [[gnu::visibility("default")]] int __lsan_is_turned_off();
extern "C" int __lsan_is_turned_off() { return is_child; }

namespace {

struct Threads {
  int before = num_threads();
  explicit Threads(int count) { set_num_threads(count); }
  ~Threads() { set_num_threads(before); }
};

std::int64_t sum_of_many() {
  std::atomic<std::int64_t> sum = 0;
  parallel_for(10'000, 1, [&](std::int64_t begin, std::int64_t) { sum += begin; });
  return sum;
}
constexpr std::int64_t kSum = 49'995'000;

/// What a child in which `action` returns ends with: "exit 0", "signal 11".
template <class F>
std::string end_of_child(const F& action) {
  std::cout << std::flush;  // or the child prints it again
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    is_child = true;
    alarm(60);  // where it would wait for threads that are not there
    std::exit(action() ? 0 : 1);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  return WIFSIGNALED(status) ? "signal " + std::to_string(WTERMSIG(status))
                             : "exit " + std::to_string(WEXITSTATUS(status));
}

}  // namespace

TEST_CASE("a child of a fork exits, works, and changes the number of threads" * doctest::skip(!DESCENT_MAY_FORK)) {
  for (const int threads : {1, 2, 4, 8}) {
    CAPTURE(threads);
    const Threads guard(threads);
    // Before the threads have started, and after.
    for (int i = 0; i < 2; ++i) {
      CHECK(end_of_child([] { return true; }) == "exit 0");
      CHECK(end_of_child([&] { return num_threads() == threads && sum_of_many() == kSum; }) == "exit 0");
      CHECK(end_of_child([] {
              set_num_threads(3);
              return sum_of_many() == kSum;
            }) == "exit 0");
      CHECK(end_of_child([] { return end_of_child([] { return sum_of_many() == kSum; }) == "exit 0"; }) == "exit 0");
      CHECK(sum_of_many() == kSum);
    }
  }
}

TEST_CASE("a fork while another thread has work done" * doctest::skip(!DESCENT_MAY_FORK)) {
  const Threads guard(4);
  std::atomic<bool> stop = false;
  std::atomic<int> jobs = 0, wrong = 0;
  std::thread worker([&] {
    while (!stop) {
      if (sum_of_many() != kSum) ++wrong;
      ++jobs;
    }
  });
  for (int i = 0; i < 30; ++i) {
    const int before = jobs;
    while (jobs == before) std::this_thread::yield();
    CHECK(end_of_child([] { return sum_of_many() == kSum; }) == "exit 0");
  }
  stop = true;
  worker.join();
  CHECK(wrong == 0);
}

TEST_CASE("a plug-in is loaded, works on threads, and is let go, again and again") {
  for (int i = 0; i < 20; ++i) {
    void* library = ::dlopen(DESCENT_PLUG_IN, RTLD_NOW | RTLD_LOCAL);
    REQUIRE_MESSAGE(library != nullptr, ::dlerror());
    const auto work = reinterpret_cast<double (*)()>(::dlsym(library, "descent_plug_in_work"));
    REQUIRE((work != nullptr));
    CHECK(work() == 4);
    std::thread([&] { CHECK(work() == 4); }).join();
    CHECK(::dlclose(library) == 0);
    CHECK(sum_of_many() == kSum);
  }
}

TEST_CASE("where no thread can be started, the one that there is does the work") {
  // In a process of its own, without the right to more.
  const std::string program = std::filesystem::read_symlink("/proc/self/exe").string();
  // Without those rights the leak sanitizer cannot look at it.
  const std::string command =
      "ASAN_OPTIONS=detect_leaks=0 '" + program + "' --no-skip --test-case='work without more threads' >/dev/null 2>&1";
  CHECK(std::system(command.c_str()) == 0);
}

TEST_CASE("work without more threads" * doctest::skip()) {
  // Of root there is no limit on processes.
  if (geteuid() == 0) REQUIRE(setuid(65534) == 0);
  const rlimit limit{1, 1};
  REQUIRE(setrlimit(RLIMIT_NPROC, &limit) == 0);
  bool refused = false;
  try {
    std::thread([] {}).join();
  } catch (const std::system_error&) {
    refused = true;
  }
  REQUIRE(refused);
  set_num_threads(8);
  CHECK(sum_of_many() == kSum);
  CHECK(sum_of_many() == kSum);
  CHECK(num_threads() == 8);
}
