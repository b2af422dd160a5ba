#include "command_line.h"

#include <iostream>

#include "descent/text.h"
#include "descent/threads.h"

namespace descent::cli {

namespace {

template <class... Parts>
[[noreturn]] void refuse(const Parts&... parts) {
  throw UsageError(concat(parts...));
}

}  // namespace

void read_value(const std::string&, const std::string& text, std::string& value) { value = text; }

void read_value(const std::string& option, const std::string& text, double& value) {
  if (!read_number(text, value)) refuse(option, ": ", in_quotes(text), " is not a number");
}

void read_value(const std::string& option, const std::string& text, std::int64_t& value) {
  if (!read_number(text, value)) refuse(option, ": ", in_quotes(text), " is not a whole number");
}

void read_value(const std::string& option, const std::string& text, std::uint64_t& value) {
  if (!read_number(text, value)) refuse(option, ": ", in_quotes(text), " is not a whole number from 0 on");
}

void read_value(const std::string& option, const std::string& text, std::vector<std::int64_t>& value) {
  value.clear();
  if (text == "none") return;
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t comma = std::min(text.find(',', start), text.size());
    read_value(option, text.substr(start, comma - start), value.emplace_back());
    start = comma + 1;
  }
}

void read_value(const std::string& option, const std::string& text, Duration& value) {
  double unit = 1;
  std::string number = text;
  if (!text.empty()) {
    const std::string::size_type position = std::string("smh").find(text.back());
    if (position != std::string::npos) {
      unit = position == 0 ? 1 : position == 1 ? 60 : 3600;
      number.pop_back();
    }
  }
  if (!read_number(number, value.seconds))
    refuse(option, ": ", in_quotes(text), " is no time, such as 90s, 1.5m or 2h");
  value.seconds *= unit;
}

void read_value(const std::string& option, const std::string& text, Threads&) {
  int count = 0;
  if (!read_number(text, count)) refuse(option, ": ", in_quotes(text), " is not a whole number");
  on_command_line([&] {
    try {
      set_num_threads(count);
    } catch (const Error& error) {
      fail_as(option, error);
    }
  });
}

void CommandLine::threads_option() {
  option("threads", "N",
         "how many threads to use (default: what DESCENT_THREADS\nsays, or else one a processor); results are the same",
         threads_);
}

void CommandLine::flag(std::string name, std::string help, bool& value) {
  options_.push_back({"--" + std::move(name), "", std::move(help), [&value](const std::string&) { value = true; }});
}

void CommandLine::names(std::string_view title, const std::vector<std::string_view>& names) {
  names_ += concat('\n', title, ':');
  std::size_t column = 100;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string name = concat(names[i], i + 1 < names.size() ? "," : "\n");
    const bool fits = column + 1 + name.size() <= 100;
    names_ += (fits ? " " : "\n  ") + name;
    column = (fits ? column + 1 : 2) + name.size();
  }
}

const CommandLine::Option& CommandLine::find(const std::string& name) const {
  std::vector<std::string> names = {"--help"};
  for (const Option& option : options_) {
    if (option.name == name) return option;
    names.push_back(option.name);
  }
  refuse(command_, ": there is no option ", in_quotes(name), suggestion(name, names));
}

bool CommandLine::parse(const std::vector<std::string>& words) const {
  std::vector<std::string> given;
  bool options_end = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (options_end || word.size() < 2 || word[0] != '-') {
      given.push_back(word);
    } else if (word == "--") {
      options_end = true;
    } else if (word == "--help" || word == "-h") {
      std::cout << help();
      return false;
    } else {
      const std::size_t equals = word.find('=');
      const Option& option = find(word.substr(0, equals));
      const bool has_value = equals != std::string::npos;
      if (option.value_name.empty()) {
        if (has_value) refuse(command_, ": ", option.name, " takes no value");
        option.set("");
      } else {
        if (!has_value && i + 1 == words.size()) refuse(command_, ": ", option.name, " wants ", option.value_name);
        option.set(has_value ? word.substr(equals + 1) : words[++i]);
      }
    }
  }
  for (std::size_t i = 0; i < arguments_.size(); ++i) {
    if (i == given.size()) refuse(command_, ": ", arguments_[i].name, " is missing; see descent ", command_, " --help");
    *arguments_[i].value = given[i];
  }
  if (given.size() > arguments_.size())
    refuse(command_, ": ", in_quotes(given[arguments_.size()]), " is one argument too many");
  return true;
}

std::string CommandLine::help() const {
  std::string text = concat("usage: descent ", command_, " ", usage_, "\n\n", about_, "\noptions:\n");
  const auto add = [&](const std::string& left, const std::string& help) {
    text += "  " + left + std::string(left.size() < 24 ? 24 - left.size() : 1, ' ');
    for (const char c : help) {
      text += c;
      if (c == '\n') text += std::string(26, ' ');
    }
    text += '\n';
  };
  for (const Option& option : options_)
    add(option.value_name.empty() ? option.name : option.name + " " + option.value_name, option.help);
  add("-h, --help", "this");
  return text + names_;
}

}  // namespace descent::cli
