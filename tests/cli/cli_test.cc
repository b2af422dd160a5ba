// Runs the built command as its user does.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "command_folder.h"
#include "descent/reflect.h"
#include "descent/safetensors.h"
#include "descent/train/fit.h"

using nlohmann::json;

TEST_CASE("train, evaluate, predict and info, on iris") {
  const Folder folder;
  const Outcome train = folder.run("train " + kData + "iris.csv --target species --epochs 60");
  CHECK(train.status == 0);
  CHECK(train.out.starts_with("30 rows held out:\n"));
  CHECK(train.out.ends_with("saved iris.safetensors\n"));
  CHECK(
      train.err.starts_with("classification, since 'species' holds text\n120 rows to train, 30 held out to measure\n"
                            "epoch  1/60  loss "));
  CHECK(train.err.find("epoch 60/60") != std::string::npos);
  CHECK(train.err.find('\r') == std::string::npos);  // no terminal: plain lines
  CHECK(count_lines(train.err) == 62);

  const Outcome evaluate = folder.run("evaluate iris.safetensors " + kData + "iris.csv");
  CHECK(evaluate.status == 0);
  CHECK(evaluate.err == "");
  CHECK(evaluate.out.starts_with("150 rows:\n"));
  CHECK(evaluate.out.find("\nactual \\ predicted      setosa  versicolor   virginica\n"
                          "setosa                      50           0           0\n") != std::string::npos);
  CHECK(evaluate.out.find("\nclass                rows  precision  recall      F1\n"
                          "setosa                 50     1.0000  1.0000  1.0000\n") != std::string::npos);
  CHECK(first_words(evaluate.out, 11) == std::vector<std::string>{"150", "", "loss", "accuracy", "balanced", "macro",
                                                                  "Matthews", "ROC", "average", "Brier",
                                                                  "calibration"});

  const Outcome predict = folder.run("predict iris.safetensors " + kData + "iris.csv");
  CHECK(predict.status == 0);
  CHECK(predict.out.starts_with(
      "prediction,probability setosa,probability versicolor,probability virginica\nsetosa,0.9"));
  CHECK(count_lines(predict.out) == 151);

  const Outcome info = folder.run("info iris.safetensors");
  CHECK(info.status == 0);
  CHECK(
      info.out.starts_with("target     species: classification, classes setosa, versicolor, virginica\n"
                           "network    4 inputs, hidden layers of 64, 64 (gelu), inputs clipped at 3, 3 "
                           "outputs, 4690 parameters\n"
                           "training   120 rows, 60 epochs of batches of 16, cross_entropy, adamw at 0.003"));
  CHECK(info.out.find("  petal width (cm): number, mean ") != std::string::npos);
}

TEST_CASE("--json prints one object") {
  const Folder folder;
  const Outcome train = folder.run("train " + kData + "iris.csv --target species --epochs 60 --json --quiet --out m");
  CHECK(train.err == "");
  CHECK(count_lines(train.out) == 1);
  const json trained = json::parse(train.out);
  CHECK(trained["model"] == "m");
  CHECK(trained["task"] == "classification");
  CHECK(trained["rows"] == 30);
  CHECK(trained["accuracy"].get<double>() > 0.8);
  CHECK(trained["baseline"]["accuracy"].get<double>() == doctest::Approx(1.0 / 3));

  const json evaluated = json::parse(folder.run("evaluate m " + kData + "iris.csv --json").out);
  CHECK(evaluated["rows"] == 150);
  CHECK(evaluated["loss"].get<double>() > 0);
  CHECK(evaluated["classes"][0] == "setosa");
  CHECK(evaluated["confusion"][0] == json{50, 0, 0});
  CHECK(evaluated["per_class"][0] ==
        json{{"class", "setosa"}, {"rows", 50}, {"precision", 1.0}, {"recall", 1.0}, {"f1", 1.0}});
  for (const char* key :
       {"accuracy", "balanced_accuracy", "precision_macro", "recall_macro", "f1_macro", "f1_weighted",
        "matthews_corrcoef", "roc_auc", "average_precision", "log_loss", "brier_score", "expected_calibration_error"}) {
    CAPTURE(key);
    CHECK(evaluated[key].is_number());
    CHECK(evaluated["baseline"][key].is_number());
    CHECK(trained[key].is_number());
  }
  CHECK_FALSE(evaluated.contains("positive_class"));
  CHECK(evaluated["unseen"] == json::array());

  const json predicted = json::parse(folder.run("predict m " + kData + "iris.csv --json").out);
  CHECK(predicted["predictions"].size() == 150);
  CHECK(predicted["predictions"][0] == "setosa");
  CHECK(predicted["probabilities"][149].size() == 3);

  const json info = json::parse(folder.run("info --json m").out);
  CHECK(info["hidden"] == json{64, 64});
  CHECK(info["columns"].size() == 4);
  CHECK(info["training"]["epochs"] == 60);
}

