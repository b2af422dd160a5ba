// descent: trains models of tables, measures them and predicts with them.
#include <sys/resource.h>

#include <cstdio>
#include <exception>
#include <iostream>
#include <new>
#include <string>
#include <vector>

#include "command_line.h"
#include "commands.h"
#include "descent/text.h"
#include "descent/threads.h"
#include "descent/version.h"
#include "interruption.h"

namespace descent::cli {

std::vector<std::unique_ptr<Command>> all_commands() {
  std::vector<std::unique_ptr<Command>> commands;
  for (const auto make : {train_command, tune_command, evaluate_command, predict_command, info_command, export_command,
                          show_command, race_command, report_command, manual_command, completion_command})
    commands.push_back(make());
  return commands;
}

std::string help_of_all() {
  std::string text =
      "usage: descent COMMAND ...\n\n"
      "Trains models of tables by gradient descent.\n\n"
      "  descent train flowers.csv --target species\n"
      "  descent predict flowers.safetensors more.csv\n\n"
      "commands:\n";
  for (const auto& command : all_commands()) {
    const CommandLine line = command->line();
    text += concat("  ", line.command(), std::string(12 - line.command().size(), ' '), line.summary(), '\n');
  }
  return text +
         "  help        explain a command, as descent COMMAND --help does\n"
         "\nResults go to standard output, progress, notes, warnings and errors to standard error. DESCENT_THREADS\n"
         "says how many threads to use, where --threads does not. Exit status: 0 done, 1 failed, 2 the command\n"
         "line or DESCENT_THREADS makes no sense, whatever the files hold; 130, 143, 129 a training was ended\n"
         "by SIGINT (Ctrl-C), SIGTERM or SIGHUP, with the best so far saved; a second one ends it at once.\n";
}

namespace {

std::unique_ptr<Command> find_command(const std::string& name) {
  std::vector<std::string> names;
  for (auto& command : all_commands()) {
    names.push_back(command->line().command());
    if (names.back() == name) return std::move(command);
  }
  names.emplace_back("help");
  throw UsageError(concat("there is no command ", in_quotes(name), suggestion(name, names), "; see descent --help"));
}

/// On the standard error what it took until here. It takes no memory: that may be what went wrong.
void tell_cost() noexcept {
  rusage used;
  if (::getrusage(RUSAGE_SELF, &used) != 0) return;
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  std::fprintf(stderr, "took %.2f s of processor time, and %.1f MB of memory at its peak\n",
               seconds(used.ru_utime) + seconds(used.ru_stime), static_cast<double>(used.ru_maxrss) * 1024 / 1e6);
}

/// Runs it, and says what it took however it ends.
void run(Command& command) {
  struct AtTheEnd {
    bool tells;
    ~AtTheEnd() {
      if (tells) tell_cost();
    }
  } at_the_end{command.is_verbose()};
  command.run();
  std::cout.flush();
}

void run(const std::vector<std::string>& words) {
  if (words.empty())
    throw UsageError(
        "a command is missing: train, tune, evaluate, predict, info, export, show, race or report; see descent --help");
  const bool asks_help = words[0] == "--help" || words[0] == "-h" || words[0] == "help";
  if (asks_help && words.size() == 1) {
    std::cout << help_of_all();
  } else if (asks_help) {
    std::cout << help_of(find_command(words[1])->line());
  } else if (words[0] == "--version") {
    std::cout << "descent " << version() << '\n';
  } else {
    const std::unique_ptr<Command> command = find_command(words[0]);
    on_command_line([] { num_threads(); });
    command->remember(words);
    const CommandLine line = command->line();
    if (line.parse({words.begin() + 1, words.end()}))
      run(*command);
    else
      std::cout << help_of(line);
  }
}

constexpr const char* kNoMemory = "there is not enough memory";

/// What all messages begin with. They may hold text of a stranger's file. Where there is no memory to show them, that
/// is what is said.
int complain(const char* message, int status) noexcept {
  try {
    std::cerr << "descent: " + printable(message) + "\n";
  } catch (...) {
    std::fprintf(stderr, "descent: %s\n", kNoMemory);
  }
  return status;
}

}  // namespace
}  // namespace descent::cli

int main(int argument_count, char** arguments) {
  using descent::cli::complain;
  descent::cli::make_failed_writes_errors();
  try {
    descent::cli::run({arguments + 1, arguments + argument_count});
    std::cout.flush();
    if (!std::cout) descent::fail("standard output: cannot be written");
    return 0;
  } catch (const descent::cli::UsageError& error) {
    return complain(error.what(), 2);
  } catch (const descent::cli::Interrupted& error) {
    return complain(error.what(), error.status());
  } catch (const std::bad_alloc&) {
    return complain(descent::cli::kNoMemory, 1);
  } catch (const std::exception& error) {
    return complain(error.what(), 1);
  }
}
