#include "data/vocabulary_file.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>

#include "data/json_value.h"
#include "data/text_input.h"
#include "descent/atomic_file.h"
#include "descent/error.h"

namespace descent::data {

std::vector<std::string> read_vocabulary(const std::string& path) {
  const std::string source = name_of_input(path);
  const ByteBuffer text = read_input(path, kMaxVocabularyBytes);
  const std::optional<JsonValue> json = parse_json(text.view());
  if (!json || json->kind != JsonValue::Kind::object) fail(source, ": is not a JSON object");
  const auto& object = json->object;
  std::vector<std::string> tokens(object.size());
  std::vector<bool> seen(object.size());
  for (const auto& [token, value] : object) {
    const bool is_position = value->kind == JsonValue::Kind::integer && value->integer >= 0;
    const std::uint64_t number = is_position ? static_cast<std::uint64_t>(value->integer) : tokens.size();
    if (number >= tokens.size())
      fail(source, ": ", in_quotes(token), " has ",
           value->is_number() ? concat("the number ", value->real) : concat("no number but ", to_string(value->kind)),
           ", of ", tokens.size(), " tokens");
    if (seen[number]) fail(source, ": two tokens have the number ", number);
    seen[number] = true;
    tokens[number] = token;
  }
  return tokens;
}

void write_vocabulary(const std::string& path, const std::vector<std::string>& tokens) {
  std::string text;
  for (std::size_t i = 0; i < tokens.size(); ++i)
    text += concat(i == 0 ? "{" : ", ", nlohmann::json(tokens[i]).dump(-1, ' ', true), ": ", i);
  write_whole(path, text.empty() ? "{}" : text + "}");
}

}  // namespace descent::data