TEST_CASE("a regression, by options, from standard input, with an id carried over") {
  const Folder folder;
  std::string text = "id,x,kind,y\n";
  for (int i = 0; i < 80; ++i)
    text += "00" + std::to_string(i) + ',' + std::to_string(i % 10) + ',' + (i % 2 ? "odd" : "even") + ',' +
            std::to_string(3.5 * (i % 10) + (i % 2 ? 20 : 0)) + '\n';
  folder.write("data.csv", text);
  const Outcome train =
      folder.pipe("gzip <data.csv",
                  "train - --target=y --hidden 8,8 --loss mse --optimizer adam --lr 0.01 "
                  "--batch-size 8 --epochs 40 --seed 3 --holdout 0.25 --time 1m --weight-decay 0 --json");
  CAPTURE(train.err);
  CHECK(train.status == 0);
  const json trained = json::parse(train.out);
  CHECK(trained["model"] == "model.safetensors");
  CHECK(trained["rows"] == 20);
  CHECK(trained["r2"].get<double>() > 0.9);
  CHECK(trained["rmse"].get<double>() < trained["baseline"]["rmse"].get<double>());

  const json info = json::parse(folder.run("info model.safetensors --json").out);
  CHECK(info["hidden"] == json{8, 8});
  CHECK(info["training"]["lr"] == 0.01);
  CHECK(info["training"]["batch_size"] == 8);
  CHECK(info["training"]["seed"] == 3);

  folder.write("new.csv", "name,id,kind,x\nada,007,odd,0\nbob,010,prime,5\n");
  const Outcome predict = folder.run("predict model.safetensors new.csv --id name --out p.csv");
  CHECK(predict.status == 0);
  CHECK(predict.out == "");
  CHECK(predict.err ==
        "descent: warning: column 'kind': 1 row holds a category never seen in training, such as 'prime'\n");
  CHECK(train.err.find("descent: note: column 'id' holds numbers with a leading zero, the first '000'") !=
        std::string::npos);
  const std::string predictions = contents(folder.file("p.csv"));
  CHECK(predictions.starts_with("name,prediction\nada,"));
  CHECK(predictions.find("\nbob,") != std::string::npos);

  // A target is 0, so that there is no MAPE.
  const Outcome evaluate = folder.run("evaluate model.safetensors data.csv");
  CHECK(first_words(evaluate.out, 9) ==
        std::vector<std::string>{"80", "", "loss", "RMSE", "MAE", "R^2", "explained", "Pearson", "Spearman"});
  CHECK(count_lines(evaluate.out) == 9);
  const json evaluated = json::parse(folder.run("evaluate model.safetensors data.csv --json").out);
  for (const char* key : {"loss", "rmse", "mae", "r2", "explained_variance", "pearson_corrcoef", "spearman_corrcoef"}) {
    CAPTURE(key);
    CHECK(evaluated[key].is_number());
  }
  CHECK(evaluated["mape"].is_null());
  CHECK(evaluated["baseline"]["pearson_corrcoef"].is_null());
}

TEST_CASE("of two classes the second is the positive one, and named") {
  const Folder folder;
  std::string text = "x,y\n";
  for (int i = 0; i < 60; ++i) text += std::to_string(i % 10) + (i % 10 < 7 ? ",no\n" : ",yes\n");
  folder.write("a.csv", text);
  const Outcome train = folder.run("train a.csv --target y --epochs 3 --quiet --out m");
  const std::size_t line = train.out.find("\naverage precision");
  REQUIRE(line != std::string::npos);
  CHECK(train.out.substr(0, train.out.find('\n', line + 1)).ends_with("  of class 'yes'"));
  const json evaluated = json::parse(folder.run("evaluate m a.csv --json").out);
  CHECK(evaluated["positive_class"] == "yes");
  CHECK(evaluated["baseline"]["average_precision"].get<double>() == doctest::Approx(0.3));
  CHECK(evaluated["baseline"]["roc_auc"] == 0.5);
}

TEST_CASE("an id keeps its leading zeros") {
  const Folder folder;
  folder.write("data.csv", "x,y\n1,a\n2,b\n3,a\n4,b\n");
  CHECK(folder.run("train data.csv --target y --epochs 1 --quiet").status == 0);
  folder.write("new.csv", "id,x\n007,1\n010,2\n");
  CHECK(folder.run("predict data.safetensors new.csv --id id").out.find("\n007,") != std::string::npos);
}

TEST_CASE("the same seed gives the same file, bit for bit, on any number of threads") {
  const Folder folder;
  for (const char* threads : {"1", "2", "3"}) {
    const std::string arguments = " --target lettr --epochs 1 --seed 9 --quiet --out ";
    CHECK(folder
              .run("train " + kData + "letter_recognition.csv.gz" + arguments + threads,
                   std::string("DESCENT_THREADS=") + threads)
              .status == 0);
  }
  CHECK(folder
            .run("train " + kData +
                 "letter_recognition.csv.gz --target lettr --epochs 1 --seed 9 --quiet --threads 2 "
                 "--out by_option")
            .status == 0);
  CHECK(contents(folder.file("1")).size() > 1000);
  for (const char* other : {"2", "3", "by_option"}) CHECK((contents(folder.file("1")) == contents(folder.file(other))));
}

TEST_CASE("a DESCENT_THREADS that makes no sense is refused before anything else") {
  const Folder folder;
  for (const std::string command : {"train none.csv --target y", "info none", "predict none none.csv"}) {
    const Outcome outcome = folder.run(command, "DESCENT_THREADS=many");
    CHECK(outcome.status == 2);
    CHECK(outcome.err == "descent: DESCENT_THREADS is 'many', not a number of threads from 1 to 1024\n");
  }
  CHECK(folder.run("--help", "DESCENT_THREADS=many").out.find("DESCENT_THREADS") != std::string::npos);
}

