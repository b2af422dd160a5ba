#include "descent/report/race.h"

#include <doctest/doctest.h>

#include <cmath>

#include "descent/data/csv.h"
#include "error_of.h"
#include "report/race_outcome.h"

using namespace descent;
using namespace descent::report;
using doctest::Approx;

namespace {

constexpr const char* kPlain = "sgd:momentum=0,nesterov=false,lr=";

RaceRun run_over(const char* function, const std::string& racer, std::int64_t steps) {
  return race(find_known_function(function), {parse_racer(racer)}, {.steps = steps}).runs[0][0];
}

}  // namespace

TEST_CASE("a racer is an optimizer with its rate and its schedule") {
  const Racer racer = parse_racer("sgd:lr=0.5,momentum=0.8,schedule=step:gamma=0.5,step_size=10");
  CHECK(racer.name == "sgd:lr=0.5,momentum=0.8,schedule=step:gamma=0.5,step_size=10");
  CHECK(racer.optimizer == "sgd:momentum=0.8");
  CHECK(racer.lr == 0.5);
  CHECK(racer.schedule == "step:gamma=0.5,step_size=10");
  CHECK(parse_racer("adam").lr == 0.003);
  CHECK(parse_racer("adam:lr=1").optimizer == "adam");
  CHECK(parse_racer("adam").schedule == "constant");
  CHECK(error_of([] { parse_racer("adan_:lr=1"); }) == "there is no optimizer 'adan_'; did you mean 'adan'?");
  CHECK(error_of([] { parse_racer("adam:"); }) != "");
  CHECK(error_of([] { parse_racer("adam:lr=x"); }) == "'adam:lr=x': lr = 'x' is not a number");
  CHECK(error_of([] { parse_racer("adam:lr=1,lr=2"); }) == "'adam:lr=1,lr=2': there are two values for 'lr'");
  CHECK(error_of([] { parse_racer("adam:lr=-1"); }) == "Adam: lr = -1 must be at least 0");
  CHECK(error_of([] { parse_racer("adam:schedule=cosin"); }) == "there is no schedule 'cosin'; did you mean 'cosine'?");
}

TEST_CASE("a run of gradient descent takes the steps that the formula says") {
  const RaceRun run = run_over("two_valleys", std::string(kPlain) + "0.01", 3);
  CHECK(run.steps == std::vector<std::int64_t>{0, 1, 2, 3});
  double w = -2;
  for (std::size_t step = 0; step <= 3; ++step) {
    CHECK(run.places[step][0] == Approx(w).epsilon(1e-12));
    CHECK(run.losses[step] == Approx(w * w * w * w / 4 - w * w * w / 3 - w * w + 8.0 / 3).epsilon(1e-12));
    w -= 0.01 * w * (w + 1) * (w - 2);
  }
}

TEST_CASE("who is trapped, who gets out, who is on the way, who rests and who diverges") {
  const RaceRun trapped = run_over("two_valleys", std::string(kPlain) + "0.05", 200);
  CHECK(trapped.outcome == Outcome::trapped);
  CHECK(trapped.words == "is trapped in the valley at -1; the deepest is 2.25 lower");
  CHECK(trapped.final_loss == Approx(2.25));
  CHECK_FALSE(trapped.steps_to);
  const RaceRun out = run_over("two_valleys", "sgd:lr=0.05,momentum=0.9", 200);
  CHECK(out.outcome == Outcome::deepest);
  CHECK(out.words ==
        "gets out of the valley at -1, where it began, and reaches the bottom of the valley at 2; none is deeper");
  CHECK(out.steps_to.value() > 5);
  CHECK(out.steps_to.value() < 150);
  const RaceRun on_its_way = run_over("rosenbrock", std::string(kPlain) + "0.001", 100);
  CHECK(on_its_way.outcome == Outcome::on_its_way);
  CHECK(on_its_way.words.starts_with("is on its way in the valley at (1, 1); it stands at (-"));
  const RaceRun diverged = run_over("two_valleys", std::string(kPlain) + "10", 200);
  CHECK(diverged.outcome == Outcome::diverged);
  CHECK(diverged.steps.back() < 20);
  CHECK(diverged.words == "diverges: after step " + std::to_string(diverged.steps.back()) + " its loss is no number");
}

TEST_CASE("who rests on a saddle, and who is lost") {
  RaceRun run{.final_loss = 0.25};
  judge(run, find_known_function("saddle"), {1.5, 0}, {0, 0});
  CHECK(run.outcome == Outcome::at_rest);
  CHECK(run.words == "rests at (0, 0), where there is no slope, and no valley either");
  judge(run, find_known_function("beale"), {1, 1.5}, {-100, 3});
  CHECK(run.outcome == Outcome::lost);
  CHECK(run.words == "got lost: at (-100, 3) no way straight down leads to a minimum");
}

