// descent completion SHELL: what completes its command lines in bash, zsh and fish.
#include <iostream>

#include "commands.h"

namespace descent::cli {

namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

/// The first line of what an option is for.
std::string first_line(const std::string& help) { return help.substr(0, help.find('\n')); }

/// In single quotes of a shell: of sh and zsh '\'' is a quote, of fish \'.
std::string quoted(const std::string& text, std::string_view quote) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'')
      result += quote;
    else
      result += c;
  }
  return result + "'";
}

std::vector<std::string> command_names() {
  std::vector<std::string> names;
  for (const auto& command : all_commands()) names.push_back(command->line().command());
  names.emplace_back("help");
  return names;
}

void print_bash(std::ostream& out) {
  out << "# Completion of descent for bash: source <(descent completion bash)\n"
         "_descent() {\n"
         "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
         "  if ((COMP_CWORD == 1)); then\n"
         "    COMPREPLY=($(compgen -W '"
      << joined(command_names())
      << "' -- \"$word\"))\n    return\n  fi\n"
         "  case ${COMP_WORDS[1]} in\n";
  for (const auto& command : all_commands()) {
    const CommandLine line = command->line();
    std::vector<std::string> names = {"--help"};
    out << "    " << line.command() << ")\n      case $before in\n";
    for (const CommandLine::Option& option : line.options()) {
      names.push_back(option.name);
      if (option.value_name.empty()) continue;
      out << "        " << option.name << ") ";
      if (option.completion.files)
        out << "COMPREPLY=($(compgen -f -- \"$word\"))";
      else if (!option.completion.words.empty())
        out << "COMPREPLY=($(compgen -W '" << joined(option.completion.words) << "' -- \"$word\"))";
      out << (option.completion.files || !option.completion.words.empty() ? "; " : "") << "return ;;\n";
    }
    out << "      esac\n      if [[ $word == -* ]]; then COMPREPLY=($(compgen -W '" << joined(names)
        << "' -- \"$word\"))\n";
    std::vector<std::string> words;
    bool files = false;
    for (const CommandLine::Argument& argument : line.arguments()) {
      files = files || argument.completion.files;
      words.insert(words.end(), argument.completion.words.begin(), argument.completion.words.end());
    }
    if (files)
      out << "      else COMPREPLY=($(compgen -f -- \"$word\"))\n";
    else if (!words.empty())
      out << "      else COMPREPLY=($(compgen -W '" << joined(words) << "' -- \"$word\"))\n";
    out << "      fi ;;\n";
  }
  out << "    help) COMPREPLY=($(compgen -W '" << joined(command_names())
      << "' -- \"$word\")) ;;\n  esac\n}\ncomplete -o filenames -F _descent descent\n";
}

/// What zsh's _arguments offers for a value.
std::string zsh_action(const Completion& completion) {
  if (completion.files) return "_files";
  return completion.words.empty() ? " " : "(" + joined(completion.words) + ")";
}

/// `text` within the brackets and colons of _arguments.
std::string in_zsh(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (std::string_view("[]:\\").find(c) != std::string_view::npos) result += '\\';
    result += c;
  }
  return result;
}

void print_zsh(std::ostream& out) {
  out << "#compdef descent\n# Completion of descent for zsh, as a file _descent in a folder of $fpath\n"
         "_descent() {\n  if ((CURRENT == 2)); then\n    local -a commands=(\n";
  for (const auto& command : all_commands()) {
    const CommandLine line = command->line();
    out << "      " << quoted(line.command() + ":" + in_zsh(line.summary()), "'\\''") << '\n';
  }
  out << "      'help:explain a command'\n    )\n    _describe command commands\n    return\n  fi\n"
         "  local command=$words[2]\n  shift words\n  ((CURRENT--))\n  case $command in\n";
  for (const auto& command : all_commands()) {
    const CommandLine line = command->line();
    out << "    " << line.command() << ")\n      _arguments";
    for (const CommandLine::Option& option : line.options()) {
      std::string spec = (option.repeats ? "*" : "") + option.name + (option.value_name.empty() ? "" : "=") + "[" +
                         in_zsh(first_line(option.help)) + "]";
      if (!option.value_name.empty()) spec += ":" + in_zsh(option.value_name) + ":" + zsh_action(option.completion);
      out << " \\\n        " << quoted(spec, "'\\''");
    }
    out << " \\\n        '(-h --help)'{-h,--help}'[explain the command]'";
    for (const CommandLine::Argument& argument : line.arguments())
      out << " \\\n        "
          << quoted((argument.values          ? "*:"
                     : argument.must_be_given ? ":"
                                              : "::") +
                        in_zsh(argument.name) + ":" + zsh_action(argument.completion),
                    "'\\''");
    out << " ;;\n";
  }
  out << "    help) _arguments ':command:(" << joined(command_names()) << ")' ;;\n  esac\n}\n_descent \"$@\"\n";
}

void print_fish(std::ostream& out) {
  out << "# Completion of descent for fish: descent completion fish | source\n"
         "complete -c descent -n __fish_use_subcommand -f -a help -d 'explain a command'\n"
         "complete -c descent -n '__fish_seen_subcommand_from help' -f -a '"
      << joined(command_names()) << "'\n";
  for (const auto& command : all_commands()) {
    const CommandLine line = command->line();
    out << "complete -c descent -n __fish_use_subcommand -f -a " << line.command() << " -d "
        << quoted(line.summary(), "\\'") << '\n';
    const std::string here = "complete -c descent -n '__fish_seen_subcommand_from " + line.command() + "' ";
    for (const CommandLine::Option& option : line.options()) {
      out << here << "-l " << option.name.substr(2) << " -d " << quoted(first_line(option.help), "\\'");
      if (!option.value_name.empty()) out << (option.completion.files ? " -r" : " -x");
      if (!option.completion.words.empty()) out << " -a '" << joined(option.completion.words) << "'";
      out << '\n';
    }
    out << here << "-s h -l help -d 'explain the command'\n";
    for (const CommandLine::Argument& argument : line.arguments())
      if (!argument.completion.words.empty()) out << here << "-f -a '" << joined(argument.completion.words) << "'\n";
  }
}

class CompletionCommand final : public Command {
 public:
  CommandLine line() override {
    CommandLine line("completion", "SHELL", "print what completes command lines in bash, zsh or fish",
                     "Prints what completes descent's command lines in SHELL: bash, zsh or fish.\n\n"
                     "  source <(descent completion bash)\n"
                     "  descent completion zsh >~/.zfunc/_descent\n"
                     "  descent completion fish | source\n");
    line.argument("SHELL", shell_, {.words = {"bash", "zsh", "fish"}});
    return line;
  }

  void run() override {
    if (shell_ == "bash")
      print_bash(std::cout);
    else if (shell_ == "zsh")
      print_zsh(std::cout);
    else if (shell_ == "fish")
      print_fish(std::cout);
    else
      throw UsageError(concat("completion: ", in_quotes(shell_), " is none of bash, zsh, fish"));
  }

 private:
  std::string shell_;
};

}  // namespace

std::unique_ptr<Command> completion_command() { return std::make_unique<CompletionCommand>(); }

}  // namespace descent::cli
