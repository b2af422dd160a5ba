#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>

#include "descent/create.h"
#include "descent/error.h"
#include "descent/ops.h"
#include "descent/safetensors.h"
#include "descent/text.h"
#include "descent/train/fit.h"
#include "temporary_folder.h"

using namespace descent;
using namespace descent::train;
using data::Table;

namespace {

const std::string kData = DESCENT_SOURCE_DIR "/examples/data/";

/// A model of each network of the ensemble for itself.
std::vector<TabularModel> networks_of(const TabularModel& model) {
  std::vector<TabularModel> all;
  for (std::size_t i = 0; i <= model.others.size(); ++i) {
    TabularModel one = model;
    one.others.clear();
    if (i > 0) one.network = model.others[i - 1];
    all.push_back(std::move(one));
  }
  return all;
}

bool same_weights(const StateDict& a, const StateDict& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const auto& x, const auto& y) { return x.first == y.first && equal(x.second, y.second); });
}

}  // namespace

TEST_CASE("an ensemble predicts the mean of what its networks predict") {
  const Table iris = data::read_csv(kData + "iris.csv"), diabetes = data::read_csv(kData + "diabetes.csv");
  const data::Rows rows = {0, 7, 60, 120, 149};
  const auto check = [&](const Table& table, const std::string& target, const std::string& loss) {
    CAPTURE(loss);
    const TabularModel model =
        fit_table(table, target, {.hidden = {8}, .loss = loss, .epochs = 3, .ensemble = 3}).model;
    REQUIRE(model.others.size() == 2);
    Tensor values, squares, variances;
    for (const TabularModel& one : networks_of(model)) {
      const Predictions of_one = one.predict(table, rows);
      const auto add = [](Tensor& sum, const Tensor& more) { sum = sum.defined() ? sum + more / 3 : more / 3; };
      add(values, of_one.values);
      add(squares, square(of_one.values));
      if (of_one.deviations.defined()) add(variances, square(of_one.deviations));
    }
    const Predictions predictions = model.predict(table, rows);
    // Where quantities are learnt by log(1 + y) the mean is that of the quantities, too.
    CHECK(allclose(predictions.values, values, 1e-5));
    if (loss == "interval")
      CHECK(all(predictions.intervals(Ellipsis, 0) < predictions.intervals(Ellipsis, 1)).item<bool>());
    if (loss == "gaussian_nll")
      CHECK(allclose(predictions.deviations, sqrt(variances + squares - square(values)), 1e-4));
  };
  check(iris, "species", "cross_entropy");
  check(diabetes, "progression", "mse");
  check(diabetes, "progression", "gaussian_nll");
  check(diabetes, "progression", "interval");
  check(diabetes, "progression", "poisson");
  check(diabetes, "progression", "msle");
}

TEST_CASE("the networks of an ensemble differ, and the first is that of a training alone") {
  const Table table = data::read_csv(kData + "wine.csv");
  const TabularModel alone = fit_table(table, "class", {.epochs = 2}).model;
  const TabularModel three = fit_table(table, "class", {.epochs = 2, .ensemble = 3}).model;
  const TabularModel two = fit_table(table, "class", {.epochs = 2, .ensemble = 2}).model;
  CHECK(same_weights(three.network.state_dict(), alone.network.state_dict()));
  CHECK_FALSE(same_weights(three.others[0].state_dict(), three.network.state_dict()));
  CHECK_FALSE(same_weights(three.others[1].state_dict(), three.others[0].state_dict()));
  CHECK(same_weights(two.others[0].state_dict(), three.others[0].state_dict()));
}

TEST_CASE("an ensemble is better on average than one network") {
  const Table table = data::read_csv(kData + "digits.csv");
  const FitOptions options = {.hidden = {32}, .epochs = 6, .ensemble = 5};
  const FitResult result = fit_table(table, "digit", options);
  double of_one = 0;
  for (const TabularModel& one : networks_of(result.model))
    of_one += one.evaluate(table, result.held_out_rows).loss / 5;
  CHECK(result.held_out->loss < of_one);
}

TEST_CASE("an ensemble is saved and loaded as it is") {
  const TemporaryFolder folder;
  const Table table = data::read_csv(kData + "wine.csv");
  const TabularModel model = fit_table(table, "class", {.hidden = {4}, .epochs = 1, .ensemble = 3}).model;
  const std::string path = folder.path + "/m";
  model.save(path);
  const TabularModel loaded = TabularModel::load(path);
  CHECK(loaded.others.size() == 2);
  const data::Rows rows = data::all_rows(table.rows);
  CHECK(equal(loaded.predict(table, rows).values, model.predict(table, rows).values));

  const Safetensors good = load(path);
  const auto refuse = [&](const std::string& network, const std::string& message) {
    std::map<std::string, std::string> metadata = good.metadata;
    metadata["network"] = network;
    save(path, good.tensors, metadata);
    CHECK_THROWS_WITH_AS(TabularModel::load(path), (path + ": " + message).c_str(), Error);
  };
  const std::string network = R"({"inputs": 13, "hidden": [4], "outputs": 3, "activation": "gelu", "clip": 3)";
  refuse(network + "}", "tensor 'others.0.deep.0.bias' is no part of the network of its metadata");
  refuse(network + R"(, "others": 3})",
         "the network of its metadata has a tensor 'others.2.deep.0.bias', the file none");
  refuse(network + R"(, "others": 1e9})", "metadata 'network'.others: wants a whole number");
  refuse(network + R"(, "others": 100000})", "metadata 'network'.others: 100000 is not of 1 to 1024");
}

