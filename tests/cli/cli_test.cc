// Runs the built command as its user does.
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "descent/safetensors.h"
#include "temporary_folder.h"

using nlohmann::json;

namespace {

const std::string kData = DESCENT_SOURCE_DIR "/examples/data/";

struct Outcome {
  int status;
  std::string out, err;
};

/// A folder to run the command in.
class Folder {
 public:
  std::string file(const std::string& name) const { return folder_.path + "/" + name; }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(file(name), std::ios::binary) << text;
  }
  bool has(const std::string& name) const { return std::filesystem::exists(file(name)); }

  /// `arguments` are words of the shell. Standard input is empty unless they redirect it.
  Outcome run(const std::string& arguments, const std::string& environment = "") const {
    const std::string command =
        "cd '" + folder_.path + "' && " + environment + " '" DESCENT_CLI "' " + arguments + " >.out 2>.err </dev/null";
    return finish(std::system(command.c_str()));
  }
  Outcome pipe(const std::string& input, const std::string& arguments) const {
    const std::string command =
        "cd '" + folder_.path + "' && " + input + " | '" DESCENT_CLI "' " + arguments + " >.out 2>.err";
    return finish(std::system(command.c_str()));
  }

 private:
  Outcome finish(int status) const {
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, contents(file(".out")), contents(file(".err"))};
  }
  TemporaryFolder folder_;
};

/// Fails with this line on standard error, with nothing on standard output and no file written.
void check_refusal(const Folder& folder, const std::string& arguments, const std::string& message, int status = 1) {
  CAPTURE(arguments);
  const auto files = [&] {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder.file("")))
      if (entry.path().filename().string()[0] != '.') names.push_back(entry.path().filename());
    std::sort(names.begin(), names.end());
    return names;
  };
  const auto before = files();
  const Outcome outcome = folder.run(arguments);
  CHECK(outcome.status == status);
  CHECK(outcome.err == "descent: " + message + "\n");
  CHECK(outcome.out == "");
  CHECK(files() == before);
}

/// Of each of the first lines.
std::vector<std::string> first_words(const std::string& text, std::size_t lines) {
  std::vector<std::string> words;
  std::istringstream in(text);
  for (std::string line; words.size() < lines && std::getline(in, line);)
    words.push_back(line.substr(0, line.find(' ')));
  return words;
}

std::size_t count_lines(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

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
                           "network    4 inputs, hidden layers of 64 64, 3 outputs, 4690 parameters\n"
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
  refuse("", "a command is missing: train, evaluate, predict, info or export; see descent --help");
  refuse("trian", "there is no command 'trian'; did you mean 'train'?; see descent --help");
  refuse("train", "train: DATA.csv is missing; see descent train --help");
  refuse("train a.csv", "train: --target COLUMN is missing; see descent train --help");
  refuse("train a.csv b.csv --target y", "train: 'b.csv' is one argument too many");
  refuse("train a.csv --target y --epoch 3", "train: there is no option '--epoch'; did you mean '--epochs'?");
  refuse("train a.csv --target y --zzz 3", "train: there is no option '--zzz'");
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
  for (const std::string csv : {"", "x,y\n", "x,y\n1,2\n3\n", "x,y\n1,\"2\n", "x,y\n1,1e999\n2,3\n"}) {
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

TEST_CASE("at prediction: what is missing or misfits is refused") {
  const Folder folder;
  folder.write("a.csv", "x,kind,y\n1,u,a\n2,v,b\n3,u,a\n4,v,b\n");
  REQUIRE(folder.run("train a.csv --target y --epochs 1 --quiet --out m").status == 0);
  folder.write("b.csv", "kind,q\nu,1\n");
  check_refusal(folder, "predict m b.csv", "b.csv: there is no column 'x'; there are 'kind', 'q'");
  check_refusal(folder, "predict m a.csv --id nam", "a.csv: there is no column 'nam'; there are 'x', 'kind', 'y'");
  folder.write("c.csv", "x,kind\n1,u\nhigh,v\n");
  check_refusal(folder, "predict m c.csv",
                "c.csv:3: column 'x': 'high' is not a number, which the model was trained with");
  check_refusal(folder, "evaluate m c.csv", "c.csv: there is no column 'y'; there are 'x', 'kind'");
  folder.write("d.csv", "x,kind,y\n1,u,a\n2,v,c\n");
  check_refusal(folder, "evaluate m d.csv", "d.csv:3: column 'y': 'c' is none of the 2 classes of the model");
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
  check_refusal(folder, "export iris.safetensors",
                "export: say with --c FILE.c what to write; see descent export --help", 2);
  check_refusal(folder, "export iris.safetensors --c iris.h", "export: --c iris.h: the name must end in .c", 2);
  check_refusal(folder, "export missing.safetensors --c new.c",
                "missing.safetensors: cannot be opened: No such file or directory");
}
