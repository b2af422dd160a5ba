// Trainings by the command that are interrupted, killed, resumed, or cannot save.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "descent/error.h"
#include "descent/safetensors.h"
#include "descent/train/tabular_model.h"
#include "running_command.h"

namespace {

namespace fs = std::filesystem;

/// Of the folder and those in it, but what the tests themselves put there.
std::vector<std::string> temporary_files(const Folder& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(folder.file(""))) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(".descent-") || entry.path().parent_path().filename() == "tmp") names.push_back(name);
  }
  return names;
}

std::vector<std::string> train_iris(std::vector<std::string> more) {
  std::vector<std::string> words = {"train", kData + "iris.csv", "--target", "species"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

std::string shell_words(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += "'" + word + "' ";
  return text;
}

}  // namespace

TEST_CASE("--checkpoint and --resume end with the file of a training that was never stopped") {
  const Folder folder;
  REQUIRE(folder.run(shell_words(train_iris({"--epochs", "30", "--quiet", "--out", "whole"}))).status == 0);
  {
    RunningCommand training(folder,
                            train_iris({"--epochs", "30", "--every", "4", "--checkpoint", "run", "--out", "m"}));
    training.wait_for("epoch  6/30");
    training.send(SIGKILL);
    CHECK(training.finish() == -SIGKILL);
  }
  CHECK_FALSE(folder.has("m"));
  CHECK(fs::exists(folder.file("run/checkpoint-000000001.safetensors")));
  const Outcome rest =
      folder.run(shell_words(train_iris({"--epochs", "30", "--resume", "run", "--out", "m"})), "DESCENT_THREADS=1");
  CHECK(rest.status == 0);
  CHECK(rest.err.find("epoch  1/30") == std::string::npos);
  CHECK(rest.err.find("epoch 30/30") != std::string::npos);
  CHECK((contents(folder.file("m")) == contents(folder.file("whole"))));
  CHECK(temporary_files(folder) == std::vector<std::string>{});

  check_refusal(folder, shell_words(train_iris({"--epochs", "30", "--quiet", "--checkpoint", "run"})),
                "run: holds checkpoints already; go on from them (resume), or name another folder");
  const Outcome other = folder.run(shell_words(train_iris({"--epochs", "31", "--quiet", "--resume", "run"})));
  CHECK(other.status == 1);
  CHECK(other.err.find(": is of another training: epochs was '30' there and is '31' here\n") != std::string::npos);
  CHECK(folder.run(shell_words(train_iris({"--checkpoint", "a", "--resume", "run"}))).status == 2);
  CHECK(folder.run(shell_words(train_iris({"--checkpoint", "a", "--every", "5y"}))).status == 2);
}

TEST_CASE("a first signal ends a training in order, with a status of its own") {
  struct Ending {
    int signal, status;
    std::string name;
  };
  for (const Ending& ending : {Ending{SIGINT, 130, "SIGINT"}, {SIGTERM, 143, "SIGTERM"}, {SIGHUP, 129, "SIGHUP"}}) {
    CAPTURE(ending.name);
    const Folder folder;
    RunningCommand training(folder, train_iris({"--epochs", "1000000", "--checkpoint", "run", "--out", "m"}));
    training.wait_for("epoch       2/1000000");
    training.send(ending.signal);
    CHECK(training.finish() == ending.status);
    CHECK(training.err().find("descent: stopped by " + ending.name + ": in epoch ") != std::string::npos);
    CHECK(training.err().ends_with("; the best so far is saved; --resume run goes on\n"));
    CHECK(folder.run("info m").status == 0);
    CHECK(fs::exists(folder.file("run")));
    CHECK(temporary_files(folder) == std::vector<std::string>{});
  }
}

TEST_CASE("a second signal ends it at once" * doctest::skip(!kHandlersAreSignals)) {
  const Folder folder;
  RunningCommand training(folder, train_iris({"--epochs", "1000000", "--out", "m"}));
  training.wait_for("epoch       2/1000000");
  // Both are there when it goes on.
  training.send(SIGSTOP);
  training.send(SIGTERM);
  training.send(SIGINT);
  training.send(SIGCONT);
  const int status = training.finish();
  CHECK((status == -SIGTERM || status == -SIGINT));
  CHECK_FALSE(folder.has("m"));
}

TEST_CASE("a training in folds can be interrupted") {
  const Folder folder;
  // Told in the first fold: there is a checkpoint, which cannot be read.
  fs::create_directories(folder.file("run/fold-1/checkpoint-000000001.safetensors"));
  RunningCommand training(folder, train_iris({"--epochs", "1000000", "--folds", "3", "--resume", "run", "--out", "m"}));
  training.wait_for("; an earlier checkpoint is tried\n");
  training.send(SIGINT);
  CHECK(training.finish() == 130);
  CHECK(training.err().ends_with(
      "descent: stopped by SIGINT: in fold 1 of 3; there is no model yet; --resume run goes on\n"));
  CHECK(fs::is_regular_file(folder.file("run/fold-1/checkpoint-000000002.safetensors")));
  CHECK_FALSE(folder.has("m"));
}

TEST_CASE("--time ends a training with status 0 and a model") {
  const Folder folder;
  const Outcome outcome = folder.run(shell_words(
      train_iris({"--epochs", "1000000", "--time", "0.2s", "--checkpoint", "run", "--quiet", "--out", "m"})));
  CHECK(outcome.status == 0);
  CHECK(folder.run("info m").status == 0);
  CHECK(temporary_files(folder) == std::vector<std::string>{});
}

TEST_CASE("predictions that a signal ends leave no file behind" * doctest::skip(!kHandlersAreSignals)) {
  const Folder folder;
  folder.write("a.csv", "x,y\n1,1\n2,4\n3,9\n4,16\n5,25\n6,36\n");
  REQUIRE(folder.run("train a.csv --target y --epochs 1 --quiet --out m").status == 0);
  folder.write("p", "precious");
  const std::string pipe = folder.file("questions");
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    CAPTURE(signal);
    RunningCommand predict(folder, {"predict", "m", "questions", "--out", "p"});
    std::ofstream questions(pipe);
    questions << "x\n1\n2\n" << std::flush;
    // It answers, and waits for more.
    while (temporary_files(folder).empty()) REQUIRE_FALSE(predict.ends_within(0));
    predict.send(signal);
    CHECK(predict.finish() == -signal);
    CHECK(temporary_files(folder).empty());
    CHECK(contents(folder.file("p")) == "precious");
  }
}

