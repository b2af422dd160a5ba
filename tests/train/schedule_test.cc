#include "descent/train/schedule.h"

#include <doctest/doctest.h>

using namespace descent::train;

TEST_CASE("warmup_cosine rises, then falls to 0") {
  CHECK(warmup_cosine(0) == 0);
  CHECK(warmup_cosine(0.05) == doctest::Approx(0.5));
  CHECK(warmup_cosine(0.1) == 1);
  CHECK(warmup_cosine(0.55) == doctest::Approx(0.5));
  CHECK(warmup_cosine(1) == doctest::Approx(0));
  CHECK(warmup_cosine(0, 0) == 1);
}
