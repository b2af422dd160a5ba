// What is said where there is no memory.
#include <descent/descent.h>
#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <thread>

#include "allocation/heap.h"

using namespace descent;
using namespace descent::heap;

namespace {

/// The message of the OutOfMemory that `call` throws on a thread that keeps no blocks, when its first allocation of
/// many fails.
std::string message_of(const std::function<void()>& call) {
  std::thread(call).join();  // what is allocated once in a process is there
  std::string message = "none";
  for (long n = 0; n < 100 && message == "none"; ++n) {
    std::thread([&] {
      Failing failing(n, Failures::once);
      try {
        call();
      } catch (const OutOfMemory& error) {
        failing.stop();
        // Less is what a handle, or a record for the gradient, takes.
        if (error.bytes() >= 1'000'000) message = error.what();
      }
    }).join();
  }
  return message;
}

}  // namespace

TEST_CASE("an op without memory says its name and the bytes" * doctest::skip(!DESCENT_OWNS_THE_HEAP)) {
  const Tensor x = ones({1000, 1000}), row = ones({1, 1000});
  CHECK(message_of([&] { x + row; }) == "add: there is no memory for 4194304 bytes");
  CHECK(message_of([&] { matmul(x, x); }) == "matmul: there is no memory for 4194304 bytes");
  CHECK(message_of([&] { x.to(float64); }) == "to: there is no memory for 8388608 bytes");
  CHECK(message_of([&] { x.transpose(0, 1).clone(); }) == "clone: there is no memory for 4194304 bytes");
  CHECK(message_of([&] {
          x[0].expand({1000, 1000}).clone().add_(1);
        }) == "clone: there is no memory for 4194304 bytes");
  // Afterwards all is as ever.
  CHECK(sum(x + row).item() == 2e6);
}

TEST_CASE("a file without memory is whole, or there is an exception" * doctest::skip(!DESCENT_OWNS_THE_HEAP)) {
  const std::string path = "/tmp/descent_memory_test.safetensors";
  const StateDict earlier = {{"a", ones({3, 4})}}, later = {{"a", zeros({3, 4})}, {"b", ones({700})}};
  for (const Failures failures : {Failures::once, Failures::from_then_on}) {
    int thrown = 0;
    for (long n = 0;; ++n) {
      save(path, earlier, {{"key", "value"}});
      bool threw = false;
      std::thread([&] {
        Failing failing(n, failures);
        try {
          save(path, later, {{"key", "other"}});
        } catch (const Error&) {
          threw = true;
        } catch (const std::bad_alloc&) {
          threw = true;
        }
      }).join();
      const bool failed = Failing::have_failed();
      const Safetensors found = load(path);
      REQUIRE(found.metadata.at("key") == (threw ? "value" : "other"));
      REQUIRE(found.tensors.size() == (threw ? 1 : 2));
      thrown += threw ? 1 : 0;
      if (!failed) break;
    }
    CHECK(thrown > 10);
    for (long n = 0, refused = 0;; ++n) {
      Safetensors found;
      bool threw = false;
      std::thread([&] {
        Failing failing(n, failures);
        try {
          found = load(path);
        } catch (const Error&) {
          threw = true;
        } catch (const std::bad_alloc&) {
          threw = true;
        }
      }).join();
      refused += threw ? 1 : 0;
      if (!threw) REQUIRE(sum(found.tensors.at("b")).item() == 700);
      if (Failing::have_failed()) continue;
      CHECK(refused > 10);
      break;
    }
  }
  std::remove(path.c_str());
}
