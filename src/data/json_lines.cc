#include "data/json_lines.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "data/json_value.h"
#include "descent/error.h"

namespace descent::data {
namespace {

constexpr const char* kWanted =
    "; wanted an object a line, as pandas writes with to_json(orient=\"records\", lines=True), and jq -c '.[]' makes "
    "of a "
    "list";

/// The next line that is not blank, which is cut off `text`; `line` counts. "" at the end.
std::string_view next_line(std::string_view& text, std::size_t& line) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view found = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++line;
    if (found.find_first_not_of(" \t\r") != found.npos) return found;
  }
  return {};
}

/// What stands at a name in an object.
struct Member {
  std::string name;
  JsonValue::Kind kind = JsonValue::Kind::null;
  double number = 0;
  std::string text;  // a text; a number or a truth value as JSON writes it

  bool is_number() const { return kind == JsonValue::Kind::integer || kind == JsonValue::Kind::real; }
  bool is_structured() const { return kind == JsonValue::Kind::list || kind == JsonValue::Kind::object; }
};

/// Told by nlohmann's parser what it meets in a line.
class MemberReader final : public nlohmann::json_sax<nlohmann::json> {
 public:
  /// Whether the line is an object; then these are its members, of a name that is there twice the latter. Of lists and
  /// objects among them the kind alone.
  bool read(std::string_view line) {
    members_.clear();
    depth_ = 0;
    is_object_ = false;
    return nlohmann::json::sax_parse(line.begin(), line.end(), this) && is_object_;
  }
  const std::vector<Member>& members() const { return members_; }

  bool null() override { return put(JsonValue::Kind::null); }
  bool boolean(bool value) override { return put(JsonValue::Kind::boolean, value ? "true" : "false"); }
  bool number_integer(number_integer_t value) override {
    return put(JsonValue::Kind::integer, std::to_string(value), static_cast<double>(value));
  }
  bool number_unsigned(number_unsigned_t value) override {
    return put(JsonValue::Kind::integer, std::to_string(value), static_cast<double>(value));
  }
  bool number_float(number_float_t value, const string_t& written) override {
    return put(JsonValue::Kind::real, written, value);
  }
  bool string(string_t& value) override { return put(JsonValue::Kind::text, std::move(value)); }
  bool binary(binary_t&) override { return false; }
  bool key(string_t& name) override {
    if (depth_ != 1) return true;
    const auto same = std::ranges::find(members_, name, &Member::name);
    at_ = static_cast<std::size_t>(same - members_.begin());
    if (same == members_.end()) members_.emplace_back().name = std::move(name);
    return true;
  }
  bool start_object(std::size_t) override {
    if (depth_ == 0) is_object_ = true;
    return open(JsonValue::Kind::object);
  }
  bool start_array(std::size_t) override { return open(JsonValue::Kind::list); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception&) override { return false; }

 private:
  bool put(JsonValue::Kind kind, std::string text = {}, double number = 0) {
    if (depth_ != 1 || !is_object_) return true;
    Member& member = members_[at_];
    member.kind = kind;
    member.text = std::move(text);
    member.number = number;
    return true;
  }
  bool open(JsonValue::Kind kind) {
    put(kind);
    ++depth_;
    return true;
  }
  bool close() {
    --depth_;
    return true;
  }

  std::vector<Member> members_;
  std::size_t at_ = 0;     // which member comes
  std::size_t depth_ = 0;  // of what is open
  bool is_object_ = false;
};

void add_value(const Member& member, const MissingValues& missing, ColumnPart& part) {
  if (member.kind == JsonValue::Kind::null)
    part.add_missing();
  else if (member.is_number() && part.collects_numbers())
    part.add_number(member.number, missing);
  else
    part.add(member.text, missing);
}

}  // namespace

std::optional<Layout> json_layout(std::string_view sample, const std::optional<std::vector<std::string>>& only,
                                  const std::string& source) {
  const std::size_t first = std::min(sample.find_first_not_of(" \t\r\n"), sample.size());
  const std::size_t second = std::min(sample.find_first_not_of(" \t\r\n", first + 1), sample.size());
  if (sample.substr(first).starts_with('[') && sample.substr(second).starts_with('{'))
    fail(source, ": is a list of JSON", kWanted);
  if (!sample.substr(first).starts_with('{')) return std::nullopt;
  Layout layout;
  layout.json = true;
  layout.dialect.decimal = '.';
  std::size_t line = 0;
  std::vector<std::size_t> texts, numbers;
  MemberReader reader;
  while (true) {
    const std::string_view text = next_line(sample, line);
    if (text.empty()) break;
    if (!reader.read(text)) {
      // It may be a CSV file whose first name has a brace.
      if (layout.names.empty() && text.find_first_not_of(" \t\r{") != text.npos && text.find(':') == text.npos)
        return std::nullopt;
      fail(source, ":", line, ": is no JSON object", kWanted);
    }
    for (const Member& member : reader.members()) {
      const auto found = std::ranges::find(layout.names, member.name);
      const auto at = static_cast<std::size_t>(found - layout.names.begin());
      if (found == layout.names.end()) {
        layout.names.push_back(member.name);
        texts.push_back(0);
        numbers.push_back(0);
      }
      texts[at] += member.kind == JsonValue::Kind::text;
      numbers[at] += member.is_number();
    }
  }
  for (std::size_t i = 0; i < layout.names.size(); ++i) layout.likely_text.push_back(texts[i] > numbers[i]);
  for (const std::string& name : only.value_or(std::vector<std::string>())) {
    if (std::ranges::find(layout.names, name) != layout.names.end()) continue;
    layout.names.push_back(name);
    layout.likely_text.push_back(false);
  }
  return layout;
}

void read_json_rows(std::string_view text, const std::vector<std::string>& names, const MissingValues& missing,
                    CsvRows& rows) {
  if ((rows.error = text_error(text))) return;
  std::unordered_map<std::string_view, std::size_t> columns;
  for (std::size_t i = 0; i < names.size(); ++i) columns.emplace(names[i], i);
  std::vector<bool> there(names.size());
  std::size_t line = 0;
  MemberReader reader;
  while (true) {
    const std::string_view found = next_line(text, line);
    if (found.empty()) break;
    if (!reader.read(found)) {
      rows.error = ScanError{line, ScanError::Blame::text, concat("is no JSON object", kWanted)};
      return;
    }
    std::fill(there.begin(), there.end(), false);
    for (const Member& member : reader.members()) {
      const auto column = columns.find(member.name);
      if (column == columns.end()) {
        if (std::ranges::find(rows.new_names, member.name) == rows.new_names.end())
          rows.new_names.push_back(member.name);
        continue;
      }
      auto& part = rows.columns[column->second];
      if (!part) continue;
      if (member.is_structured()) {
        rows.error = ScanError{line, ScanError::Blame::column,
                               "holds a list or an object; wanted a number, a text, true, false or null"};
        rows.error_column = column->second;
        return;
      }
      add_value(member, missing, *part);
      there[column->second] = true;
    }
    for (std::size_t i = 0; i < names.size(); ++i)
      if (rows.columns[i] && !there[i]) rows.columns[i]->add_missing();
    if (line != rows.next_line) rows.line_runs.push_back({rows.rows, line});
    rows.next_line = line + 1;
    ++rows.rows;
  }
  rows.lines = line;
}

}  // namespace descent::data