TEST_CASE("what cannot be written is an error of the write") {
  const Folder folder;
  folder.write("a.csv", "x,y\n1,a\n2,b\n3,a\n4,b\n");
  // A file that may not get so large (SIGXFSZ).
  fs::create_directory(folder.file("tmp"));
  const std::string limited = "cd '" + folder.file("") +
                              "' && ulimit -f 1 && TMPDIR=tmp '" DESCENT_CLI
                              "' train a.csv --target y --epochs 1 --quiet --out m >.out 2>.err";
  CHECK(WEXITSTATUS(std::system(limited.c_str())) == 1);
  const std::string err = contents(folder.file(".err"));
  CHECK(err.find("descent: m: cannot be written: File too large; nor elsewhere: ") != std::string::npos);
  CHECK_FALSE(folder.has("m"));
  CHECK(temporary_files(folder) == std::vector<std::string>{});

  // A pipe that nobody reads (SIGPIPE).
  REQUIRE(folder.run("train a.csv --target y --epochs 1 --quiet --out m").status == 0);
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  ::close(ends[0]);
  RunningCommand predict(folder, {"predict", "m", "a.csv"}, ends[1]);
  CHECK(predict.finish() == 1);
  CHECK(predict.err() == "descent: standard output: cannot be written\n");
  ::close(ends[1]);
}

