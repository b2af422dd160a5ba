// Kernels of int64 and bool.
#include <doctest/doctest.h>

#include <cmath>

#include "kernels/evaluate.h"

using namespace descent;
using namespace descent::kernels;

TEST_CASE("int64 arithmetic wraps") {
  CHECK(of<Int>(Formula::add, kIntMax, 1) == kIntMin);
  CHECK(of<Int>(Formula::sub, kIntMin, 1) == kIntMax);
  CHECK(of<Int>(Formula::mul, kIntMax, 2) == -2);
  CHECK(of<Int>(Formula::floor_divide, kIntMin, -1) == kIntMin);
  CHECK(of<Int>(Formula::remainder, kIntMin, -1) == 0);
  CHECK(of<Int>(Formula::fmod, kIntMin, -1) == 0);
  CHECK(of<Int>(Formula::pow, 3, 40) == static_cast<Int>(12157665459056928801u));
  const Int smallest = kIntMin;
  const Operand in{&smallest, 1};
  for (const Formula formula : {Formula::neg, Formula::abs}) {
    Int out;
    elementwise(formula, int64)(&in, &out, 1);
    CHECK(out == kIntMin);
  }
}

TEST_CASE("int64 division rounds down, and powers are whole") {
  for (const Int a : {Int{7}, Int{-7}, Int{6}, Int{-6}, Int{0}}) {
    for (const Int b : {Int{3}, Int{-3}, Int{1}, Int{-1}}) {
      const Int quotient = static_cast<Int>(std::floor(static_cast<double>(a) / static_cast<double>(b)));
      CHECK(of<Int>(Formula::floor_divide, a, b) == quotient);
      CHECK(of<Int>(Formula::remainder, a, b) == a - quotient * b);
      CHECK(of<Int>(Formula::fmod, a, b) == a % b);
    }
  }
  CHECK(of<Int>(Formula::pow, 2, 10) == 1024);
  CHECK(of<Int>(Formula::pow, 0, 0) == 1);
  CHECK(of<Int>(Formula::pow, -3, 3) == -27);
  CHECK(of<Int>(Formula::pow, 2, -1) == 0);
  CHECK(of<Int>(Formula::pow, 1, -5) == 1);
  CHECK(of<Int>(Formula::pow, -1, -1) == -1);
  CHECK(of<Int>(Formula::pow, -1, -2) == 1);
  CHECK(of<Int>(Formula::minimum, -3, 3) == -3);
  CHECK(of<Int>(Formula::maximum, -3, 3) == 3);
}

TEST_CASE("bool formulas") {
  for (const bool a : {false, true}) {
    for (const bool b : {false, true}) {
      CHECK(of<bool>(Formula::logical_and, a, b) == (a && b));
      CHECK(of<bool>(Formula::logical_or, a, b) == (a || b));
      CHECK(of<bool>(Formula::logical_xor, a, b) == (a != b));
      CHECK(of<bool>(Formula::minimum, a, b) == (a && b));
      CHECK(of<bool>(Formula::maximum, a, b) == (a || b));
      CHECK(of<bool>(Formula::eq, a, b) == (a == b));
      CHECK(of<bool>(Formula::lt, a, b) == (a < b));
    }
    const Operand in{&a, 1};
    bool out;
    elementwise(Formula::logical_not, boolean)(&in, &out, 1);
    CHECK(out == !a);
  }
}
