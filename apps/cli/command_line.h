// A command's arguments and options: declared once, for parsing, help, the manual and the completions of shells.
//
// Own, since the libraries for it know neither the nearest name to a misspelt one nor values such as 64,64 and 60s.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
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
/// "a,b"; a text with a comma stands in double quotes, as in CSV files.
void read_value(const std::string& option, const std::string& text, std::vector<std::string>& value);
template <class T>
void read_value(const std::string& option, const std::string& text, std::optional<T>& value) {
  read_value(option, text, value.emplace());
}

/// Seconds: "90", "90s", "1.5m", "2h".
struct Duration {
  double seconds = 0;
};
void read_value(const std::string& option, const std::string& text, Duration& value);

/// How often: every so many times, "5", or seconds, "30s", "5m", "2h".
struct Interval {
  std::int64_t count = 1;
  std::optional<double> seconds = std::nullopt;
};
void read_value(const std::string& option, const std::string& text, Interval& value);

/// A number of threads, which is put into effect at once.
struct Threads {};
void read_value(const std::string& option, const std::string& text, Threads& value);

/// What `f` gives; an Error of it is a UsageError: something that stands on the command line makes no sense.
template <class F>
auto on_command_line(const F& f) {
  try {
    return f();
  } catch (const OutOfMemory&) {
    throw;
  } catch (const Error& error) {
    throw UsageError(error.what());
  }
}

/// What a shell can complete a word to.
struct Completion {
  bool files = false;
  std::vector<std::string> words = {};
};
inline const Completion kFiles{.files = true};

class CommandLine {
 public:
  struct Argument {
    std::string name;
    std::string* value;
    Completion completion;
    bool must_be_given = true;
    /// Of the last one, in place of `value`: it takes all that follow, too.
    std::vector<std::string>* values = nullptr;
  };

  struct Option {
    std::string name;        // "--lr"
    std::string value_name;  // empty: a flag
    std::string help;
    std::function<void(const std::string&)> set;
    /// The heading it stands under.
    std::string section = {};
    Completion completion = {};
    /// What other tools call it: "--learning-rate".
    std::vector<std::string> other_names = {};
    /// Whether it can be given more than once.
    bool repeats = false;

    Option& completes(Completion value) { return completion = std::move(value), *this; }
    Option& elsewhere(std::vector<std::string> names) { return other_names = std::move(names), *this; }
  };

  /// Names that a value can be.
  struct NameList {
    std::string title;
    std::vector<std::string> names;
  };

  /// `usage` is what stands behind the command's name, "MODEL DATA.csv [options]"; `summary` says in a line what the
  /// command does, `about` explains, in lines of its own.
  CommandLine(std::string command, std::string usage, std::string summary, std::string about)
      : command_(std::move(command)),
        usage_(std::move(usage)),
        summary_(std::move(summary)),
        about_(std::move(about)) {}

  /// An argument without a name, which must be given: "DATA.csv".
  void argument(std::string name, std::string& value, Completion completion = kFiles) {
    arguments_.push_back({std::move(name), &value, std::move(completion), true});
  }
  /// The same for one that may be left out, behind those that must be given.
  void optional_argument(std::string name, std::string& value, Completion completion) {
    arguments_.push_back({std::move(name), &value, std::move(completion), false});
  }
  /// The same of one or more, behind all others.
  void arguments(std::string name, std::vector<std::string>& values, Completion completion = kFiles) {
    arguments_.push_back({std::move(name), nullptr, std::move(completion), true, &values});
  }
  /// Called with each option that parse() finds, and its value, "" of a flag.
  void on_given(std::function<void(const std::string& name, const std::string& value)> function) {
    on_given_ = std::move(function);
  }
  /// The heading of the options that follow.
  void section(std::string title) { section_ = std::move(title); }
  /// --name.
  Option& flag(const std::string& name, std::string help, bool& value);
  /// --threads N.
  void threads_option();
  /// --name VALUE, or --name=VALUE.
  template <class T>
  Option& option(const std::string& name, std::string value_name, std::string help, T& value) {
    return add({"--" + name, std::move(value_name), std::move(help),
                [&value, name = "--" + name](const std::string& text) { read_value(name, text, value); }});
  }
  /// The same for an option that can be given again and again: each adds a value.
  Option& repeated_option(const std::string& name, std::string value_name, std::string help,
                          std::vector<std::string>& values) {
    Option& added = add({"--" + name, std::move(value_name), std::move(help),
                         [&values](const std::string& text) { values.push_back(text); }});
    added.repeats = true;
    return added;
  }
  /// An option's value that is one of a few.
  template <class T>
  Option& choice(const std::string& name, std::string value_name, std::string help, T& value,
                 const std::vector<std::pair<std::string, T>>& choices) {
    Completion completion;
    for (const auto& [word, of_word] : choices) completion.words.push_back(word);
    Option& added = add({"--" + name, std::move(value_name), std::move(help),
                         [&value, choices, words = completion.words, name = "--" + name](const std::string& text) {
                           value = choices[position_of(name, text, words)].second;
                         }});
    return added.completes(std::move(completion));
  }
  /// A list of names to stand below the options: "optimizers" and all there are.
  void names(std::string title, const std::vector<std::string_view>& names);

  /// Stores what `words` say. False if they ask for help, which is for the caller to print. A UsageError names an
  /// option there is none of, that is given twice or without its value, and an argument too few or too many.
  bool parse(const std::vector<std::string>& words) const;

  const std::string& command() const { return command_; }
  const std::string& usage() const { return usage_; }
  const std::string& summary() const { return summary_; }
  const std::string& about() const { return about_; }
  const std::vector<Argument>& arguments() const { return arguments_; }
  const std::vector<Option>& options() const { return options_; }
  const std::vector<NameList>& name_lists() const { return name_lists_; }

 private:
  Option& add(Option option);
  /// A UsageError that begins with `option` if `text` is none of the words.
  static std::size_t position_of(const std::string& option, const std::string& text,
                                 const std::vector<std::string>& words);
  /// Null: there is none of that name.
  const Option* look_up(const std::string& name) const;
  const Option& find(const std::string& name) const;

  std::string command_, usage_, summary_, about_, section_ = "options";
  std::vector<Argument> arguments_;
  std::vector<Option> options_;
  std::vector<NameList> name_lists_;
  std::function<void(const std::string& name, const std::string& value)> on_given_;
  Threads threads_;
};

/// What a command's --help prints.
std::string help_of(const CommandLine& line);

}  // namespace descent::cli
