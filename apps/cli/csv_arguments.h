// How tables are read, where the command line says so.
#pragma once

#include <optional>
#include <string>

#include "command_line.h"
#include "descent/data/csv.h"

namespace descent::cli {

/// --delimiter, --decimal and --no-header.
class CsvArguments {
 public:
  void add_to(CommandLine& line);
  /// `options`, and what was given. A UsageError for what no file can have.
  data::CsvOptions applied_to(data::CsvOptions options) const;

 private:
  std::optional<std::string> delimiter_, decimal_;
  bool no_header_ = false;
};

}  // namespace descent::cli
