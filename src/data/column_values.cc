#include "data/column_values.h"

#include <unordered_map>

#include "data/unicode.h"
#include "descent/data/features.h"
#include "descent/text.h"

namespace descent::data {

std::vector<Spelling> spellings_of(const Column& column, const Rows& rows) {
  std::vector<std::size_t> counts(column.categories.size());
  for (const std::size_t row : rows)
    if (!column.missing(row)) ++counts[static_cast<std::size_t>(column.codes[row])];
  std::vector<Spelling> spellings;
  std::vector<std::size_t> most;
  std::unordered_map<std::string, std::size_t> positions;
  for (std::size_t code = 0; code < counts.size(); ++code) {
    if (counts[code] == 0) continue;
    const std::string& text = column.categories[code];
    const auto [found, fresh] = positions.emplace(lower_case(text), spellings.size());
    const std::size_t at = found->second;
    if (fresh) {
      spellings.push_back({text});
      most.push_back(counts[code]);
    } else if (counts[code] > most[at]) {
      spellings[at].text = text;
      most[at] = counts[code];
    }
    spellings[at].rows += counts[code];
    spellings[at].all.push_back(text);
  }
  return spellings;
}

std::string differing_spellings(const Spelling& spelling) {
  std::string text;
  const std::size_t shown = spelling.all.size() < 3 ? spelling.all.size() : 3;
  for (std::size_t i = 0; i < shown; ++i)
    text += (i == 0 ? "" : i + 1 == shown ? " and " : ", ") + in_quotes(spelling.all[i]);
  return text;
}

std::string note_on_misfits(const Table& table, const Column& column, const std::vector<Misfit>& misfits,
                            const std::string& thing) {
  if (misfits.empty()) return "";
  return note_on({column.name, thing, misfits.size(), misfits[0].text, table.line_of(misfits[0].row)});
}

std::string note_on_numbers(const Table& table, const Column& column, const Rows& rows, const char* things) {
  std::vector<bool> is_number;
  for (const std::string& text : column.categories) {
    double value;
    is_number.push_back(read_number(text, value));
  }
  std::size_t numbers = 0;
  for (const std::size_t row : rows)
    numbers += !column.missing(row) && is_number[static_cast<std::size_t>(column.codes[row])] ? 1 : 0;
  if (numbers == 0 || 10 * numbers < rows.size() || column.missing(column.text_row)) return "";
  return concat("column ", in_quotes(column.name), " holds ", counted(numbers, "number"), " and is taken for ", things,
                ": ", in_quotes(column.text(column.text_row)), " in line ", table.line_of(column.text_row),
                " is none; --number counts such as missing");
}

}  // namespace descent::data
