#include "descent/report/remarks.h"

#include <doctest/doctest.h>

#include "descent/data/csv.h"
#include "temporary_folder.h"

using namespace descent;
using Lines = std::vector<std::string>;

namespace {

train::History history_of(const std::vector<double>& losses, const std::vector<double>& held_out = {}) {
  train::History history;
  for (std::size_t i = 0; i < losses.size(); ++i)
    history.epochs.push_back({.epoch = static_cast<std::int64_t>(i) + 1,
                              .loss = losses[i],
                              .held_out_loss = held_out.empty() ? train::EpochRecord::kUnknown : held_out[i]});
  return history;
}

}  // namespace

TEST_CASE("a training that went well is not remarked on") {
  CHECK(report::remarks(history_of({8, 4, 2, 1, 1}, {8, 4, 3, 2, 2})).empty());
  CHECK(report::remarks(history_of({8, 4, 2, 1, 1})).empty());
  CHECK(report::remarks(history_of({1, 2, 3, 4})).empty());  // too few epochs to tell
}

TEST_CASE("overfitting, by a tenth of the span of the held-out loss") {
  CHECK(report::remarks(history_of({8, 4, 2, 1, 0.75}, {8, 4, 3, 4, 5})) ==
        Lines{"overfitting: the held-out loss was least in epoch 3, 3, and 5 at the end, while the training loss fell "
              "on; stop earlier, decay the weights more strongly, or train on more rows"});
  CHECK(report::remarks(history_of({8, 4, 2, 1, 0.75}, {8, 4, 3, 4, 3.5})).empty());
}

TEST_CASE("a rate too high, and a training that was not over") {
  CHECK(report::remarks(history_of({1, 2, 3, 2, 4})) ==
        Lines{"the rate is too high: the training loss was 1 in the first epoch and 4 in the last; try a tenth of the "
              "rate"});
  CHECK(report::remarks(history_of({5, 4, 3, 2, 1})) ==
        Lines{"not over: in the last fifth of the epochs the training loss still fell from 2 to 1; train longer, or at "
              "a higher rate"});
}

TEST_CASE("a class that is never predicted") {
  const TemporaryFolder folder;
  std::string text = "x,y\n";
  for (int i = 0; i < 100; ++i) text += std::to_string(i % 7) + (i % 10 == 0 ? ",rare\n" : ",often\n");
  std::ofstream(folder.path + "/t.csv") << text;
  const train::FitResult result =
      train::fit_table(data::read_csv(folder.path + "/t.csv"), "y", {.lr = 1e-4, .epochs = 2});
  CHECK(report::remarks(result) ==
        Lines{"class 'rare' is never predicted, though 2 held-out rows are of it; see --class-weight balanced"});
}