TEST_CASE("a model that cannot be saved where it should be is kept elsewhere") {
  const Folder folder;
  fs::create_directory(folder.file("models"));
  RunningCommand training(folder, train_iris({"--epochs", "1000000", "--out", "models/m"}));
  training.wait_for("epoch       2/1000000");
  fs::remove(folder.file("models"));
  training.send(SIGTERM);
  CHECK(training.finish() == 1);
  const std::string begin = "models/m: cannot be written: No such file or directory; it is in ";
  const std::size_t at = training.err().find(begin);
  REQUIRE(at != std::string::npos);
  const std::string path = training.err().substr(at + begin.size());
  CHECK(path.ends_with(" instead\n"));
  CHECK(folder.run("info " + path.substr(0, path.find(' '))).status == 0);
}

TEST_CASE("an output that cannot be is refused before the work, whatever is wrong with it") {
  const Folder folder;
  folder.write("a.csv", "x,y\n1,a\n2,b\n3,a\n4,b\n");
  check_refusal(folder, "train a.csv --target y --out ''", "--out: the name of the file is empty", 2);
  check_refusal(folder, "predict m a.csv --out ''", "--out: the name of the file is empty", 2);
  const std::string name(300, 'm');
  check_refusal(folder, "train a.csv --target y --out " + name, name + ": cannot be written: File name too long");
  folder.write("a.safetensors", "precious");
  check_refusal(folder, "train a.csv --target y",
                "a.safetensors: is there and no model of descent; --out FILE says where to save");
  CHECK(contents(folder.file("a.safetensors")) == "precious");
  REQUIRE(folder.run("train a.csv --target y --epochs 1 --quiet --out a.safetensors").status == 0);
  CHECK(folder.run("train a.csv --target y --epochs 1 --quiet").status == 0);
  REQUIRE(std::system(("mkfifo '" + folder.file("pipe") + "'").c_str()) == 0);
  check_refusal(folder, "info pipe", "pipe: is not a regular file");

  const std::string predict = "cd '" + folder.file("") +
                              "' && echo before >log && '" DESCENT_CLI
                              "' predict a.safetensors a.csv --out /dev/stdout >>log && echo after >>log";
  CHECK(std::system(predict.c_str()) == 0);
  const std::string log = contents(folder.file("log"));
  CHECK(log.starts_with("before\nprediction,"));
  CHECK(log.ends_with("\nafter\n"));
}

TEST_CASE("--on-nan: what diverges is saved as it was before, or goes on with half the rate") {
  const Folder folder;
  const std::string train = "train " + diverging_training(folder) + "--quiet ";
  const Outcome stopped = folder.run(train + "--out m");
  CHECK(stopped.status == 1);
  CHECK(stopped.err.starts_with("descent: epoch 6: the loss is not finite any more at step "));
  CHECK(stopped.err.find("learning rate") != std::string::npos);
  CHECK(stopped.err.ends_with("; the weights of before are saved in m\n"));
  CHECK(folder.run("evaluate m a.csv").status == 0);
  const Outcome gone_on = folder.run(train + "--on-nan back-off --out n");
  CHECK(gone_on.status == 0);
  const std::string note = "epoch 6: the numbers were not finite any more; it went on from the best ";
  CHECK(gone_on.err.find("descent: note: " + note) != std::string::npos);
  CHECK(folder.run("info n").out.find("\n  " + note) != std::string::npos);
}

TEST_CASE("a model of numbers that are none is refused by name, and so are predictions") {
  const Folder folder;
  folder.write("a.csv", "x,y\n1,1.5\n2,2.5\n3,4\n4,4.5\n5,6\n6,7\n");
  REQUIRE(folder.run("train a.csv --target y --loss poisson --epochs 1 --quiet --out m").status == 0);
  descent::Safetensors file = descent::load(folder.file("m"));
  file.tensors.at("wide.weight").fill_(std::numeric_limits<double>::quiet_NaN());
  descent::save(folder.file("nan"), file.tensors, file.metadata);
  check_refusal(folder, "info nan", "nan: wide.weight holds nan at [0, 0]");
  file.tensors.at("wide.weight").fill_(1e6);
  descent::save(folder.file("huge"), file.tensors, file.metadata);
  check_refusal(folder, "predict huge a.csv --out p", "a.csv:5: the prediction is inf");
}

