// Options of a command, their help, and the reading of arguments.
//
// Own, since the libraries for it know neither the nearest name to a misspelt one nor values such as 64,64 and 60s.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "descent/error.h"

namespace descent::cli {

/// A command line that makes no sense.
class UsageError : public Error {
 public:
  using Error::Error;
};

/// An option's value, from the text behind it; a UsageError that begins with `option` for a text that is none.
void read_value(const std::string& option, const std::string& text, std::string& value);
void read_value(const std::string& option, const std::string& text, double& value);
void read_value(const std::string& option, const std::string& text, std::int64_t& value);
void read_value(const std::string& option, const std::string& text, std::uint64_t& value);
/// "64,32"; "none" is an empty list.
void read_value(const std::string& option, const std::string& text, std::vector<std::int64_t>& value);
template <class T>
void read_value(const std::string& option, const std::string& text, std::optional<T>& value) {
  read_value(option, text, value.emplace());
}

/// Seconds: "90", "90s", "1.5m", "2h".
struct Duration {
  double seconds = 0;
};
void read_value(const std::string& option, const std::string& text, Duration& value);

/// A number of threads, which is put into effect at once.
struct Threads {};
void read_value(const std::string& option, const std::string& text, Threads& value);

/// What `f` gives; an Error of it is a UsageError: something that stands on the command line makes no sense.
template <class F>
auto on_command_line(const F& f) {
  try {
    return f();
  } catch (const Error& error) {
    throw UsageError(error.what());
  }
}

class CommandLine {
 public:
  /// `usage` is what stands behind the command's name, "MODEL DATA.csv [options]"; `about` explains, in lines of its
  /// own.
  CommandLine(std::string command, std::string usage, std::string about)
      : command_(std::move(command)), usage_(std::move(usage)), about_(std::move(about)) {}

  /// An argument without a name, which must be given: "DATA.csv".
  void argument(std::string name, std::string& value) { arguments_.push_back({std::move(name), &value}); }
  /// --name.
  void flag(std::string name, std::string help, bool& value);
  /// --threads N.
  void threads_option();
  /// --name VALUE, or --name=VALUE.
  template <class T>
  void option(const std::string& name, std::string value_name, std::string help, T& value) {
    options_.push_back({"--" + name, std::move(value_name), std::move(help),
                        [&value, name = "--" + name](const std::string& text) { read_value(name, text, value); }});
  }
  /// A list of names to stand below the options: "optimizers:" and all there are.
  void names(std::string_view title, const std::vector<std::string_view>& names);

  /// Stores what `words` say. False if they ask for help, which is printed.
  bool parse(const std::vector<std::string>& words) const;
  std::string help() const;

 private:
  struct Argument {
    std::string name;
    std::string* value;
  };
  struct Option {
    std::string name;
    std::string value_name;  // empty: a flag
    std::string help;
    std::function<void(const std::string&)> set;
  };
  const Option& find(const std::string& name) const;

  std::string command_, usage_, about_, names_;
  std::vector<Argument> arguments_;
  std::vector<Option> options_;
  Threads threads_;
};

}  // namespace descent::cli