TEST_CASE("a model trained with gaussian_nll predicts standard deviations") {
  const Folder folder;
  REQUIRE(
      folder.run("train " + kData + "diabetes.csv --target progression --loss gaussian_nll --epochs 5 --quiet --out m")
          .status == 0);
  const Outcome predict = folder.run("predict m " + kData + "diabetes.csv");
  CHECK(predict.out.starts_with("prediction,standard deviation\n"));
  CHECK(count_lines(predict.out) == 443);
  const json predicted = json::parse(folder.run("predict m " + kData + "diabetes.csv --json").out);
  REQUIRE(predicted["standard_deviations"].size() == 442);
  CHECK(predicted["standard_deviations"][0].get<double>() > 10);
  CHECK(folder.run("evaluate m " + kData + "diabetes.csv").status == 0);
  CHECK(json::parse(folder.run("info m --json").out)["outputs"] == 2);
}

TEST_CASE("a model trained with interval predicts bounds, and says how often they hold") {
  const Folder folder;
  const Outcome train =
      folder.run("train " + kData + "diabetes.csv --target progression --loss interval:coverage=0.8 " +
                 "--epochs 20 --quiet --out m");
  REQUIRE(train.status == 0);
  CHECK(train.out.find("\nwithin the interval ") != std::string::npos);
  CHECK(train.out.find("\nmean width of it    ") != std::string::npos);
  const Outcome predict = folder.run("predict m " + kData + "diabetes.csv");
  CHECK(predict.out.starts_with("prediction,low,high\n"));
  const json predicted = json::parse(folder.run("predict m " + kData + "diabetes.csv --json").out);
  REQUIRE(predicted["low"].size() == 442);
  REQUIRE(predicted["high"].size() == 442);
  const json evaluated = json::parse(folder.run("evaluate m " + kData + "diabetes.csv --json").out);
  const descent::data::Table table = descent::data::read_csv(kData + "diabetes.csv");
  const std::vector<double>& actual = table.columns.back().numbers;
  double within = 0, width = 0;
  for (std::size_t i = 0; i < actual.size(); ++i) {
    const double low = predicted["low"][i], high = predicted["high"][i], middle = predicted["predictions"][i];
    CHECK(low < middle);
    CHECK(middle < high);
    within += low <= actual[i] && actual[i] <= high ? 1 : 0;
    width += high - low;
  }
  CHECK(evaluated["interval_coverage"].get<double>() == doctest::Approx(within / 442));
  CHECK(evaluated["interval_width"].get<double>() == doctest::Approx(width / 442));
  CHECK(within / 442 > 0.7);
  CHECK(within / 442 < 0.9);
  const Outcome none = folder.run("train none.csv --target y --loss interval:coverage=1");
  CHECK(none.status == 2);
  CHECK(none.err.find("interval: coverage = 1 must be above 0 and below 1") != std::string::npos);
}

TEST_CASE("an ensemble is trained, told of, and predicted with") {
  const Folder folder;
  const Outcome train = folder.run("train " + kData + "wine.csv --target class --ensemble 3 --epochs 2 --out m");
  REQUIRE(train.status == 0);
  CHECK(train.err.find("\nnetwork 1/3  epoch 1/2  loss ") != std::string::npos);
  CHECK(train.err.find("\nnetwork 3/3  epoch 2/2  loss ") != std::string::npos);
  CHECK(folder.run("info m").out.find("network    the mean of 3, each of 13 inputs, ") != std::string::npos);
  const json info = json::parse(folder.run("info m --json").out);
  CHECK(info["networks"] == 3);
  CHECK(info["parameters"].get<int>() == 3 * (14 * 3 + 14 * 64 + 65 * 64 + 65 * 3));
  CHECK(count_lines(folder.run("predict m " + kData + "wine.csv").out) == 179);
  const json result =
      json::parse(folder.run("train " + kData + "wine.csv --target class --ensemble 3 --epochs 2 --out n --json").out);
  CHECK(result["networks"] == 3);
  CHECK(folder.run("train none.csv --target y --ensemble 65").err ==
        "descent: ensemble = 65 must be at least 1 and at most 64\n");
}

TEST_CASE("info tells the temperature of calibrated probabilities") {
  const Folder folder;
  std::string text = "x,y\n";
  for (int i = 0; i < 3000; ++i) text += std::to_string(i % 97) + (i % 97 + i % 13 * 8 > 96 ? ",a\n" : ",b\n");
  folder.write("a.csv", text);
  REQUIRE(folder.run("train a.csv --target y --hidden none --epochs 1 --quiet --out m").status == 0);
  const double temperature = json::parse(folder.run("info m --json").out)["training"]["temperature"];
  CHECK(temperature != 1);
  CHECK(folder.run("info m").out.find(", calibrated by temperature 0.") != std::string::npos);
}

TEST_CASE("one row is a row") {
  const Folder folder;
  folder.write("a.csv", "x,y\n1,a\n2,b\n3,a\n4,b\n5,\n");
  const Outcome train = folder.run("train a.csv --target y --epochs 1 --out m");
  CHECK(train.err.find("1 row without a value of 'y' is left out\n") != std::string::npos);
  CHECK(train.err.find("3 rows to train, 1 held out") != std::string::npos);
  CHECK(train.out.starts_with("1 row held out:\n"));
  folder.write("b.csv", "x,y\n1,a\n2,\n");
  const Outcome evaluate = folder.run("evaluate m b.csv");
  CHECK(evaluate.out.starts_with("1 row:\n"));
  CHECK(evaluate.err == "descent: warning: 1 row without a value of 'y' is left out\n");
  CHECK(folder.run("info m").out.find("training   3 rows, 1 epoch of") != std::string::npos);
  folder.write("c.csv", "x,y\n1,a\n2,\n");
  check_refusal(folder, "train c.csv --target y --quiet", "c.csv: there is 1 row to learn from; at least 2 are needed");
}

