// The commands of descent.
#pragma once

#include <memory>
#include <vector>

#include "command_line.h"

namespace descent::cli {

/// A command: what its words are, and what it does.
class Command {
 public:
  virtual ~Command() = default;
  /// Its arguments and options, which parse() stores in the command.
  virtual CommandLine line() = 0;
  /// Throws an Error for what goes wrong, a UsageError if no file could have made it right.
  virtual void run() = 0;

  bool is_verbose() const { return verbose_; }

 protected:
  /// --verbose, which main() looks at.
  void declare_verbose(CommandLine& line) {
    line.flag("verbose", "say at the end what it took of processor time and memory", verbose_)
        .elsewhere({"--stats", "-v"});
  }

 private:
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
