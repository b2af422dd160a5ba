// Tables as JSON: an object a line.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/csv_layout.h"
#include "data/csv_rows.h"

namespace descent::data {

/// How a text is laid out that begins with `sample`, if it is JSON: its columns are the members met in the sample, and
/// those that `only` names. An Error in the name of `source` for JSON that is not an object a line.
std::optional<Layout> json_layout(std::string_view sample, const std::optional<std::vector<std::string>>& only,
                                  const std::string& source);

/// As read_rows: an object a line, whose members are the columns of the `names`. Members of other names go to
/// rows.new_names.
void read_json_rows(std::string_view text, const std::vector<std::string>& names, const MissingValues& missing,
                    CsvRows& rows);

}  // namespace descent::data
