// descent: trains models of tables, measures them and predicts with them.
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

namespace descent::cli {
namespace {

struct Command {
  const char* name;
  const char* summary;
  void (*run)(const std::vector<std::string>& words);
};

constexpr Command kCommands[] = {
    {"train", "learn to predict a column of a CSV file from the others", train},
    {"evaluate", "measure a model on rows whose answers are known", evaluate},
    {"predict", "predict for rows whose answers are not", predict},
    {"info", "say what is inside a model file", info},
    {"export", "write a model as C that predicts without Descent", export_model},
};

std::string help() {
  std::string text =
      "usage: descent COMMAND ...\n\n"
      "Trains models of tables by gradient descent.\n\n"
      "  descent train flowers.csv --target species\n"
      "  descent predict flowers.safetensors more.csv\n\n"
      "commands:\n";
  for (const Command& command : kCommands)
    text += concat("  ", command.name, std::string(10 - std::string(command.name).size(), ' '), command.summary, '\n');
  return text +
         "\ndescent COMMAND --help explains each. Results go to standard output, progress, warnings and errors to\n"
         "standard error. DESCENT_THREADS says how many threads to use, where --threads does not. Exit status: 0 "
         "done,\n"
         "1 failed, 2 the command line or DESCENT_THREADS makes no sense, whatever the files hold.\n";
}

void run(const std::vector<std::string>& words) {
  if (words.empty())
    throw UsageError("a command is missing: train, evaluate, predict, info or export; see descent --help");
  if (words[0] == "--help" || words[0] == "-h" || words[0] == "help") {
    std::cout << help();
    return;
  }
  if (words[0] == "--version") {
    std::cout << "descent " << version() << '\n';
    return;
  }
  std::vector<std::string> names;
  for (const Command& command : kCommands) {
    if (command.name == words[0]) {
      on_command_line([] { num_threads(); });
      return command.run({words.begin() + 1, words.end()});
    }
    names.push_back(command.name);
  }
  throw UsageError(
      concat("there is no command ", in_quotes(words[0]), suggestion(words[0], names), "; see descent --help"));
}

}  // namespace
}  // namespace descent::cli

int main(int argument_count, char** arguments) {
  try {
    descent::cli::run({arguments + 1, arguments + argument_count});
    std::cout.flush();
    if (!std::cout) descent::fail("standard output: cannot be written");
    return 0;
  } catch (const descent::cli::UsageError& error) {
    std::cerr << "descent: " << error.what() << '\n';
    return 2;
  } catch (const std::bad_alloc&) {
    std::cerr << "descent: there is not enough memory\n";
    return 1;
  } catch (const std::exception& error) {
    std::cerr << "descent: " << error.what() << '\n';
    return 1;
  }
}
