// How the command reads tables.
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <string>

#include "command_folder.h"

namespace {

/// Rows of x from 0 to 9 that are "no" below 5, else "yes".
std::string small_table(const std::string& delimiter, bool header = true, int rows = 40) {
  std::string text = header ? "x" + delimiter + "z" + delimiter + "c\n" : "";
  for (int i = 0; i < rows; ++i)
    text += std::to_string(i % 10) + delimiter + "1" + delimiter + (i % 10 < 5 ? "no" : "yes") + "\n";
  return text;
}

}  // namespace

TEST_CASE("a model keeps how its table was written") {
  const Folder folder;
  std::string text = "x;z;c\n";
  for (int i = 0; i < 40; ++i) text += std::to_string(i % 10) + ",5;1.000,25;" + (i % 10 < 5 ? "no" : "yes") + "\n";
  folder.write("a.csv", text);
  REQUIRE(folder.run("train a.csv --target c --epochs 2 --quiet --out m").status == 0);
  CHECK(folder.run("info m").out.find("  x: number, mean ") != std::string::npos);
  // One number could be 1.234 or 1234: it is as in training.
  folder.write("b.csv", "x|z\n1,234|1\n");
  folder.write("c.csv", "x;z\n1.234;1\n");
  folder.write("d.csv", "x,z\n1.234,1\n");
  const std::string as_trained = folder.run("predict m b.csv").out;
  CHECK(count_lines(as_trained) == 2);
  CHECK(folder.run("predict m d.csv").out == as_trained);  // of another dialect, which it shows
  CHECK(folder.run("predict m c.csv").out != as_trained);
  CHECK(folder.run("predict m c.csv --decimal .").out == as_trained);

  // What was said in training holds.
  folder.write("colons.csv", small_table(":"));
  REQUIRE(folder.run("train colons.csv --target c --delimiter : --epochs 2 --quiet --out m2").status == 0);
  CHECK(folder.run("evaluate m2 colons.csv").status == 0);
  folder.write("commas.csv", small_table(","));
  CHECK(folder.run("evaluate m2 commas.csv").status == 1);
  CHECK(folder.run("evaluate m2 commas.csv --delimiter comma").status == 0);

  folder.write("plain.csv", small_table("\t", false));
  REQUIRE(folder.run("train plain.csv --target 3 --no-header --epochs 2 --quiet --out m3").status == 0);
  CHECK(count_lines(folder.run("predict m3 plain.csv").out) == 41);
  check_refusal(folder, "train a.csv --target c --delimiter ab", "--delimiter: 'ab' is not one character, tab or space",
                2);
  check_refusal(folder, "train a.csv --target c --decimal x", "the decimal sign of a CSV file must be . or , , not 'x'",
                2);
}

TEST_CASE("columns that the model does not need may hold anything") {
  const Folder folder;
  folder.write("a.csv", small_table(","));
  REQUIRE(folder.run("train a.csv --target c --epochs 2 --quiet --out m").status == 0);
  folder.write("new.csv", ",x,note,note,z,c\n0,1,a,\"b\nb\",1,no\n1,2,c,d,1,yes\n");
  const Outcome predicted = folder.run("predict m new.csv");
  CHECK(predicted.status == 0);
  CHECK(predicted.err == "");
  CHECK(count_lines(predicted.out) == 3);
  CHECK(folder.run("evaluate m new.csv").out.starts_with("2 rows:\n"));
  folder.write("none.csv", "x,z\n");
  CHECK(count_lines(folder.run("predict m none.csv").out) == 1);
  check_refusal(folder, "predict m new.csv --id nte", "new.csv: there is no column 'nte'; did you mean 'note'?");
}

TEST_CASE("prediction takes no more memory for more rows, and writes as it goes") {
  const Folder folder;
  folder.write("a.csv", small_table(","));
  REQUIRE(folder.run("train a.csv --target c --epochs 2 --quiet --out m").status == 0);
  const auto peak = [&](int rows, const std::string& options) {
    folder.write("rows.csv", small_table(",", true, rows));
    const Outcome outcome = folder.run("predict m rows.csv --out p" + options);
    CHECK(outcome.status == 0);
    rusage usage;
    getrusage(RUSAGE_CHILDREN, &usage);
    return usage.ru_maxrss;
  };
  for (const std::string options : {"", " --json"}) {
    CAPTURE(options);
    const long few = peak(300'000, options), many = peak(1'500'000, options);
    CHECK(many < few + few / 5);
  }
  const auto object = nlohmann::json::parse(contents(folder.file("p")));
  CHECK(object["rows"] == 1'500'000);
  CHECK(object["predictions"].size() == 1'500'000);
  CHECK(object["probabilities"].size() == 1'500'000);

  // A broken row, after many: the earlier file stays.
  folder.write("broken.csv", small_table(",", true, 300'000) + "1\n");
  folder.write("p", "precious");
  const Outcome broken = folder.run("predict m broken.csv --out p");
  CHECK(broken.status == 1);
  CHECK(broken.err == "descent: broken.csv:300002: has 1 field, the header has 3\n");
  CHECK(contents(folder.file("p")) == "precious");
}

TEST_CASE("of a pipe each row is answered as it comes") {
  const Folder folder;
  folder.write("a.csv", small_table(","));
  REQUIRE(folder.run("train a.csv --target c --epochs 2 --quiet --out m").status == 0);
  int questions[2], answers[2];
  REQUIRE(pipe(questions) == 0);
  REQUIRE(pipe(answers) == 0);
  const pid_t child = fork();
  if (child == 0) {
    dup2(questions[0], STDIN_FILENO);
    dup2(answers[1], STDOUT_FILENO);
    for (const int end : {questions[0], questions[1], answers[0], answers[1]}) close(end);
    execl(DESCENT_CLI, DESCENT_CLI, "predict", folder.file("m").c_str(), "-", nullptr);
    _exit(127);
  }
  close(questions[0]);
  close(answers[1]);
  const auto ask = [&](const std::string& text) {
    REQUIRE(write(questions[1], text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  };
  const auto line = [&] {
    std::string text;
    char c;
    while (read(answers[0], &c, 1) == 1 && c != '\n') text += c;
    return text;
  };
  ask("z,x\n");
  ask("1,2\n");
  CHECK(line() == "prediction,probability no,probability yes");
  const std::string first = line();
  CHECK(first != "");
  // Nothing is asked before the answer is there.
  for (int i = 0; i < 3; ++i) {
    ask("1,2\n");
    CHECK(line() == first);
  }
  close(questions[1]);
  CHECK(line() == "");
  close(answers[0]);
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("tables in zip archives, and files of other kinds") {
  const Folder folder;
  folder.write("a.csv", small_table(","));
  folder.write("trips.parquet", "PAR1\x15rest");
  const Outcome parquet = folder.run("train trips.parquet --target c");
  CHECK(parquet.status == 1);
  CHECK(parquet.err.starts_with("descent: trips.parquet: is a Parquet file; convert it"));
  folder.write("j.jsonl",
               "{\"x\": 1, \"c\": \"no\"}\n{\"x\": 2, \"c\": \"yes\"}\n{\"x\": 1, \"c\": \"no\"}\n"
               "{\"x\": 3, \"c\": \"yes\"}\n");
  CHECK(folder.run("train j.jsonl --target c --epochs 2 --quiet --out m").status == 0);
  folder.write("k.jsonl", "{\"x\": 1}\n{\"x\": 5, \"more\": [1]}\n");
  CHECK(count_lines(folder.run("predict m k.jsonl").out) == 3);
}