TEST_CASE("a training begins with the networks of an ensemble in turn") {
  const Table table = data::read_csv(kData + "wine.csv");
  const TabularModel two = fit_table(table, "class", {.hidden = {4}, .epochs = 1, .ensemble = 2}).model;
  FitOptions options = {.lr = 1e-30, .weight_decay = 0, .epochs = 1, .from = &two};
  const TabularModel again = fit_table(table, "class", options).model;
  CHECK(same_weights(again.network.state_dict(), two.network.state_dict()));
  REQUIRE(again.others.size() == 1);
  CHECK(same_weights(again.others[0].state_dict(), two.others[0].state_dict()));
  options.ensemble = 3;
  const TabularModel three = fit_table(table, "class", options).model;
  CHECK(same_weights(three.others[1].state_dict(), two.network.state_dict()));
}

TEST_CASE("an ensemble that was stopped keeps the networks that were done, and goes on to the bit") {
  const TemporaryFolder folder;
  const Table table = data::read_csv(kData + "wine.csv");
  FitOptions options = {.hidden = {4}, .epochs = 4, .ensemble = 3};
  const TabularModel whole = fit_table(table, "class", options).model;
  std::vector<std::int64_t> networks;
  options.on_epoch = [&](const EpochReport& report) { networks.push_back(report.network); };
  options.checkpoint = folder.path + "/c";
  options.should_stop = [&] { return networks.size() == 6; };  // half of the second
  const FitResult stopped = fit_table(table, "class", options);
  CHECK(stopped.stopped);
  CHECK(stopped.model.others.empty());
  CHECK(same_weights(stopped.model.network.state_dict(), whole.network.state_dict()));
  CHECK(networks == std::vector<std::int64_t>{1, 1, 1, 1, 2, 2});
  CHECK(stopped.history.epochs.size() == 4);

  options.should_stop = nullptr;
  options.resume = true;
  networks.clear();
  const TabularModel resumed = fit_table(table, "class", options).model;
  CHECK(networks == std::vector<std::int64_t>{2, 2, 3, 3, 3, 3});
  REQUIRE(resumed.others.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) CHECK(same_weights(resumed.others[i].state_dict(), whole.others[i].state_dict()));
}

TEST_CASE("each network of an ensemble is trained as was chosen, however soon another one ended") {
  const Table table = data::read_csv(kData + "wine.csv");
  FitOptions options = {.hidden = {4}, .epochs = 40, .ensemble = 3, .early_stop = 1};
  std::vector<std::int64_t> epochs(3), last(3);
  options.on_epoch = [&](const EpochReport& report) {
    epochs[static_cast<std::size_t>(report.network - 1)] = report.epochs;
    last[static_cast<std::size_t>(report.network - 1)] = report.epoch;
  };
  options.lr = 0.3;
  const TabularModel model = fit_table(table, "class", options).model;
  CHECK(last[0] < 40);
  CHECK(epochs == std::vector<std::int64_t>{40, 40, 40});
  CHECK(model.training.epochs == last[0]);
}

TEST_CASE("checkpoints of any network of an ensemble are in the way before the first training") {
  const TemporaryFolder folder;
  const Table table = data::read_csv(kData + "wine.csv");
  FitOptions options = {.hidden = {4}, .epochs = 1, .ensemble = 2, .checkpoint = folder.path + "/c"};
  fit_table(table, "class", options);
  std::filesystem::rename(folder.path + "/c/network-2", folder.path + "/kept");
  std::filesystem::remove_all(folder.path + "/c");
  std::filesystem::create_directory(folder.path + "/c");
  std::filesystem::rename(folder.path + "/kept", folder.path + "/c/network-2");
  bool trained = false;
  options.on_epoch = [&](const EpochReport&) { trained = true; };
  CHECK_THROWS_WITH_AS(fit_table(table, "class", options), doctest::Contains("/c/network-2: holds checkpoints already"),
                       Error);
  CHECK_FALSE(trained);
}

TEST_CASE("the networks of an ensemble share the time") {
  const Table table = data::read_csv(kData + "wine.csv");
  const FitResult result = fit_table(table, "class", {.epochs = 1'000'000, .ensemble = 2, .seconds = 0.2});
  CHECK(result.model.others.size() == 1);
  CHECK(result.model.training.epochs < 1'000'000);
}

TEST_CASE("a network that fails leaves those before it") {
  const Table table = data::read_csv(kData + "wine.csv");
  const TabularModel two = fit_table(table, "class", {.hidden = {4}, .epochs = 1, .ensemble = 2}).model;
  two.others[0].wide.weight.detach().fill_(1e38);
  std::shared_ptr<const TabularModel> left;
  try {
    fit_table(table, "class", {.lr = 1e-30, .weight_decay = 0, .epochs = 1, .from = &two});
  } catch (const FitFailed& failed) {
    left = failed.model();
  }
  REQUIRE(left);
  CHECK(left->others.empty());
  CHECK(same_weights(left->network.state_dict(), two.network.state_dict()));
}

TEST_CASE("how many networks there may be") {
  const Table table = data::read_csv(kData + "wine.csv");
  for (const int count : {0, 65})
    CHECK_THROWS_WITH_AS(fit_table(table, "class", {.ensemble = count}),
                         concat("ensemble = ", count, " must be at least 1 and at most 64").c_str(), Error);
}
