// Text is whole, or there is an exception: it is never cut short.
#include <doctest/doctest.h>

#include <limits>
#include <new>
#include <string>

#include "allocation/heap.h"
#include "descent/dims.h"
#include "descent/dtype.h"
#include "descent/error.h"

using namespace descent;
using namespace descent::heap;

TEST_CASE("concat writes what a stream would") {
  CHECK(concat() == "");
  CHECK(concat("a", 'b', std::string("c"), std::string_view("d"), true, false) == "abcd10");
  CHECK(concat(0, ' ', -7, ' ', std::size_t{18446744073709551615u}, ' ', std::int8_t{-5}) ==
        "0 -7 18446744073709551615 -5");
  CHECK(concat(0.0, ' ', -0.0, ' ', 1.0, ' ', 0.1, ' ', 1234567.0, ' ', 1e-5, ' ', 1.0f / 3, ' ', 1e300) ==
        "0 -0 1 0.1 1.23457e+06 1e-05 0.333333 1e+300");
  CHECK(concat(std::numeric_limits<double>::infinity(), ' ', -std::numeric_limits<double>::infinity(), ' ',
               std::numeric_limits<double>::quiet_NaN()) == "inf -inf nan");
  CHECK(concat(Dims{2, 3}, ' ', Dims{}, ' ', float32) == "[2, 3] [] float32");
}

TEST_CASE("concat without memory throws" * doctest::skip(!DESCENT_OWNS_THE_HEAP)) {
  const std::string part(2000, 'a');
  int thrown = 0;
  for (const Failures failures : {Failures::once, Failures::from_then_on}) {
    for (long n = 0;; ++n) {
      std::string text;
      bool threw = false;
      {
        Failing failing(n, failures);
        try {
          text = concat(part, 12345678901234, part, Dims{100, 200}, part);
        } catch (const std::bad_alloc&) {
          threw = true;
        }
        failing.stop();
      }
      if (!Failing::have_failed()) break;
      REQUIRE(threw);
      ++thrown;
    }
  }
  CHECK(thrown >= 4);
  CHECK(concat(part, 1, part).size() == 4001);
}
