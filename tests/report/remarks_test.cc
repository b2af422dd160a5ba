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

TEST_CASE("a rate too high for the loss to settle") {
  const Lines restless = {
      "the rate is too high: the training loss goes up and down to the end; try a third of the rate, or a schedule "
      "that "
      "lowers it"};
  CHECK(report::remarks(history_of({10, 4, 6, 4, 6, 4, 6, 4})) == restless);
  CHECK(report::remarks(history_of({10, 4, 4.5, 4, 4.5, 4, 4.5, 4})).empty());  // by a twelfth of the span
  CHECK(report::remarks(history_of({10, 6, 7, 6, 4, 3, 2, 1})) != restless);    // it falls in the last half
}

TEST_CASE("a rate too low, by the loss and the gradient") {
  train::History history = history_of({10, 9.9, 9.8, 9.7, 9.6, 9.5});
  for (train::EpochRecord& epoch : history.epochs) epoch.gradient_norm = 4;
  CHECK(report::remarks(history) ==
        Lines{"the rate is too low: the training loss fell in nearly every epoch, but only from 10 to 9.5, and the "
              "gradient is hardly smaller than at the beginning; try ten times the rate"});
  history.epochs.back().gradient_norm = 1;  // it came to where there is little left
  CHECK(
      report::remarks(history) ==
      Lines{"not over: in the last fifth of the epochs the training loss still fell from 9.6 to 9.5; train longer, or "
            "at a higher rate"});
}

TEST_CASE("no better than the simplest guess, by learning too much or too little") {
  const TemporaryFolder folder;
  std::ofstream(folder.path + "/t.csv") << "x,y\n1,1.5\n2,2.5\n3,3\n4,4.5\n5,5\n6,6.5\n7,7\n8,8.5\n";
  train::FitResult result = train::fit_table(data::read_csv(folder.path + "/t.csv"), "y", {.epochs = 1});
  result.history.epochs = {{.epoch = 1, .loss = 0.5}};
  result.held_out->loss = 1;
  result.baseline->loss = 1;
  CHECK(report::remarks(result) ==
        Lines{"overfitting: on held-out rows the loss is 1, no less than the 1 of the simplest guess, though it is 0.5 "
              "on training rows; a smaller network, more weight decay or more rows may help"});
  result.history.epochs[0].loss = 0.9;
  CHECK(report::remarks(result) ==
        Lines{"underfitting: the loss is 1 on held-out rows, no less than the 1 of the simplest guess, and 0.9 on "
              "training rows; the columns may not tell the target, or it takes another rate or more epochs"});
  result.baseline->loss = 1.25;
  CHECK(report::remarks(result).empty());
}

TEST_CASE("a class that is never predicted") {
  const TemporaryFolder folder;
  std::string text = "x,y\n";
  for (int i = 0; i < 100; ++i) text += std::to_string(i % 7) + (i % 10 == 0 ? ",rare\n" : ",often\n");
  std::ofstream(folder.path + "/t.csv") << text;
  train::FitResult result = train::fit_table(data::read_csv(folder.path + "/t.csv"), "y", {.lr = 1e-4, .epochs = 2});
  result.baseline->loss = 2 * result.held_out->loss;
  CHECK(report::remarks(result) ==
        Lines{"class 'rare' is never predicted, though 2 held-out rows are of it; see --class-weight balanced"});
}

TEST_CASE("hidden layers of which more than a tenth of the units are dead") {
  const train::Diagnosis diagnosis{.hidden_layers = {{.units = 20, .dead = 2}, {.units = 20, .dead = 3}, {}}};
  CHECK(report::remarks(diagnosis) ==
        std::vector<std::string>{
            "dead units: 3 of the 20 of hidden layer 2 say the same of every held-out row, where their activation is "
            "flat, and learn nothing any more; try a lower rate, or a warm-up"});
}
