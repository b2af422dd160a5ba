// The commands of descent.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "command_line.h"
#include "shell_words.h"

namespace descent::cli {

/// A command: what its words are, and what it does.
class Command {
 public:
  virtual ~Command() = default;
  /// Its arguments and options, which parse() stores in the command.
  virtual CommandLine line() = 0;
  /// Throws an Error for what goes wrong, a UsageError if no file could have made it right.
  virtual void run() = 0;

  /// To be called with what was typed behind "descent".
  void remember(std::vector<std::string> words) { words_ = std::move(words); }
  bool is_verbose() const { return verbose_; }

 protected:
  /// The words, for a shell to do the same again.
  std::string as_typed() const {
    std::vector<std::string> words = {"descent"};
    words.insert(words.end(), words_.begin(), words_.end());
    return shell_line(words);
  }
  /// --verbose, which main() looks at.
  void declare_verbose(CommandLine& line) {
    line.flag("verbose", "say at the end what it took of processor time and memory", verbose_)
        .elsewhere({"--stats", "-v"});
  }

 private:
  std::vector<std::string> words_;
  bool verbose_ = false;
};

std::unique_ptr<Command> train_command();
std::unique_ptr<Command> tune_command();
std::unique_ptr<Command> evaluate_command();
std::unique_ptr<Command> predict_command();
std::unique_ptr<Command> info_command();
std::unique_ptr<Command> export_command();
std::unique_ptr<Command> show_command();
std::unique_ptr<Command> race_command();
std::unique_ptr<Command> report_command();
std::unique_ptr<Command> manual_command();
std::unique_ptr<Command> completion_command();

/// All of them, in the order people meet them.
std::vector<std::unique_ptr<Command>> all_commands();

/// What `descent --help` prints.
std::string help_of_all();

}  // namespace descent::cli
