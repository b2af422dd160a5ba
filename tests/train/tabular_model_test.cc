#include "descent/train/tabular_model.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "descent/create.h"
#include "descent/data/csv.h"
#include "descent/metrics.h"
#include "descent/ops.h"
#include "descent/safetensors.h"
#include "descent/train/fit.h"

using namespace descent;
using namespace descent::train;
using nlohmann::json;

namespace {

struct Folder {
  std::filesystem::path path = std::filesystem::temp_directory_path() / ("descent_model_" + std::to_string(getpid()));
  Folder() { std::filesystem::create_directory(path); }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string file(const char* name) const { return (path / name).string(); }
};

const data::Table& table() {
  static const data::Table table = data::parse_csv(
      "size,colour,y\n1,red,a\n2,,b\n3,blue,a\n4,red,b\n5,blue,a\n6,red,c\n7,blue,c\n8,red,c\n9,red,a\n10,blue,b\n");
  return table;
}

TabularModel fitted() { return fit_table(table(), "y", {.hidden = {4}, .epochs = 2, .holdout = 0}).model; }

}  // namespace

TEST_CASE("a model that is saved and loaded predicts the same bits") {
  const Folder folder;
  const TabularModel model = fitted();
  model.save(folder.file("m.safetensors"));
  const TabularModel loaded = TabularModel::load(folder.file("m.safetensors"));
  const data::Rows rows = data::all_rows(10);
  const Tensor values = model.predict(table(), rows).values;
  CHECK(values.sizes() == Dims{10, 3});
  CHECK(allclose(values.sum(1), ones(10, {.dtype = float64})));
  CHECK(equal(loaded.predict(table(), rows).values, values));
  CHECK(loaded.evaluate(table(), rows).loss == model.evaluate(table(), rows).loss);
  CHECK(loaded.training.optimizer == "adamw");
  CHECK(loaded.csv_options().text_columns == std::vector<std::string>{"colour", "y"});
  CHECK(loaded.csv_options().number_columns == std::vector<std::string>{"size"});
  CHECK(loaded.notes == model.notes);
}

TEST_CASE("a model of dates, classes that are numbers, and values of its own is saved and loaded as it is") {
  const Folder folder;
  const data::CsvOptions csv{.missing = {"", "none"}, .spelled_columns = {"y"}};
  std::string text = "id,when,sign,y\n";
  for (int i = 0; i < 24; ++i)
    text += "n" + std::to_string(i) + ",2024-0" + std::to_string(1 + i % 9) + "-1" + std::to_string(i % 7) + "," +
            (i % 4 ? "+" : "-") + "," + (i % 3 ? "007" : "042") + "\n";
  const data::Table dates = data::parse_csv(text, csv);
  const TabularModel model =
      fit_table(dates, "y", {.hidden = {4}, .epochs = 2, .holdout = 0, .columns = {.id = "id"}}).model;
  model.save(folder.file("m"));
  const TabularModel loaded = TabularModel::load(folder.file("m"));
  CHECK(loaded.target.classes == std::vector<std::string>{"007", "042"});
  CHECK(loaded.target.numbers == std::vector<double>{7, 42});
  CHECK(loaded.missing == std::vector<std::string>{"", "none"});
  CHECK(loaded.id == "id");
  CHECK(loaded.notes == model.notes);
  REQUIRE(loaded.features.columns.size() == 4);  // month, day and weekday of 'when'
  CHECK(loaded.features.columns[0].part == data::DatePart::month);
  CHECK(loaded.csv_options().text_columns == std::vector<std::string>{"when", "sign"});
  CHECK(equal(loaded.predict(dates, data::all_rows(24)).values, model.predict(dates, data::all_rows(24)).values));
}

TEST_CASE("what a network sees of numbers is saved with it") {
  const Folder folder;
  const TabularModel model =
      fit_table(table(), "y", {.hidden = {4}, .bins = 3, .frequencies = 2, .dropout = 0.1, .epochs = 2}).model;
  CHECK(describe(model.shape) == "4 (gelu), dropout 0.1, inputs clipped at 3, 3 ramps and 2 waves a number");
  model.save(folder.file("m"));
  const TabularModel loaded = TabularModel::load(folder.file("m"));
  CHECK(describe(loaded.shape) == describe(model.shape));
  const data::Rows rows = data::all_rows(table().rows);
  CHECK(equal(loaded.predict(table(), rows).values, model.predict(table(), rows).values));
  // Without dropout at prediction: the same each time.
  CHECK(equal(model.predict(table(), rows).values, model.predict(table(), rows).values));
}