TEST_CASE("the demo's promise: digits, 97 % or more held out") {
  const Folder folder;
  const Outcome train = folder.run("train " + kData + "digits.csv --target digit --json --quiet --time 20s");
  CHECK(json::parse(train.out)["accuracy"].get<double>() >= 0.97);
}

TEST_CASE("help and version") {
  const Folder folder;
  CHECK(folder.run("--help").out.find("commands:\n  train ") != std::string::npos);
  CHECK(folder.run("--version").out == "descent " DESCENT_PROJECT_VERSION "\n");
  for (const std::string command : {"train", "evaluate", "predict", "info"}) {
    const Outcome help = folder.run(command + " --help");
    CHECK(help.status == 0);
    CHECK(help.out.starts_with("usage: descent " + command));
    CHECK(help.out.find("--json") != std::string::npos);
  }
}

TEST_CASE("a command line that makes no sense is refused") {
  const Folder folder;
  const auto refuse = [&](const std::string& arguments, const std::string& message) {
    check_refusal(folder, arguments, message, 2);
  };
  refuse(
      "",
      "a command is missing: train, tune, evaluate, predict, info, export, show, race or report; see descent --help");
  refuse("trian", "there is no command 'trian'; did you mean 'train'?; see descent --help");
  refuse("train", "train: DATA.csv is missing; see descent train --help");
  refuse("train a.csv", "train: --target COLUMN is missing; see descent train --help");
  refuse("train a.csv b.csv --target y", "train: 'b.csv' is one argument too many");
  refuse("train a.csv --target y --epoch 3", "train: there is no option '--epoch'; did you mean '--epochs'?");
  refuse("train a.csv --target y --zzz 3", "train: there is no option '--zzz'; see descent train --help");
  refuse("train a.csv --target y --learning-rate 3", "train: there is no option '--learning-rate'; here it is '--lr'");
  refuse("train a.csv --target y --max_iter 3", "train: there is no option '--max_iter'; here it is '--epochs'");
  refuse("train a.csv --target y --batch_size=3",
         "train: there is no option '--batch_size'; here it is '--batch-size'");
  refuse("train a.csv --target y -o m", "train: there is no option '-o'; here it is '--out'");
  refuse("train a.csv --target y --target z", "train: --target is given twice");
  refuse("train a.csv --target --quiet", "train: --target wants COLUMN");
  refuse("train a.csv --target y --class-weight some", "--class-weight: 'some' is none of balanced, equal");
  refuse("train a.csv --target y --ignore y", "column 'y' cannot be both target and ignore");
  refuse("train a.csv --target y --ignore '\"a,b'", "--ignore: a quote in '\"a,b' is never closed");
  refuse("train a.csv --target y --folds 1", "folds = 1 must be at least 2");
  refuse("train a.csv --target y --folds 3 --test b.csv",
         "train: --folds and --test are two ways to measure; one can be followed");
  refuse("train a.csv --target y --json --out -", "train: --json and --out - both want standard output");
  refuse("train a.csv --target y --group a --order b",
         "group and order are two ways to set rows aside; one can be followed");
  refuse("help trian", "there is no command 'trian'; did you mean 'train'?; see descent --help");
  refuse("completion csh", "completion: 'csh' is none of bash, zsh, fish");
  refuse("train a.csv --target", "train: --target wants COLUMN");
  refuse("train a.csv --target y --quiet=1", "train: --quiet takes no value");
  refuse("train a.csv --target y --lr fast", "--lr: 'fast' is not a number");
  refuse("train a.csv --target y --epochs 1.5", "--epochs: '1.5' is not a whole number");
  refuse("train a.csv --target y --seed -1", "--seed: '-1' is not a whole number from 0 on");
  refuse("train a.csv --target y --hidden 64,,64", "--hidden: '' is not a whole number");
  refuse("train a.csv --target y --time soon", "--time: 'soon' is no time, such as 90s, 1.5m or 2h");
}

