#include "data/vocabulary_file.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>

#include "data/text_input.h"
#include "descent/atomic_file.h"
#include "descent/error.h"

namespace descent::data {
std::vector<std::string> read_vocabulary(const std::string& path) {
  const std::string source = name_of_input(path);
  const ByteBuffer text = read_input(path, kMaxVocabularyBytes);
  const nlohmann::json object = nlohmann::json::parse(text.view(), nullptr, false);
  if (!object.is_object()) fail(source, ": is not a JSON object");
  std::vector<std::string> tokens(object.size());
  std::vector<bool> seen(object.size());
  for (const auto& [token, value] : object.items()) {
    const std::uint64_t number = value.is_number_unsigned() ? value.get<std::uint64_t>() : tokens.size();
    if (number >= tokens.size())
      fail(source, ": ", in_quotes(token), " has ",
           value.is_number() ? "the number " + value.dump() : concat("no number but ", value.type_name()), ", of ",
           tokens.size(), " tokens");
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
  AtomicFile file(path);
  file.write(text.empty() ? "{}" : text + "}");
  file.commit();
}

}  // namespace descent::data
