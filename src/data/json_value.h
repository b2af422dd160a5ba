// JSON that is read, and needs no memory to be destroyed: the trees of nlohmann's library end the process where there
// is none.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace descent::data {

struct JsonValue {
  enum class Kind : std::uint8_t { null, boolean, integer, real, text, list, object };

  Kind kind = Kind::null;
  bool boolean = false;
  std::int64_t integer = 0;
  double real = 0;  // of integers too; those beyond int64 are real
  std::string text = {};
  std::vector<JsonValue> list = {};
  std::map<std::string, std::unique_ptr<JsonValue>, std::less<>> object = {};
  std::vector<std::string_view> names = {};  // of the object, in the order in which they were written

  bool is_number() const { return kind == Kind::integer || kind == Kind::real; }
  /// That member of an object; null if there is none.
  const JsonValue* find(std::string_view name) const {
    const auto found = object.find(name);
    return found == object.end() ? nullptr : found->second.get();
  }
};

/// What JSON calls it: "string", "array", ...
const char* to_string(JsonValue::Kind kind);

/// Of a key that is there twice, the latter; what is nested more than a hundred deep is left out. None if it is not
/// JSON.
std::optional<JsonValue> parse_json(std::string_view text);

}  // namespace descent::data