TEST_CASE("a value out of range is refused") {
  const Folder folder;
  folder.write("a.csv", "x,y\n1,a\n2,b\n3,a\n4,b\n");
  const auto refuse = [&](const std::string& options, const std::string& message) {
    check_refusal(folder, "train a.csv --target y " + options, message, 2);
    // Whatever the files hold.
    check_refusal(folder, "train none.csv --target z " + options, message, 2);
  };
  refuse("--lr 0", "lr = 0 must be above 0");
  refuse("--batch-size 0", "batch_size = 0 must be at least 1 and at most 1e+09");
  refuse("--epochs 0", "epochs = 0 must be at least 1 and at most 1e+09");
  refuse("--hidden 0", "hidden = 0 must be at least 1 and at most 65536");
  refuse("--holdout 1", "holdout = 1 must be at least 0 and at most 0.9");
  refuse("--time 0s", "time = 0 must be above 0");
  refuse("--weight-decay -1", "weight_decay = -1 must be at least 0");
  refuse("--early-stop 0", "early_stop = 0 must be at least 1 and at most 1e+09");
  refuse("--class-weight balanced --loss mse",
         "class_weight = balanced is for classes, not for the loss 'mse' of a quantity");
  refuse("--loss crossentropy", "there is no loss 'crossentropy'; did you mean 'cross_entropy'?");
  refuse("--optimizer sdg", "there is no optimizer 'sdg'; did you mean 'sgd'?");
  refuse("--optimizer sgd:momentum=-1", "SGD: momentum = -1 must be at least 0");
  refuse("--optimizer lbfgs:line_search_fn=wolfe",
         "optimizer lbfgs: line_search_fn = 'wolfe' is none of none, strong_wolfe");
  refuse("--schedule step:gamma=-1", "StepLR: gamma = -1 must be at least 0");
  refuse("--loss huber:delta=0", "huber_loss: delta = 0 must be above 0");
  refuse("--threads 0", "--threads: got 0, wanted 1 to 1024");
  refuse("--threads many", "--threads: 'many' is not a whole number");
}

TEST_CASE("a table that cannot be read or learnt from is refused, by file, line and column") {
  const Folder folder;
  const auto refuse = [&](const std::string& csv, const std::string& message) {
    folder.write("a.csv", csv);
    const Outcome outcome = folder.run("train a.csv --target y --quiet");
    CAPTURE(csv);
    CHECK(outcome.status == 1);
    CHECK(outcome.err == "descent: " + message + "\n");
    CHECK_FALSE(folder.has("a.safetensors"));
  };
  check_refusal(folder, "train none.csv --target y", "none.csv: cannot be opened: No such file or directory");
  refuse("x,target\n1,2\n2,3\n", "a.csv: there is no column 'y'; there are 'x', 'target'");
  refuse("x,yy\n1,2\n2,3\n", "a.csv: there is no column 'y'; did you mean 'yy'?");
  refuse("x,y\n1,a\n2,a\n", "a.csv: target 'y' has one class only, 'a'; there must be two");
  refuse("x,y\n1,\n2,\n", "a.csv: there are 0 rows to learn from; at least 2 are needed");
  refuse("y\n1\n2\n", "a.csv: there is no column but the target 'y'");
  for (const std::string csv : {"", "x,y\n", "x,y\n1,2\n3\n", "x,y\n1,\"2\n"}) {
    folder.write("a.csv", csv);
    const Outcome outcome = folder.run("train a.csv --target y --quiet");
    CAPTURE(csv);
    CHECK(outcome.status == 1);
    CHECK(outcome.err.starts_with("descent: a.csv:"));
    CHECK(count_lines(outcome.err) == 1);
  }
  folder.write("a.csv", "x,y\n1,1\n2,two\n3,3\n");
  check_refusal(folder, "train a.csv --target y --loss mse",
                "a.csv:3: column 'y': 'two' is not a number; regression wants numbers");
  std::string counts = "x,y\n";
  for (int i = 0; i < 30; ++i) counts += std::to_string(i) + (i > 10 ? ",-2\n" : ",2\n");
  folder.write("a.csv", counts);
  for (const std::string loss : {"poisson", "msle", "tweedie", "mape"})
    check_refusal(folder, "train a.csv --target y --loss " + loss,
                  "a.csv:13: column 'y': -2 is below 0; this loss wants quantities of at least 0");
}

TEST_CASE("at prediction: a column that is missing is refused, what misfits is counted") {
  const Folder folder;
  folder.write("a.csv", "x,kind,y\n1,u,a\n2,v,b\n3,u,a\n4,v,b\n");
  REQUIRE(folder.run("train a.csv --target y --epochs 1 --quiet --out m").status == 0);
  folder.write("b.csv", "kind,q\nu,1\n");
  check_refusal(folder, "predict m b.csv", "b.csv: there is no column 'x'; there are 'kind', 'q'");
  check_refusal(folder, "predict m a.csv --id nam", "a.csv: there is no column 'nam'; there are 'x', 'kind', 'y'");
  folder.write("c.csv", "x,kind\n1,u\nhigh,v\n");
  const Outcome misfit = folder.run("predict m c.csv");
  CHECK(misfit.status == 0);
  CHECK(misfit.err == "descent: warning: column 'x': 1 value is no number and counts as missing, 'high' in line 3\n");
  CHECK(count_lines(misfit.out) == 3);
  check_refusal(folder, "evaluate m c.csv", "c.csv: there is no column 'y'; there are 'x', 'kind'");
  folder.write("d.csv", "x,kind,y\n1,u,a\n2,v,c\n");
  const Outcome unknown = folder.run("evaluate m d.csv");
  CHECK(unknown.out.starts_with("1 row:\n"));
  CHECK(unknown.err ==
        "descent: warning: 1 row has a 'y' that is none of the model's 2 classes, and is left out: 'c' in line 3\n");
  CHECK(json::parse(folder.run("evaluate m d.csv --json").out)["rows_of_unknown_classes"] == 1);
  check_refusal(folder, "predict c.csv m", "c.csv: is no model, as train saves them; MODEL comes before DATA.csv");
  check_refusal(folder, "predict none a.csv", "none: cannot be opened: No such file or directory");
  CHECK(folder.run("info a.csv").status == 1);
}

