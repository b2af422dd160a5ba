#include "csv_arguments.h"

#include <algorithm>

namespace descent::cli {

namespace {

char character(const std::string& option, std::string text, std::string_view wanted) {
  for (const auto& [name, sign] : {std::pair("tab", "\t"),
                                   {"\\t", "\t"},
                                   {"space", " "},
                                   {"comma", ","},
                                   {"point", "."},
                                   {"semicolon", ";"},
                                   {"pipe", "|"}})
    if (text == name) text = sign;
  if (text.size() != 1) throw UsageError(concat(option, ": ", in_quotes(text), " is not ", wanted));
  return text[0];
}

}  // namespace

void CsvArguments::add_to(CommandLine& line) {
  line.option("delimiter", "CHAR", "what separates fields: one character, tab or space\n(default: as the file looks)",
              delimiter_);
  line.option("decimal", "CHAR", "what stands before the fraction of a number, . or ,\n(default: as the file looks)",
              decimal_);
  line.flag("no-header", "the first line is a row; columns are called 1, 2, ...", no_header_);
}

data::CsvOptions CsvArguments::applied_to(data::CsvOptions options) const {
  if (delimiter_) options.delimiter = character("--delimiter", *delimiter_, "one character, tab or space");
  if (decimal_) options.decimal = character("--decimal", *decimal_, ". or ,");
  if (no_header_) options.header = false;
  on_command_line([&] { data::check_csv_options(options); });
  return options;
}

}  // namespace descent::cli
