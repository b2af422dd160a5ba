// Texts, a line each, as fastText has them: "__label__good What a film!".
#pragma once

#include <optional>
#include <string_view>

#include "data/csv_layout.h"
#include "data/csv_rows.h"

namespace descent::data {

/// The layout of lines, columns "label" and "text", if `sample`, the beginning of a text, begins with a label, or if
/// such lines are usual and it is not the header of a table with a text.
std::optional<Layout> lines_layout(std::string_view sample, const CsvOptions& options);

/// As read_rows: of each line the label, missing where there is none, and what follows.
void read_lines(std::string_view text, const MissingValues& missing, CsvRows& rows);

}  // namespace descent::data