TEST_CASE("a value a model was trained with is none that is missing") {
  std::string text = "sign,y\n";
  for (int i = 0; i < 12; ++i) text += i % 2 ? "+,a\n" : "-,b\n";
  const TabularModel model = fit_table(data::parse_csv(text), "y", {.hidden = {}, .epochs = 1, .holdout = 0}).model;
  const data::Table minus = data::parse_csv("sign\n-\n", model.csv_options());
  CHECK_FALSE(minus.columns[0].missing(0));
  CHECK(data::parse_csv("sign\nNA\n", model.csv_options()).columns[0].missing(0));
}

TEST_CASE("files of every format that there was predict what they predicted") {
  // Each written by the program of its day, with what that predicted for rows.csv (tests/golden/models).
  const std::string models = DESCENT_SOURCE_DIR "/tests/golden/models/";
  const auto check_predictions = [&](const std::string& path, const char* rows_file) {
    CAPTURE(path);
    const TabularModel model = TabularModel::load(path + ".safetensors");
    const data::Table rows = data::read_csv(models + rows_file, model.csv_options(false));
    const Predictions predictions = model.predict(rows, data::all_rows(rows.rows));
    Tensor values = predictions.values;
    if (predictions.intervals.defined()) values = cat({values.unsqueeze(1), predictions.intervals}, 1);
    const data::Table wanted = data::read_csv(path + ".csv");
    // The class comes before its probabilities.
    const std::size_t first = model.target.task == data::Task::classification ? 1 : 0;
    REQUIRE(values.numel() == static_cast<std::int64_t>(rows.rows * (wanted.columns.size() - first)));
    for (std::size_t c = first; c < wanted.columns.size(); ++c) {
      const Tensor column =
          values.reshape({static_cast<std::int64_t>(rows.rows), -1}).select(1, static_cast<std::int64_t>(c - first));
      const std::vector<double> numbers = column.to_vector<double>();
      for (std::size_t row = 0; row < rows.rows; ++row)
        CHECK(numbers[row] == doctest::Approx(wanted.columns[c].numbers[row]).epsilon(1e-6));
    }
  };
  for (const char* format : {"tabular-1", "tabular-2"})
    for (const char* target : {"price", "kind"}) check_predictions(concat(models, format, '-', target), "rows.csv");
  check_predictions(models + "tabular-2-review", "review_rows.csv");
  for (const char* model : {"encoded", "ensemble", "interval"})
    check_predictions(models + "tabular-2-" + model, "rows.csv");
  for (const char* target : {"price", "kind"}) {
    // It did not say yet what stands for a missing value, nor take notes.
    const TabularModel model = TabularModel::load(concat(models, "tabular-1-", target, ".safetensors"));
    CHECK(model.csv_options().missing == std::vector<std::string>{"", "NA", "N/A", "NaN", "nan", "null", "?"});
    CHECK(model.notes.empty());
  }
}

TEST_CASE("a model of each link is saved and loaded as it is") {
  const Folder folder;
  const data::Table counts = data::parse_csv("x,y\n1,2\n2,0\n3,5\n4,3\n5,8\n6,1\n");
  const data::Rows rows = data::all_rows(6);
  for (const auto& named : {std::pair("mse", data::Link::identity), std::pair("poisson", data::Link::log),
                            std::pair("msle", data::Link::log1p), std::pair("gaussian_nll", data::Link::normal),
                            std::pair("interval", data::Link::interval)}) {
    const auto [loss, link] = named;
    CAPTURE(named.first);
    const TabularModel model = fit_table(counts, "y", {.hidden = {4}, .loss = loss, .epochs = 2, .holdout = 0}).model;
    model.save(folder.file("m"));
    const TabularModel loaded = TabularModel::load(folder.file("m"));
    CHECK(loaded.target.link == link);
    const Predictions predicted = model.predict(counts, rows), again = loaded.predict(counts, rows);
    CHECK(equal(again.values, predicted.values));
    CHECK(predicted.deviations.defined() == (link == data::Link::normal));
    if (predicted.deviations.defined()) CHECK(equal(again.deviations, predicted.deviations));
    CHECK(predicted.intervals.defined() == (link == data::Link::interval));
    if (predicted.intervals.defined()) CHECK(equal(again.intervals, predicted.intervals));
    CHECK(loaded.evaluate(counts, rows).loss == model.evaluate(counts, rows).loss);
    CHECK(loaded.evaluate_baseline(counts, rows).loss > 0);
  }
}