TEST_CASE("a schedule changes the rate of a run") {
  const auto last_step = [](const std::string& racer) {
    const RaceRun run = run_over("two_valleys", std::string(kPlain) + racer, 40);
    return std::fabs(run.places[40][0] - run.places[39][0]);
  };
  CHECK(last_step("0.001,schedule=linear") < 0.1 * last_step("0.001"));
  // Steps of one length end beside the minimum, unless something sees that the loss falls no more.
  const std::string steps_of_one_length = "sign_sgd:momentum=0,lr=0.07";
  CHECK(run_over("two_valleys", steps_of_one_length, 300).final_loss > 2.2504);
  CHECK(run_over("two_valleys", steps_of_one_length + ",schedule=plateau", 300).final_loss ==
        Approx(2.25).epsilon(1e-6));
}

TEST_CASE("the same race has the same losses each time, and seeds begin beside each other") {
  const std::vector<Racer> racers = {parse_racer("adam:lr=0.1"), parse_racer("noisy_sgd:lr=0.01")};
  const RaceOptions options{.steps = 50, .seeds = 3};
  const RaceResult first = race(find_known_function("himmelblau"), racers, options);
  const RaceResult second = race(find_known_function("himmelblau"), racers, options);
  REQUIRE(first.runs.size() == 2);
  REQUIRE(first.runs[0].size() == 3);
  for (std::size_t racer = 0; racer < 2; ++racer) {
    for (std::size_t seed = 0; seed < 3; ++seed)
      CHECK(first.runs[racer][seed].losses == second.runs[racer][seed].losses);
  }
  CHECK(first.runs[0][0].places[0] == std::vector<double>{0, 0});
  CHECK(first.runs[0][1].places[0] != first.runs[0][2].places[0]);
  CHECK(first.runs[0][1].places[0] == first.runs[1][1].places[0]);
  CHECK(first.to == 0.01);
}

TEST_CASE("a summary has means, the spread between seeds, and how many reached the loss") {
  const std::vector<RaceRun> runs = {{.final_loss = 1, .steps_to = 10, .seconds_to = 0.5},
                                     {.final_loss = 3, .steps_to = 30, .seconds_to = 1.5},
                                     {.final_loss = 5}};
  const RaceSummary summary = summary_of(runs);
  CHECK(summary.reached == 2);
  CHECK(summary.steps_to == 20);
  CHECK(summary.seconds_to == 1);
  CHECK(summary.final_loss == Approx(3));
  CHECK(summary.spread == Approx(2));
  CHECK(std::isnan(summary_of({{.final_loss = 1}}).steps_to));
  CHECK(summary_of({{.final_loss = 1}}).spread == 0);
}

TEST_CASE("words of several seeds count how they ended") {
  const RaceResult result =
      race(find_known_function("two_valleys"), {parse_racer(std::string(kPlain) + "0.05"), parse_racer("sgd:lr=0.05")},
           {.steps = 200, .seeds = 2});
  const std::vector<std::string> words = in_words(result);
  REQUIRE(words.size() == 2);
  CHECK(words[0] == std::string(kPlain) + "0.05 ends, of 2 seeds, 2 trapped in a valley that is not the deepest.");
  CHECK(
      words[1] ==
      "sgd:lr=0.05 ends, of 2 seeds, 1 at the bottom of a valley than which none is deeper, 1 trapped in a valley that "
      "is not the deepest.");
}

TEST_CASE("frames are each step at first, then farther apart, and end with the last") {
  CHECK(frame_steps(3) == std::vector<std::int64_t>{0, 1, 2, 3});
  const std::vector<std::int64_t> frames = frame_steps(10000);
  CHECK(frames.size() < 450);
  CHECK(frames[200] == 200);
  CHECK(frames[201] == 204);
  CHECK(frames.back() == 10000);
}

TEST_CASE("a race over a table trains a model for each racer and seed") {
  const data::Table table = data::read_csv(DESCENT_SOURCE_DIR "/examples/data/iris.csv");
  const std::vector<Racer> racers = {parse_racer("adam"), parse_racer("sgd:lr=1e30")};
  const RaceResult result = race(table, "species", racers, {.seeds = 2, .to = 0.9}, {.epochs = 4});
  const RaceRun& run = result.runs[0][1];
  CHECK(run.seed == 1);
  CHECK(run.steps == std::vector<std::int64_t>{8, 16, 24, 32});
  CHECK(run.losses[0] > run.losses[3]);
  CHECK(run.final_loss == run.losses[3]);
  REQUIRE(run.steps_to);
  CHECK(run.words == "reached 0.9 after " + std::to_string(*run.steps_to) + " steps");
  CHECK(result.runs[1][0].outcome == Outcome::diverged);
  CHECK(result.runs[1][0].words.starts_with("diverges: "));
  const RaceResult stopped = race(table, "species", {racers[0]}, {.to = 1e9}, {.epochs = 4}, true);
  CHECK(stopped.runs[0][0].steps.size() == 1);
  CHECK(error_of([&] { race(table, "species", {}, {}); }) == "race: nobody takes part");
  CHECK(error_of([&] { race(table, "species", racers, {.seeds = 0}); }) == "race: seeds = 0 must be at least 1");
}