TEST_CASE("nothing is overwritten when something goes wrong") {
  const Folder folder;
  folder.write("a.csv", "x,y\n1,a\n2,b\n3,a\n4,b\n");
  folder.write("m", "precious");
  CHECK(folder.run("train a.csv --target z --out m").status == 1);
  CHECK(folder.run("train a.csv --target y --out m --lr -1").status == 2);
  folder.write("b.csv", "x,y\n1,0.5\n2,1.5\n3,2.25\n4,3.5\n");
  CHECK(folder.run("train b.csv --target y --optimizer sgd --lr 1e30 --epochs 20 --quiet --out m").status == 1);
  CHECK(contents(folder.file("m")) == "precious");
  check_refusal(folder, "train a.csv --target y --out a.csv", "a.csv: is the input; nothing was overwritten", 2);
  check_refusal(folder, "train a.csv --target y --out no/m", "no/m: there is no folder 'no'");
  check_refusal(folder, "train a.csv --target y --out .", ".: is a folder");
  CHECK(folder.run("train a.csv --target y --epochs 1 --quiet --out m").status == 0);
  check_refusal(folder, "predict m a.csv --out m", "m: is the input; nothing was overwritten", 2);
  check_refusal(folder, "predict m a.csv --out a.csv", "a.csv: is the input; nothing was overwritten", 2);
  CHECK(descent::load(folder.file("m")).metadata.contains("features"));
}

TEST_CASE("a full standard output is an error") {
  const Folder folder;
  folder.write("a.csv", "x,y\n1,a\n2,b\n3,a\n4,b\n");
  REQUIRE(folder.run("train a.csv --target y --epochs 1 --quiet --out m").status == 0);
  if (!std::filesystem::exists("/dev/full")) return;
  const std::string command =
      "cd '" + folder.file("") + "' && '" DESCENT_CLI "' predict m a.csv >/dev/full 2>/dev/null";
  CHECK(WEXITSTATUS(std::system(command.c_str())) == 1);
}

TEST_CASE("export writes C that a compiler takes, and says what it wrote") {
  const Folder folder;
  REQUIRE(folder.run("train " + kData + "iris.csv --target species --epochs 2 --quiet").status == 0);
  const Outcome outcome = folder.run("export iris.safetensors --c iris.c");
  CHECK(outcome.status == 0);
  CHECK(outcome.out == "wrote iris.c and iris.h\n");
  CHECK(outcome.err == "");
  CHECK(std::system(("cd '" + folder.file("") + "' && cc -std=c99 -Wall -Wextra -Werror -c iris.c").c_str()) == 0);
  CHECK(contents(folder.file("iris.h"))
            .find("double petal_width_cm;  /* \"petal width (cm)\", NAN where it is missing */") != std::string::npos);
  std::string dates = "sold,y\n";
  for (int i = 0; i < 30; ++i)
    dates += "2024-0" + std::to_string(1 + i % 6) + "-15," + std::to_string(i % 6 * 1.5) + "\n";
  folder.write("d.csv", dates);
  REQUIRE(folder.run("train d.csv --target y --epochs 2 --quiet").status == 0);
  REQUIRE(folder.run("export d.safetensors --c d.c").status == 0);
  CHECK(contents(folder.file("d.h")).find("double sold_month;  /* \"sold month\", NAN where it is missing */") !=
        std::string::npos);
  check_refusal(folder, "export iris.safetensors",
                "export: say with --c FILE.c what to write; see descent export --help", 2);
  check_refusal(folder, "export iris.safetensors --c iris.h", "export: --c iris.h: the name must end in .c", 2);
  check_refusal(folder, "export missing.safetensors --c new.c",
                "missing.safetensors: cannot be opened: No such file or directory");
}

TEST_CASE("notes are in the JSON, in the model, in info, and shown under --quiet") {
  const Folder folder;
  std::string text = "x,user,Flag,y\n";
  for (int i = 0; i < 40; ++i)
    text += (i == 11 ? std::string("oops") : std::to_string(i % 9)) + ",u" + std::to_string(i) + "," +
            (i % 2   ? "True"
             : i % 3 ? "FALSE"
                     : "false") +
            "," + (i % 9 > 4 ? "7" : "007") + "\n";
  folder.write("a.csv", text);
  const Outcome train = folder.run("train a.csv --target y --epochs 2 --quiet --json --out m");
  const std::vector<std::string> notes = {
      "'y' holds 2 different whole numbers, which are taken for classes; --loss mse learns a quantity",
      "column 'x': 1 value is no number and counts as missing, 'oops' in line 13",
      "column 'user' is left out: it holds a different text in each of 32 rows",
      "column 'Flag': 'false' and 'FALSE' differ in case only and are one category"};
  std::string shown;
  for (const std::string& note : notes) shown += "descent: note: " + note + "\n";
  // 7 and 007 are one number.
  CHECK(train.status == 1);
  CHECK(train.err == "descent: a.csv: target 'y' has one class only, '007'; there must be two\n");

  text.replace(text.find("\n"), 1, "\n");
  for (std::size_t at; (at = text.find(",7\n")) != std::string::npos;) text.replace(at, 3, ",08\n");
  folder.write("a.csv", text);
  const Outcome again = folder.run("train a.csv --target y --epochs 2 --quiet --json --out m");
  CHECK(again.status == 0);
  CHECK(again.err.find(shown.substr(0, shown.find('\n') + 1)) == 0);
  const json trained = json::parse(again.out);
  CHECK(trained["notes"].size() == 4);
  CHECK(trained["notes"][0] == notes[0]);
  CHECK(trained["notes"][1] == notes[1]);
  CHECK(json::parse(folder.run("info m --json").out)["notes"] == trained["notes"]);
  CHECK(folder.run("info m").out.find("notes\n  " + notes[0] + "\n") != std::string::npos);
  CHECK(folder.run("predict m a.csv").out.starts_with("prediction,probability 007,probability 08\n0"));
  folder.write("new.csv", "x,Flag\n1,TRUE\nN/A,fALSE\n");
  CHECK(folder.run("predict m new.csv").err == "");
}