TEST_CASE("a file that says nonsense of what a network sees of numbers is refused") {
  const Folder folder;
  const Safetensors good = load(DESCENT_SOURCE_DIR "/tests/golden/models/tabular-2-encoded.safetensors");
  const auto refuse = [&](const std::string& from, const std::string& to, const std::string& message) {
    std::map<std::string, std::string> metadata = good.metadata;
    std::string& network = metadata.at("network");
    REQUIRE(network.find(from) != std::string::npos);
    network.replace(network.find(from), from.size(), to);
    save(folder.file("m"), good.tensors, metadata);
    std::string error;
    try {
      TabularModel::load(folder.file("m"));
    } catch (const Error& e) {
      error = e.what();
    }
    CHECK(error == folder.file("m") + ": " + message);
  };
  refuse("\"gelu\"", "\"tanh\"", "metadata 'network'.activation: 'tanh' is no activation");
  refuse("\"clip\":3.0", "\"clip\":0", "metadata 'network'.clip: wants a number above 0, not 0");
  refuse("\"bins\":3", "\"bins\":-1", "metadata 'network'.bins: -1 is not of 0 to 1024");
  refuse("\"bins\":3", "\"bins\":2000", "metadata 'network'.bins: 2000 is not of 0 to 1024");
  refuse("\"dropout\":0.2", "\"dropout\":1", "metadata 'network'.dropout: is to be of [0, 1)");
  const std::string weight = "tensor 'deep.0.weight' is float32 [4, 11]; by the metadata it is float32 ";
  refuse("\"frequencies\":2", "\"frequencies\":3", weight + "[4, 12]");
  refuse("\"bins\":3,", "", weight + "[4, 8]");
}

TEST_CASE("an evaluation measures what is predicted") {
  const TabularModel model = fitted();
  const data::Rows rows = data::all_rows(10);
  const Tensor probabilities = model.predict(table(), rows).values;
  const Tensor classes = data::encode_target(model.target, table(), rows);
  const Evaluation evaluation = model.evaluate(table(), rows);
  CHECK(evaluation.rows == 10);
  CHECK(std::get<metrics::ClassCounts>(evaluation.of_task).accuracy() == metrics::accuracy(probabilities, classes));
  const auto& details = std::get<ClassificationDetails>(evaluation.details);
  CHECK(details.log_loss == metrics::log_loss(probabilities, classes));
  CHECK(details.log_loss == doctest::Approx(evaluation.loss));
  CHECK(details.brier_score == metrics::brier_score(probabilities, classes));
  CHECK(details.expected_calibration_error == metrics::expected_calibration_error(probabilities, classes));
  CHECK(details.roc_auc == metrics::roc_auc(probabilities, classes));
  CHECK(details.average_precision == metrics::average_precision(probabilities, classes));
  CHECK(equal(details.confusion, metrics::confusion_matrix(probabilities, classes)));

  const Metrics measured = model.measure(data::encode_features(model.features, table(), rows), classes);
  CHECK(measured.loss == evaluation.loss);
  CHECK(std::get<metrics::ClassCounts>(measured.of_task).accuracy() == metrics::accuracy(probabilities, classes));

  const Evaluation baseline = model.evaluate_baseline(table(), rows);
  CHECK(std::get<ClassificationDetails>(baseline.details).roc_auc == 0.5);
  CHECK(std::get<metrics::ClassCounts>(baseline.of_task).accuracy() == 0.4);
}

TEST_CASE("where a class has no rows its rank is not measured") {
  const Evaluation evaluation = fitted().evaluate(table(), {0, 1, 2, 3});  // a, b, a, b; no c
  const auto& details = std::get<ClassificationDetails>(evaluation.details);
  CHECK_FALSE(details.roc_auc.has_value());
  CHECK_FALSE(details.average_precision.has_value());
  CHECK(details.confusion.sizes() == Dims{3, 3});
}

