#include "descent/report/time_to_target.h"

#include <doctest/doctest.h>

using namespace descent;
using namespace descent::report;

TEST_CASE("the rates of a race to a target are tuned with other seeds than are measured") {
  const TargetTask& iris = target_tasks()[0];
  const RaceResult result = time_to_target(iris, DESCENT_SOURCE_DIR "/examples/data", {.seeds = 2, .epochs = 60});
  CHECK(result.track == "species");
  CHECK(result.to == iris.loss);
  REQUIRE(result.racers.size() == target_optimizers().size());
  const Racer& adam = result.racers[3];
  CHECK(adam.optimizer == "adam");
  const std::vector<RaceRun>& runs = result.runs[3];
  REQUIRE(runs.size() == 2);
  CHECK(runs[0].seed == 0);
  CHECK(runs[1].seed == 1);
  for (const RaceRun& run : runs) {
    REQUIRE(run.steps_to);
    CHECK(run.steps.back() == *run.steps_to);  // it ends there
    CHECK(run.losses.back() <= iris.loss);
  }
}
