// A folder to run the built command in, as its user does.
#pragma once

#include <doctest/doctest.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "descent/error.h"
#include "temporary_folder.h"

inline const std::string kData = DESCENT_SOURCE_DIR "/examples/data/";

#if defined(__SANITIZE_THREAD__)
/// The thread sanitizer calls handlers later: when a call that waits has returned, or another took the signal's place.
constexpr bool kHandlersAreSignals = false;
#else
constexpr bool kHandlersAreSignals = true;
#endif

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

/// Writes a.csv, a line and a bend, and returns the options of a training on it whose rate rises until it is too high.
inline std::string diverging_training(const Folder& folder) {
  std::string text = "x,t,y\n";
  for (int i = 0; i < 64; ++i) {
    const double x = (i * 37 % 101) / 50.0 - 1;
    text += descent::concat(x, i % 3 == 0 ? ",a," : ",b,", 5 + 2 * x + x * x, '\n');
  }
  folder.write("a.csv", text);
  return "a.csv --target y --optimizer sgd --lr 2 --schedule one_cycle --hidden 4 --batch-size 20 --epochs 30 ";
}

/// Fails with this line on standard error, with nothing on standard output and no file written.
inline void check_refusal(const Folder& folder, const std::string& arguments, const std::string& message,
                          int status = 1) {
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
inline std::vector<std::string> first_words(const std::string& text, std::size_t lines) {
  std::vector<std::string> words;
  std::istringstream in(text);
  for (std::string line; words.size() < lines && std::getline(in, line);)
    words.push_back(line.substr(0, line.find(' ')));
  return words;
}

inline std::size_t count_lines(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}
