#include "command_line.h"

#include <algorithm>
#include <set>

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

void read_value(const std::string& option, const std::string& text, std::vector<std::string>& value) {
  value.clear();
  std::string_view rest = text;
  while (true) {
    std::string& item = value.emplace_back();
    if (rest.starts_with('"')) {
      rest.remove_prefix(1);
      for (bool open = true; open; rest.remove_prefix(1)) {
        if (rest.empty()) refuse(option, ": a quote in ", in_quotes(text), " is never closed");
        if (rest[0] == '"' && !rest.starts_with("\"\""))
          open = false;
        else if (item += rest[0]; rest[0] == '"')
          rest.remove_prefix(1);
      }
      if (!rest.empty() && rest[0] != ',') refuse(option, ": text behind a closing quote in ", in_quotes(text));
    } else {
      item = rest.substr(0, rest.find(','));
      rest.remove_prefix(item.size());
    }
    if (rest.empty()) return;
    rest.remove_prefix(1);
  }
}

void read_value(const std::string& option, const std::string& text, Interval& value) {
  if (read_number(text, value.count)) return;
  Duration duration;
  try {
    read_value(option, text, duration);
  } catch (const UsageError&) {
    refuse(option, ": ", in_quotes(text), " is neither a whole number nor a time, such as 30s, 5m or 2h");
  }
  value.seconds = duration.seconds;
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

CommandLine::Option& CommandLine::add(Option option) {
  option.section = section_;
  return options_.emplace_back(std::move(option));
}

std::size_t CommandLine::position_of(const std::string& option, const std::string& text,
                                     const std::vector<std::string>& words) {
  const auto found = std::find(words.begin(), words.end(), text);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  std::string known;
  for (const std::string& word : words) known += (known.empty() ? "" : ", ") + word;
  refuse(option, ": ", in_quotes(text), " is none of ", known);
}

CommandLine::Option& CommandLine::flag(const std::string& name, std::string help, bool& value) {
  return add({"--" + name, "", std::move(help), [&value](const std::string&) { value = true; }});
}

void CommandLine::threads_option() {
  option("threads", "N",
         "how many threads to use (default: what DESCENT_THREADS\nsays, or else one a processor); results are the same",
         threads_)
      .elsewhere({"--jobs", "--n-jobs", "--workers", "--num-threads", "-j"});
}

void CommandLine::names(std::string title, const std::vector<std::string_view>& names) {
  name_lists_.push_back({std::move(title), {names.begin(), names.end()}});
}

const CommandLine::Option* CommandLine::look_up(const std::string& name) const {
  const auto found = std::find_if(options_.begin(), options_.end(), [&](const Option& o) { return o.name == name; });
  return found == options_.end() ? nullptr : &*found;
}

const CommandLine::Option& CommandLine::find(const std::string& name) const {
  if (const Option* option = look_up(name)) return *option;
  // Words with underscores are those of libraries.
  std::string spelt = name;
  std::replace(spelt.begin(), spelt.end(), '_', '-');
  std::vector<std::string> names = {"--help"};
  for (const Option& option : options_) {
    const auto& others = option.other_names;
    if (option.name == spelt || std::find(others.begin(), others.end(), spelt) != others.end())
      refuse(command_, ": there is no option ", in_quotes(name), "; here it is ", in_quotes(option.name));
    names.push_back(option.name);
  }
  const std::string hint = suggestion(name, names);
  refuse(command_, ": there is no option ", in_quotes(name),
         hint.empty() ? concat("; see descent ", command_, " --help") : hint);
}

bool CommandLine::parse(const std::vector<std::string>& words) const {
  std::vector<std::string> given;
  std::set<std::string> seen;
  bool options_end = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (options_end || word.size() < 2 || word[0] != '-') {
      given.push_back(word);
    } else if (word == "--") {
      options_end = true;
    } else if (word == "--help" || word == "-h") {
      return false;
    } else {
      const std::size_t equals = word.find('=');
      const Option& option = find(word.substr(0, equals));
      if (!seen.insert(option.name).second && !option.repeats) refuse(command_, ": ", option.name, " is given twice");
      const bool has_value = equals != std::string::npos;
      std::string value;
      if (option.value_name.empty()) {
        if (has_value) refuse(command_, ": ", option.name, " takes no value");
      } else {
        if (!has_value && (i + 1 == words.size() || look_up(words[i + 1])))
          refuse(command_, ": ", option.name, " wants ", option.value_name);
        value = has_value ? word.substr(equals + 1) : words[++i];
      }
      option.set(value);
      if (on_given_) on_given_(option.name, value);
    }
  }
  for (std::size_t i = 0; i < arguments_.size(); ++i) {
    if (i >= given.size() && !arguments_[i].must_be_given) continue;
    if (i == given.size()) refuse(command_, ": ", arguments_[i].name, " is missing; see descent ", command_, " --help");
    if (arguments_[i].values) {
      arguments_[i].values->assign(given.begin() + static_cast<std::ptrdiff_t>(i), given.end());
      return true;
    }
    *arguments_[i].value = given[i];
  }
  if (given.size() > arguments_.size())
    refuse(command_, ": ", in_quotes(given[arguments_.size()]), " is one argument too many");
  return true;
}

std::string help_of(const CommandLine& line) {
  std::string text = concat("usage: descent ", line.command(), " ", line.usage(), "\n\n", line.about());
  const auto add = [&](const std::string& left, const std::string& help) {
    text += "  " + left + std::string(left.size() < 24 ? 24 - left.size() : 1, ' ');
    for (const char c : help) {
      text += c;
      if (c == '\n') text += std::string(26, ' ');
    }
    text += '\n';
  };
  std::string section;
  for (const CommandLine::Option& option : line.options()) {
    if (option.section != section) text += concat('\n', section = option.section, ":\n");
    add(option.value_name.empty() ? option.name : option.name + " " + option.value_name, option.help);
  }
  if (section.empty()) text += "\noptions:\n";
  add("-h, --help", "this");
  for (const CommandLine::NameList& list : line.name_lists()) {
    text += concat('\n', list.title, ':');
    std::size_t column = 100;
    for (std::size_t i = 0; i < list.names.size(); ++i) {
      const std::string name = list.names[i] + (i + 1 < list.names.size() ? "," : "\n");
      const bool fits = column + 1 + name.size() <= 100;
      text += (fits ? " " : "\n  ") + name;
      column = (fits ? column + 1 : 2) + name.size();
    }
  }
  return text;
}

}  // namespace descent::cli