TEST_CASE("--from begins with a model") {
  const Folder folder;
  REQUIRE(folder.run(shell_words(train_iris({"--epochs", "60", "--quiet", "--out", "m"}))).status == 0);
  const Outcome outcome = folder.run("train " + kData + "iris.csv --from m --epochs 1 --seed 3 --out n");
  CHECK(outcome.status == 0);
  CHECK(outcome.out.find("\naccuracy            0.9") != std::string::npos);
  CHECK(descent::train::TabularModel::load(folder.file("n")).features.columns[0].mean ==
        descent::train::TabularModel::load(folder.file("m")).features.columns[0].mean);
  // A run that begins with other weights is another one.
  REQUIRE(folder.run(shell_words(train_iris({"--epochs", "1", "--quiet", "--out", "other"}))).status == 0);
  const std::string run = " --epochs 2 --quiet --out k ";
  REQUIRE(folder.run("train " + kData + "iris.csv --from m --checkpoint run" + run).status == 0);
  const Outcome other = folder.run("train " + kData + "iris.csv --from other --resume run" + run);
  CHECK(other.status == 1);
  CHECK(other.err.find(" is of another training: weights to begin with was 'checksum ") != std::string::npos);
  CHECK(folder.run("train " + kData + "iris.csv --from m --resume run" + run).status == 0);
  folder.write("a.csv", "sepal length (cm),species\n1,setosa\n2,virginica\n");
  const Outcome lacking = folder.run("train a.csv --from m --quiet");
  CHECK(lacking.status == 1);
  CHECK(lacking.err.find("sepal width (cm)") != std::string::npos);
  CHECK(folder.run(shell_words(train_iris({"--from", "m", "--hidden", "8"}))).status == 2);
  CHECK(folder.run(shell_words(train_iris({"--from", "m", "--ignore", "petal width (cm)"}))).status == 2);
}

TEST_CASE("a training by the command that is killed at random moments ends as if it never was") {
  const char* wish = std::getenv("DESCENT_KILLS");
  const int wanted = wish ? std::atoi(wish) : 20;
  const std::vector<std::string> train = {"train",    kData + "diabetes.csv",
                                          "--target", "progression",
                                          "--epochs", "60",
                                          "--quiet",  "--resume",
                                          "run",      "--out",
                                          "m"};
  const auto with_threads = [&](int threads) {
    std::vector<std::string> words = train;
    words.insert(words.end(), {"--threads", std::to_string(threads)});
    return words;
  };
  const Folder unbroken;
  const auto start = std::chrono::steady_clock::now();
  REQUIRE(RunningCommand(unbroken, train).finish() == 0);
  const long whole =
      std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start).count();
  const std::string expected = contents(unbroken.file("m"));
  std::mt19937 random(11);
  int kills = 0, runs = 0, in_order = 0;
  while (kills < wanted) {
    const Folder folder;
    for (int piece = 0; piece < 20; ++piece) {
      RunningCommand training(folder, with_threads(1 + piece % 3));
      if (training.ends_within(static_cast<long>(random() % static_cast<unsigned long>(whole / 2)))) break;
      const int signal = std::vector{SIGKILL, SIGTERM, SIGINT}[random() % 3];
      training.send(signal);
      ++kills;
      // In order, or in the midst of reading the table; it may have come to its end just then.
      const int status = training.finish();
      CAPTURE(training.err());
      REQUIRE((status == -signal || status == 0 || (signal != SIGKILL && status == 128 + signal)));
      in_order += status == 128 + signal;
    }
    RunningCommand last(folder, with_threads(2));
    REQUIRE(last.finish() == 0);
    ++runs;
    REQUIRE((contents(folder.file("m")) == expected));
    CHECK(temporary_files(folder) == std::vector<std::string>{});
  }
  MESSAGE(kills << " kills in " << runs << " trainings, " << in_order << " of which ended in order");
}
