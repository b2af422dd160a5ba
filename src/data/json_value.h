// JSON that needs no memory to be destroyed: the trees of nlohmann's library end the process where there is none.
#pragma once

#include <concepts>
#include <cstdint>
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
  std::map<std::string, std::unique_ptr<JsonValue>> object = {};

  bool is_number() const { return kind == Kind::integer || kind == Kind::real; }
};

/// What JSON calls it: "string", "array", ...
const char* to_string(JsonValue::Kind kind);

/// Of a key that is there twice, the latter; what is nested more than a hundred deep is left out. None if it is not
/// JSON.
std::optional<JsonValue> parse_json(std::string_view text);

/// As JSON, numbers with as many digits as it takes to read the same ones. Text that is not UTF-8 is an Error.
std::string json_text(bool value);
std::string json_text(double value);
std::string json_text(std::int64_t value);
std::string json_text(std::uint64_t value);
std::string json_text(const std::string& value);
template <class T>
std::string json_text(const std::vector<T>& values) {
  std::string text = "[";
  for (const T& value : values) text += (text.size() == 1 ? "" : ",") + json_text(value);
  return text + "]";
}

/// An object as it is written: members in the order of their names.
class JsonObject {
 public:
  template <class T>
  JsonObject& add(const std::string& name, const T& value) {
    members_[name] = json_text(value);
    return *this;
  }
  JsonObject& add(const std::string& name, const char* value) { return add(name, std::string(value)); }
  JsonObject& add(const std::string& name, const JsonObject& value) {
    members_[name] = value.text();
    return *this;
  }
  std::string text() const;

 private:
  std::map<std::string, std::string> members_;
};
inline std::string json_text(const JsonObject& object) { return object.text(); }

}  // namespace descent::data
