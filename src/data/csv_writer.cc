#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <ostream>

#include "data/field_scanner.h"
#include "data/file_kind.h"
#include "data/text_input.h"
#include "descent/data/csv.h"

namespace descent::data {
namespace {

template <class T>
std::string_view shortest(T value, std::array<char, 32>& buffer) {
  if (std::isnan(value)) return {};
  return {buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr};
}

/// Whether a reader takes a line that begins so for a comment, or a file for JSON, for labelled lines or another kind.
bool misleads(std::string_view text) {
  constexpr std::string_view kBeginnings[] = {"#", "{", "[", "__label__"};
  return !other_kind(text).empty() ||
         std::ranges::any_of(kBeginnings, [&](std::string_view beginning) { return text.starts_with(beginning); });
}

}  // namespace

CsvWriter& CsvWriter::raw(std::string_view text) {
  if (fields_++ > 0) row_ += delimiter_;
  row_ += text;
  return *this;
}

CsvWriter& CsvWriter::field(std::string_view text) {
  const char special[] = {delimiter_, '"', '\n', '\r', '\0'};
  const bool outer_space = !text.empty() && (is_space(text.front()) || is_space(text.back()));
  // At the beginning of a file a byte order mark would be dropped.
  if (text.find_first_of(special) == text.npos && !outer_space && !text.starts_with(kByteOrderMark) &&
      !(fields_ == 0 && misleads(text)))
    return raw(text);
  raw("\"");
  for (const char c : text) row_.append(c == '"' ? 2 : 1, c);
  row_ += '"';
  return *this;
}

CsvWriter& CsvWriter::field(float value) {
  std::array<char, 32> buffer;
  return raw(shortest(value, buffer));
}

CsvWriter& CsvWriter::field(double value) {
  std::array<char, 32> buffer;
  return raw(shortest(value, buffer));
}

void CsvWriter::end_row() {
  // A line that is blank would be skipped by readers.
  if (row_.empty() && fields_ == 1) row_ = "\"\"";
  row_ += '\n';
  out_.write(row_.data(), static_cast<std::streamsize>(row_.size()));
  row_.clear();
  fields_ = 0;
}

}  // namespace descent::data
