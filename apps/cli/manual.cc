// descent manual: the manual page, in the macros of man(7).
#include <iostream>

#include "commands.h"
#include "descent/version.h"

namespace descent::cli {

namespace {

/// `text` so that troff prints it as it is: hyphens that are typed, no escapes, no line that begins with a control.
std::string in_troff(const std::string& text) {
  std::string result;
  for (const char c : text) {
    const bool line_begins = result.empty() || result.back() == '\n';
    if (line_begins && (c == '.' || c == '\'')) result += "\\&";
    if (c == '-')
      result += "\\-";
    else if (c == '\\')
      result += "\\e";
    else
      result += c;
  }
  return result;
}

std::string upper_case(std::string text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return text;
}

void print_options(std::ostream& out, const CommandLine& line) {
  std::string section;
  for (const CommandLine::Option& option : line.options()) {
    if (option.section != section) out << ".PP\n" << in_troff(section = option.section) << ":\n";
    out << ".TP\n\\fB" << in_troff(option.name) << "\\fR";
    if (!option.value_name.empty()) out << " \\fI" << in_troff(option.value_name) << "\\fR";
    out << '\n' << in_troff(option.help) << '\n';
  }
}

void print_command(std::ostream& out, const CommandLine& line) {
  out << ".SH " << upper_case(line.command()) << "\n.B descent " << line.command() << "\n"
      << in_troff(line.usage()) << "\n.PP\n";
  std::string about = in_troff(line.about());
  for (std::size_t blank; (blank = about.find("\n\n")) != std::string::npos;) about.replace(blank, 2, "\n.PP\n");
  out << about;
  print_options(out, line);
  for (const CommandLine::NameList& list : line.name_lists()) {
    out << ".PP\n" << in_troff(list.title) << ":\n";
    for (std::size_t i = 0; i < list.names.size(); ++i)
      out << in_troff(list.names[i]) << (i + 1 < list.names.size() ? ",\n" : "\n");
  }
}

class Manual final : public Command {
 public:
  CommandLine line() override {
    return {"manual", "", "print the manual page, for man -l -",
            "Prints the manual page in the macros of man(7): descent manual | man -l -\n"};
  }

  void run() override {
    std::ostream& out = std::cout;
    out << ".TH DESCENT 1 \"\" \"descent " << version() << "\" \"User Commands\"\n"
        << ".SH NAME\ndescent \\- train models of tables by gradient descent, measure them, predict with them\n"
        << ".SH SYNOPSIS\n.nf\n";
    const auto commands = all_commands();
    for (const auto& command : commands) {
      const CommandLine line = command->line();
      out << "\\fBdescent " << line.command() << "\\fR " << in_troff(line.usage()) << '\n';
    }
    out << ".fi\n";
    for (const auto& command : commands) print_command(out, command->line());
    out << ".SH ENVIRONMENT\n.TP\n.B DESCENT_THREADS\nhow many threads to use, where \\-\\-threads does not say\n"
        << ".SH \"EXIT STATUS\"\n.TP\n.B 0\ndone\n.TP\n.B 1\nfailed\n.TP\n.B 2\n"
        << "the command line or DESCENT_THREADS makes no sense, whatever the files hold\n"
        << ".TP\n.B 130, 143, 129\na training was ended by SIGINT, SIGTERM or SIGHUP, with the best so far saved\n";
  }
};

}  // namespace

std::unique_ptr<Command> manual_command() { return std::make_unique<Manual>(); }

}  // namespace descent::cli