TEST_CASE("outputs: standard output, pipes, devices, and what cannot be written") {
  const Folder folder;
  folder.write("a.csv", "x,y\n1,a\n2,b\n3,a\n4,b\n");
  const Outcome train = folder.run("train a.csv --target y --epochs 1 --quiet --out -");
  CHECK(train.status == 0);
  CHECK_FALSE(folder.has("-"));
  CHECK(train.err.ends_with("saved to standard output\n"));
  folder.write("m", train.out);
  const Outcome predict = folder.run("predict m a.csv --out /dev/stdout");
  CHECK(predict.out.starts_with("prediction,probability a,probability b\n"));
  CHECK(folder.run("predict m a.csv --out -").out == predict.out);
  CHECK(folder.run("predict m a.csv --out /dev/null").status == 0);
  REQUIRE(std::system(("mkfifo '" + folder.file("pipe") + "'").c_str()) == 0);
  check_refusal(folder, "train a.csv --target y --out pipe", "pipe: cannot be written: nobody reads the pipe");
  // A descriptor that reads and writes needs nobody at the other end.
  const std::string command = "cd '" + folder.file("") +
                              "' && exec 3<>pipe && '" DESCENT_CLI
                              "' predict m a.csv --out pipe && head -n 5 <&3 >copy";
  CHECK(std::system(command.c_str()) == 0);
  CHECK(contents(folder.file("copy")) == predict.out);
}

TEST_CASE("a table without rows gives predictions without rows, and nothing to learn from") {
  const Folder folder;
  folder.write("a.csv", "x,y\n1,a\n2,b\n3,a\n4,b\n");
  REQUIRE(folder.run("train a.csv --target y --epochs 1 --quiet --out m").status == 0);
  folder.write("b.csv", "x,y\n");
  const Outcome predict = folder.run("predict m b.csv");
  CHECK(predict.status == 0);
  CHECK(predict.out == "prediction,probability a,probability b\n");
  check_refusal(folder, "evaluate m b.csv", "b.csv: there are no rows to measure the model with");
  check_refusal(folder, "train b.csv --target y --quiet",
                "b.csv: there are 0 rows to learn from; at least 2 are needed");
}

TEST_CASE("columns have roles") {
  const Folder folder;
  std::string text = "name,\"a,b\",code,when,w,g,y\n";
  for (int i = 0; i < 60; ++i)
    text += "n" + std::to_string(i) + "," + std::to_string(i % 7) + "," + std::to_string(i % 3) + "," +
            std::to_string(1 + i % 28) + "/1" + std::to_string(i % 3) + "/2024," + std::to_string(1 + i % 2) + ",g" +
            std::to_string(i / 6) + "," + std::to_string(i % 7 * 1.5) + "\n";
  folder.write("a.csv", text);
  const Outcome train = folder.run(
      "train a.csv --target y --epochs 3 --out m --json --quiet --id name --number '\"a,b\"' --category code "
      "--date when --weight w --group g");
  CHECK(train.status == 0);
  const json info = json::parse(folder.run("info m --json").out);
  std::vector<std::string> columns;
  for (const json& column : info["columns"])
    columns.push_back(column["name"].get<std::string>() + (column.contains("part") ? " " : "") +
                      column.value("part", "") + (column.contains("categories") ? " text" : ""));
  CHECK(columns == std::vector<std::string>{"a,b", "code text", "when month", "when day", "when weekday"});
  CHECK(folder.run("predict m a.csv").out.starts_with("name,prediction\nn0,"));
  CHECK(folder.run("train a.csv --target y --only code --ignore w --epochs 1 --quiet --out n").status == 0);
  CHECK(json::parse(folder.run("info n --json").out)["columns"].size() == 1);
  check_refusal(folder, "train a.csv --target y --ignore nam", "a.csv: there is no column 'nam'; did you mean 'name'?");

  folder.write("b.csv", "x,y\n1,a\nno value,b\n-9,a\n4,b\n5,a\n6,b\n");
  REQUIRE(
      folder.run("train b.csv --target y --missing=-9,'no value' --epochs 1 --holdout 0 --out k").err.find("note") ==
      std::string::npos);
  folder.write("c.csv", "x\n-9.0\nno value\n");
  CHECK(folder.run("predict k c.csv").err == "");
}

