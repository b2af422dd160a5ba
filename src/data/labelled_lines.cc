#include "data/labelled_lines.h"

#include <algorithm>

namespace descent::data {
namespace {

constexpr std::string_view kMark = "__label__";
constexpr std::string_view kSpaces = " \t\r";

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kSpaces);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpaces) + 1 - begin);
}

bool names_a_text(std::string_view header) {
  while (true) {
    const std::size_t end = std::min(header.find_first_of(",;\t|"), header.size());
    const std::string_view name = trimmed(header.substr(0, end));
    if (name == "text" || name == "\"text\"") return true;
    if (end == header.size()) return false;
    header.remove_prefix(end + 1);
  }
}

}  // namespace

std::optional<Layout> lines_layout(std::string_view sample, const CsvOptions& options) {
  const std::string_view first = sample.substr(std::min(sample.find_first_not_of(" \t\r\n"), sample.size()));
  const bool has_label = first.starts_with(kMark);
  if (!has_label && (!options.usual.lines || names_a_text(first.substr(0, first.find('\n'))))) return std::nullopt;
  Layout layout;
  layout.dialect.lines = true;
  layout.dialect.decimal = '.';
  layout.names = {"label", "text"};
  layout.likely_text = {true, true};
  return layout;
}

void read_lines(std::string_view text, const MissingValues& missing, CsvRows& rows) {
  if ((rows.error = text_error(text))) return;
  std::size_t number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    if (line.empty()) continue;
    std::string_view label;
    if (line.starts_with(kMark)) {
      const std::size_t length = std::min(line.find_first_of(kSpaces), line.size());
      label = line.substr(kMark.size(), length - kMark.size());
      line = trimmed(line.substr(length));
    }
    if (line.starts_with(kMark)) {
      rows.error = ScanError{number, ScanError::Blame::text, "has two labels; wanted one"};
      return;
    }
    if (rows.columns[0]) label.empty() ? rows.columns[0]->add_missing() : rows.columns[0]->add(label, missing);
    if (rows.columns[1]) rows.columns[1]->add(line, missing);
    if (number != rows.next_line) rows.line_runs.push_back({rows.rows, number});
    rows.next_line = number + 1;
    ++rows.rows;
  }
  rows.lines = number;
}

}  // namespace descent::data
