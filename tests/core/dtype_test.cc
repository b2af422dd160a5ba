#include "descent/dtype.h"

#include <doctest/doctest.h>

#include "error_of.h"

using namespace descent;

TEST_CASE("of two dtypes the one of the higher kind wins, of one kind the first that holds both") {
  CHECK(promoted(boolean, int64) == int64);
  CHECK(promoted(float32, int64) == float32);
  CHECK(promoted(float32, float64) == float64);
  CHECK(promoted(boolean, boolean) == boolean);
}

TEST_CASE("dispatch calls with the C++ type of the dtype") {
  for (int i = 0; i < kDTypeCount; ++i) {
    const auto type = static_cast<DType>(i);
    const auto size = dispatch(type, [&](auto zero) {
      CHECK(dtype_of<decltype(zero)>() == type);
      return sizeof(zero);
    });
    CHECK(size == size_of(type));
  }
}

TEST_CASE("a kind that is not asked for is refused in the op's name") {
  const auto size = [](auto zero) { return sizeof(zero); };
  CHECK(dispatch_floating("f", float32, size) == 4);
  CHECK(dispatch_numbers("f", int64, size) == 8);
  CHECK(error_of([&] { dispatch_floating("f", int64, size); }) == "f is not defined for int64");
  CHECK(error_of([&] { dispatch_numbers("f", boolean, size); }) == "f is not defined for bool");
  CHECK(epsilon_of(float32) == 0x1p-23);
  CHECK(epsilon_of(float64) == 0x1p-52);
  CHECK(error_of([] { epsilon_of(int64); }) == "epsilon_of is not defined for int64");
}