TEST_CASE("folds are printed with their spread; further tables measure") {
  const Folder folder;
  const std::string iris = kData + "iris.csv";
  const Outcome folds = folder.run("train " + iris + " --target species --epochs 20 --folds 3 --quiet --out m");
  CHECK(folds.out.starts_with("3 folds:\n                    model                   commonest class\nloss "));
  CHECK(folds.out.find(" +- ") != std::string::npos);
  CHECK(json::parse(folder.run("info m --json").out)["training"]["rows"] == 150);
  const json validated =
      json::parse(folder.run("train " + iris + " --target species --epochs 20 --folds 3 --quiet --json --out m").out);
  CHECK(validated["cross_validation"]["accuracy"]["mean"].get<double>() > 0.8);
  CHECK(validated["cross_validation"]["folds"].size() == 3);
  CHECK(validated["cross_validation"]["baseline"]["accuracy"]["standard_deviation"].get<double>() ==
        doctest::Approx(0).epsilon(1e-9));
  const Outcome test = folder.run("train " + iris + " --target species --epochs 9 --quiet --early-stop 3 --test " +
                                  iris + " --valid " + iris + " --out m");
  CHECK(test.out.starts_with("150 rows of " + iris + ":\n"));
  CHECK(json::parse(folder.run("info m --json").out)["training"]["rows"] == 150);
}

TEST_CASE("what strangers' files hold does not reach the terminal as it is") {
  const Folder folder;
  std::string text = "x\x1b[31m,\xE2\x80\xAEy,t\n";
  for (int i = 0; i < 20; ++i) text += std::to_string(i % 7) + "," + (i % 2 ? "a\x07" : "b\xC2\x9B") + ",u\n";
  folder.write("a.csv", text);
  const auto is_clean = [](const std::string& shown) {
    return shown.find_first_of("\x1b\x07") == std::string::npos && shown.find("\xC2\x9B") == std::string::npos &&
           shown.find("\xE2\x80\xAE") == std::string::npos;
  };
  const Outcome train = folder.run("train a.csv --target '\xE2\x80\xAEy' --epochs 1 --out m");
  CHECK(train.status == 0);
  CHECK(is_clean(train.err));
  const Outcome evaluate = folder.run("evaluate m a.csv"), info = folder.run("info m");
  CHECK(evaluate.out.find("a\\x07") != std::string::npos);
  CHECK(is_clean(evaluate.out));
  CHECK(info.out.find("x\\x1b[31m: number") != std::string::npos);
  CHECK(info.out.find("\\u{202e}y") != std::string::npos);
  CHECK(is_clean(info.out));
  CHECK(is_clean(folder.run("train a.csv --target '\x1b'").err));
}

TEST_CASE("help, manual and completions are made of one declaration") {
  const Folder folder;
  const std::string help = folder.run("help train").out;
  CHECK(help == folder.run("train --help").out);
  CHECK(help == folder.run("train a.csv --help").out);
  CHECK(folder.run("help").out == folder.run("--help").out);
  const std::string manual = folder.run("manual").out, bash = folder.run("completion bash").out,
                    zsh = folder.run("completion zsh").out, fish = folder.run("completion fish").out;
  std::istringstream lines(help);
  std::size_t options = 0;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("  --")) continue;
    ++options;
    const std::string name = line.substr(2, line.find(' ', 2) - 2);
    CAPTURE(name);
    std::string in_troff;
    for (const char c : name) in_troff += c == '-' ? "\\-" : std::string(1, c);
    CHECK(manual.find("\\fB" + in_troff + "\\fR") != std::string::npos);
    CHECK(bash.find(" " + name) != std::string::npos);
    CHECK(zsh.find("'" + name) != std::string::npos);
    CHECK(fish.find(" -l " + name.substr(2) + " ") != std::string::npos);
  }
  CHECK(options > 30);
  std::istringstream again(help);
  for (std::string line; std::getline(again, line);) CHECK(line.size() <= 100);
  folder.write("c.bash", bash +
                             "\nCOMP_WORDS=(descent train a.csv --optim) COMP_CWORD=3; _descent; echo ${COMPREPLY[@]}"
                             "\nCOMP_WORDS=(descent train a.csv --schedule cos) COMP_CWORD=4; _descent; "
                             "echo ${COMPREPLY[@]}\nCOMP_WORDS=(descent ev) COMP_CWORD=1; _descent; "
                             "echo ${COMPREPLY[@]}\n");
  REQUIRE(std::system(("cd '" + folder.file("") + "' && bash c.bash >out").c_str()) == 0);
  const std::string completed = contents(folder.file("out"));
  CHECK(completed.starts_with("--optimizer\ncosine"));
  CHECK(completed.ends_with("\nevaluate\n"));
  // Where there is a program that reads manuals, it has nothing to complain of.
  folder.write("descent.1", manual);
  if (std::system("command -v groff >/dev/null") == 0)
    CHECK(std::system(("cd '" + folder.file("") + "' && [ -z \"$(groff -man -ww -z descent.1 2>&1)\" ]").c_str()) == 0);
}

TEST_CASE("the library's options and the command's have the same names") {
  const std::string help = Folder().run("train --help").out;
  const auto check = [&](std::string_view member) {
    std::string name = "  --" + std::string(member) + " ";
    std::replace(name.begin(), name.end(), '_', '-');
    CAPTURE(name);
    CHECK(help.find(name) != std::string::npos);
  };
  descent::train::FitOptions fit;
  descent::reflect::for_each_member(fit, [&](std::string_view member, const auto&) {
    const bool is_callback = member == "should_stop" || (member.starts_with("on_") && member != "on_nan");
    // What --log and --report ask for is no option of its own.
    if (!is_callback && member != "columns" && member != "weight_histograms")
      check(member == "seconds" ? "time" : member);
  });
  descent::reflect::for_each_member(fit.columns, [&](std::string_view member, const auto&) { check(member); });
}
