#include "descent/train/histogram.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "descent/create.h"
#include "descent/data/csv.h"
#include "descent/train/fit.h"
#include "descent/train/recorder.h"
#include "error_of.h"

using namespace descent;
using namespace descent::train;

namespace {

WeightHistograms histograms_until(std::int64_t epochs) {
  WeightHistograms histograms;
  for (std::int64_t epoch = 0; epoch <= epochs; ++epoch)
    histograms.add(epoch, {{"w", full({3}, static_cast<double>(epoch))}});
  return histograms;
}

std::vector<std::int64_t> epochs_of(const WeightHistograms& histograms) {
  std::vector<std::int64_t> epochs;
  for (const WeightHistograms::Record& record : histograms.records()) epochs.push_back(record.epoch);
  return epochs;
}

}  // namespace

TEST_CASE("a histogram counts what is above the limit before a bucket, and up to its own") {
  const double infinity = std::numeric_limits<double>::infinity();
  const Histogram histogram = histogram_of(tensor({0.0, 1.0, 1.5, 30.0, infinity, -infinity}, {.dtype = float64}));
  CHECK(histogram.least == 0);
  CHECK(histogram.greatest == 30);
  CHECK(histogram.sum == 32.5);
  CHECK(histogram.sum_of_squares == 903.25);
  REQUIRE(histogram.counts.size() == Histogram::kBuckets);
  CHECK(histogram.counts[0] == 2);
  CHECK(histogram.counts[1] == 1);
  CHECK(histogram.counts[29] == 1);
  CHECK(histogram.limits()[0] == doctest::Approx(1));
  CHECK(histogram.limits()[29] == 30);

  CHECK(histogram_of(tensor({2.0, 2.0})).counts == std::vector<std::int64_t>{2});
  CHECK(histogram_of(tensor({2.0, 2.0})).limits() == std::vector<double>{2});
  CHECK(histogram_of(tensor({infinity})).counts.empty());
  const Histogram widest = histogram_of(tensor({-1.5e308, 1.5e308}, {.dtype = float64}));
  CHECK(widest.counts[0] == 1);
  CHECK(widest.counts[29] == 1);
}

TEST_CASE("which bucket a number is in, its limits say") {
  // Numbers at the limits, and just beside them.
  const std::vector<double> limits = histogram_of(tensor({-0.7, 1.1}, {.dtype = float64})).limits();
  std::vector<double> numbers = {-0.7};
  for (const double limit : limits)
    for (const double number : {std::nextafter(limit, -9), limit, std::nextafter(limit, 9)})
      if (number <= 1.1) numbers.push_back(number);
  std::vector<std::int64_t> counts(Histogram::kBuckets);
  for (const double number : numbers)
    ++counts[static_cast<std::size_t>(std::lower_bound(limits.begin(), limits.end(), number) - limits.begin())];
  CHECK(histogram_of(tensor(numbers, {.dtype = float64})).counts == counts);
}

TEST_CASE("weights are looked at in epochs that are kept") {
  struct Counting {
    std::vector<std::pair<std::string, nn::Parameter>> named_parameters() const {
      ++calls;
      return {{"w", nn::Parameter(ones(2))}};
    }
    mutable int calls = 0;
  } model;
  Recorder recorder;
  for (int epoch = 0; epoch <= 40; ++epoch) {
    recorder.weights(model);
    recorder.epoch();
  }
  CHECK(epochs_of(recorder.history().weights) == std::vector<std::int64_t>{0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40});
  CHECK(model.calls == 16 + 8 + 3);  // each at first, then every second one from 16 to 30, and every fourth from 32 on
}

TEST_CASE("of many epochs a handful are kept, evenly") {
  CHECK(epochs_of(histograms_until(3)) == std::vector<std::int64_t>{0, 1, 2, 3});
  CHECK(epochs_of(histograms_until(15)).size() == 16);
  CHECK(epochs_of(histograms_until(16)) == std::vector<std::int64_t>{0, 2, 4, 6, 8, 10, 12, 14, 16});
  const WeightHistograms many = histograms_until(100'000);
  CHECK(many.stride() == 8192);
  CHECK(many.records().size() == 13);
  CHECK(many.records()[12].epoch == 12 * 8192);
  CHECK(many.records()[12].tensors.at("w").least == 12 * 8192);
}

TEST_CASE("histograms go on from their state, and refuse one that does not hold together") {
  WeightHistograms resumed;
  resumed.load_state_dict(histograms_until(20).state_dict());
  for (std::int64_t epoch = 20; epoch <= 100; ++epoch)
    resumed.add(epoch, {{"w", full({3}, static_cast<double>(epoch))}});
  const StateDict state = resumed.state_dict(), whole = histograms_until(100).state_dict();
  CHECK(equal(state.at("epochs"), whole.at("epochs")));
  CHECK(equal(state.at("histogram.w"), whole.at("histogram.w")));
  resumed.load_state_dict(WeightHistograms().state_dict());
  CHECK(resumed.records().empty());

  const auto error_with = [&](const std::string& name, const Tensor& value) {
    StateDict spoilt = histograms_until(2).state_dict();
    spoilt[name] = value;
    return error_of([&] { resumed.load_state_dict(spoilt); });
  };
  const std::string what = "WeightHistograms: load_state_dict: ";
  CHECK(error_with("stride", full({}, std::int64_t{3})) == what + "stride is 3, wanted a power of 2");
  CHECK(error_with("epochs", tensor({0, 2, 1})) == what + "epoch 1 does not fit, where the stride is 1");
  CHECK(error_with("histogram.w", zeros({1, 34})) == what + "histogram.w has shape [1, 34], wanted [3, 34]");
  CHECK(error_with("histogram.w", full({3, 34}, -1.0)) == what + "histogram.w: bucket 0 has -1 elements");
  CHECK(resumed.records().empty());
}

TEST_CASE("fit_table keeps histograms of the weights where it is asked to, to the same weights") {
  const data::Table table = data::parse_csv("x,y\n1,1.5\n2,2.5\n3,3.25\n4,4\n5,5.5\n6,6\n7,6.5\n8,8\n");
  const FitResult with = fit_table(table, "y", {.epochs = 3, .weight_histograms = true});
  const FitResult without = fit_table(table, "y", {.epochs = 3});
  CHECK(without.history.weights.records().empty());
  REQUIRE(epochs_of(with.history.weights) == std::vector<std::int64_t>{0, 1, 2, 3});
  const auto last = with.history.weights.records()[3].tensors;
  CHECK(last.size() == 8);
  for (const auto& [name, weight] : with.model.network.named_parameters()) {
    CHECK(equal(weight, without.model.network.state_dict().at(name)));
    CHECK(last.at(name).least == weight.min().item());
    CHECK(last.at(name).greatest == weight.max().item());
  }
}
