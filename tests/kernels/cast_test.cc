#include <doctest/doctest.h>

#include <cstring>

#include "kernels/evaluate.h"

using namespace descent;
using namespace descent::kernels;

TEST_CASE("casts") {
  const auto cast_one = [](auto in, auto out) {
    cast(dtype_of<decltype(in)>(), &in, dtype_of<decltype(out)>(), &out, 1);
    return out;
  };
  CHECK(cast_one(3.9f, Int{}) == 3);
  CHECK(cast_one(-3.9, Int{}) == -3);
  CHECK(cast_one(kNan, Int{}) == kIntMin);
  CHECK(cast_one(1e30, Int{}) == kIntMin);
  CHECK(cast_one(-0x1p63, Int{}) == kIntMin);
  CHECK(cast_one(kNan, bool{}) == true);
  CHECK(cast_one(-0.0f, bool{}) == false);
  CHECK(cast_one(Int{-5}, bool{}) == true);
  CHECK(cast_one(true, 0.0f) == 1);
  CHECK(cast_one(true, Int{}) == 1);
  CHECK(cast_one(Int{16777217}, 0.0f) == 16777216);
  CHECK(cast_one(0.1, 0.0f) == 0.1f);
  CHECK(cast_one(1e300, 0.0f) == kInf);
  CHECK(cast_one(0.1f, 0.0) == static_cast<double>(0.1f));
  const Buffer<float> x = inputs<float>(1000, 16);
  Buffer<float> copy(x.size());
  cast(float32, x.data(), float32, copy.data(), static_cast<Int>(x.size()));
  CHECK(std::memcmp(x.data(), copy.data(), x.size() * sizeof(float)) == 0);
  cast(float32, nullptr, float64, nullptr, 0);
}