TEST_CASE("of more than 20 classes no ranks are measured") {
  std::string text = "x,y\n";
  for (int i = 0; i < 63; ++i) text += std::to_string(i) + ",c" + std::to_string(i % 21) + '\n';
  const data::Table many = data::parse_csv(text);
  const TabularModel model = fit_table(many, "y", {.hidden = {}, .epochs = 1, .holdout = 0}).model;
  const Evaluation evaluation = model.evaluate(many, data::all_rows(63));
  const auto& details = std::get<ClassificationDetails>(evaluation.details);
  CHECK_FALSE(details.roc_auc.has_value());
  CHECK_FALSE(details.average_precision.has_value());
  CHECK_FALSE(details.confusion.defined());
  CHECK(details.log_loss == doctest::Approx(evaluation.loss));
}

TEST_CASE("a regression is measured in the target's unit, with targets as the table has them") {
  const auto evaluate = [](double first) {
    std::string text = "x,y\n";
    for (int i = 0; i < 30; ++i) text += std::to_string(i % 7) + ',' + std::to_string(first + 0.5 * i) + '\n';
    const data::Table line = data::parse_csv(text);
    const data::Rows rows = data::all_rows(30);
    const TabularModel model = fit_table(line, "y", {.hidden = {}, .epochs = 1, .holdout = 0}).model;
    const Tensor values = model.predict(line, rows).values, actual = tensor(data::find_column(line, "y").numbers);
    const Evaluation evaluation = model.evaluate(line, rows);
    const auto& moments = std::get<metrics::RegressionMoments>(evaluation.of_task);
    CHECK(moments.root_mean_squared_error() == metrics::root_mean_squared_error(values, actual));
    CHECK(moments.r2() == metrics::r2(values, actual));
    const auto details = std::get<RegressionDetails>(evaluation.details);
    CHECK(details.spearman_corrcoef == metrics::spearman_corrcoef(values, actual));
    if (details.mean_absolute_percentage_error)
      CHECK(*details.mean_absolute_percentage_error == metrics::mean_absolute_percentage_error(values, actual));
    return details.mean_absolute_percentage_error.has_value();
  };
  CHECK(evaluate(1));
  CHECK_FALSE(evaluate(0));
}

TEST_CASE("a regression is predicted in the target's unit") {
  std::string text = "x,y\n";
  for (int i = 0; i < 50; ++i) text += std::to_string(i * 0.1) + ',' + std::to_string(1000 + 70.5 * i) + '\n';
  const data::Table line = data::parse_csv(text);
  const TabularModel model = fit_table(line, "y", {.hidden = {}, .lr = 0.1, .holdout = 0}).model;
  const Tensor values = model.predict(line, {0, 49}).values;
  CHECK(values.sizes() == Dims(2));
  CHECK(values[0].item() == doctest::Approx(1000).epsilon(0.05));
  CHECK(values[1].item() == doctest::Approx(1000 + 70.5 * 49).epsilon(0.05));
  CHECK(model.predict(line, {}).values.sizes() == Dims(0));
}

TEST_CASE("a category never seen predicts, and is counted") {
  const data::Table other = data::parse_csv("colour,size\ngreen,1\ngreen,2\nred,3\n");
  const Predictions predictions = fitted().predict(other, data::all_rows(3));
  CHECK(all(isfinite(predictions.values)).item<bool>());
  REQUIRE(predictions.unseen.size() == 1);
  CHECK(predictions.unseen[0].rows == 2);
}

TEST_CASE("a file that does not hold together is refused with its reason") {
  const Folder folder;
  const std::string path = folder.file("m.safetensors");
  fitted().save(path);
  const Safetensors good = load(path);

  const auto refuse = [&](const Safetensors& file, const std::string& reason) {
    save(path, file.tensors, file.metadata);
    CHECK_THROWS_WITH_AS(TabularModel::load(path), (path + ": " + reason).c_str(), Error);
  };
  /// The good file with one value of its JSON changed; without a value, removed.
  const auto refuse_json = [&](const char* key, const char* pointer, const json& value, const std::string& reason) {
    Safetensors file = good;
    json changed = json::parse(file.metadata.at(key));
    changed[json::json_pointer(pointer)] = value;
    file.metadata[key] = changed.dump();
    refuse(file, reason);
  };

  SUBCASE("metadata") {
    refuse({good.tensors, {}}, "is no model of a table; its metadata lacks 'format'");
    Safetensors file = good;
    file.metadata["format"] = "descent.tabular/9";
    refuse(file, "its format is 'descent.tabular/9'; this version reads 'descent.tabular/1' and 'descent.tabular/2'");
    file = good;
    file.metadata.erase("target");
    refuse(file, "is no model of a table; its metadata lacks 'target'");
    file = good;
    file.metadata["network"] = "{";
    refuse(file, "metadata 'network' is not JSON");
    file.metadata["network"] = "[]";
    refuse(file, "metadata 'network': wants an object");
    file.metadata["network"] = std::string(100'000, '[');
    refuse(file, "metadata 'network' is not JSON");
  }
  SUBCASE("features") {
    refuse_json("features", "/0/scale", 0, "metadata 'features'[0].scale: wants a number above 0, not 0");
    refuse_json("features", "/0/mean", nullptr, "metadata 'features'[0].mean: wants a number");
    refuse_json("features", "/0/name", "colour", "metadata 'features'[1]: column 'colour' is there twice");
    refuse_json("features", "/0/name", "y", "its metadata has the target 'y' among the features");
    refuse_json("features", "/1/categories/0", "red", "metadata 'features'[1].categories[1]: 'red' is there twice");
    refuse_json("features", "/1/categories", json::array(), "metadata 'features'[1].categories: is empty");
    refuse_json("features", "/1/commonest", 2, "metadata 'features'[1].commonest: 2 is not of 0 to 1");
    refuse_json("features", "", json::array(), "metadata 'features': is empty");
    refuse_json("features", "/1/missing_indicator", 1, "metadata 'features'[1].missing_indicator: wants true or false");
    refuse_json("features", "/0/part", "century", "metadata 'features'[0].part: 'century' is no part of a date");
    refuse_json("features", "/0/part", "year", "metadata 'features'[0]: lacks 'order'");
    refuse_json("features", "/1/missing_indicator", false,
                "its metadata has a network of 4 inputs and 3 outputs for features of 3 and a target of 3");
  }
  SUBCASE("target") {
    refuse_json("target", "/task", "guess", "metadata 'target'.task: 'guess' is no task");
    refuse_json("target", "/classes", json{"a"}, "metadata 'target'.classes: there must be two");
    refuse_json("target", "/counts", json{1, 2}, "metadata 'target'.counts: has 2 entries for 3 classes");
    refuse_json("target", "/counts/0", 0, "metadata 'target'.counts[0]: 0 is not of 1 to 1073741824");
    refuse_json("target", "/numbers", json{1}, "metadata 'target'.numbers: has 1 entries for 3 classes");
    refuse_json("reading", "/missing", 1, "metadata 'reading'.missing: wants a list");
    refuse_json("notes", "/0", 1, "metadata 'notes'[0]: wants a string");
    refuse_json("training", "/loss", "mse", "its metadata has loss 'mse' for another kind of target: classification");
  }
  SUBCASE("shapes") {
    refuse_json("network", "/hidden", json{1 << 29, 1 << 29},
                "tensor 'deep.0.bias' is float32 [4]; by the metadata it is float32 [536870912]");
    refuse_json("network", "/hidden/0", -4, "metadata 'network'.hidden[0]: -4 is not of 1 to 1073741824");
    refuse_json("network", "/hidden/0", 1e300, "metadata 'network'.hidden[0]: wants a whole number");
    refuse_json("network", "/outputs", 18446744073709551615u, "metadata 'network'.outputs: wants a whole number");
    refuse_json("network", "/hidden", json::array(), "tensor 'deep.0.bias' is no part of the network of its metadata");
    Safetensors file = good;
    file.tensors.erase("wide.bias");
    refuse(file, "the network of its metadata has a tensor 'wide.bias', the file none");
    file = good;
    file.tensors["wide.bias"] = zeros(3, {.dtype = float64});
    refuse(file, "tensor 'wide.bias' is float64 [3]; by the metadata it is float32 [3]");
  }
}
