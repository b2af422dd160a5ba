// JSON as it is written: text from the first on, so that nothing of it needs memory to be destroyed (trees of objects
// do, as a rule, and end the process where there is none).
#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "descent/export.h"

namespace DESCENT_EXPORT descent {

/// A value. Numbers have as many digits as it takes to read the same ones, and are null where they are none; of text,
/// bytes that are not UTF-8 are replaced by U+FFFD.
std::string json_text(bool value);
std::string json_text(double value);
std::string json_text(std::string_view text);
inline std::string json_text(const std::string& text) { return json_text(std::string_view(text)); }
inline std::string json_text(const char* text) { return json_text(std::string_view(text)); }
template <std::integral T>
requires(!std::same_as<T, bool>) std::string json_text(T value) { return std::to_string(value); }

/// null if there is none.
template <class T>
std::string json_text(const std::optional<T>& value) {
  return value ? json_text(*value) : "null";
}

/// An object: members in the order in which they were added.
class JsonObject {
 public:
  template <class T>
  JsonObject& add(std::string_view name, const T& value);
  /// All members of another.
  JsonObject& add(const JsonObject& members);

  const std::string& members() const { return members_; }

 private:
  void add_text(std::string_view name, std::string_view value);

  std::string members_;  // "name":value, and so on
};

inline std::string json_text(const JsonObject& object) { return "{" + object.members() + "}"; }

/// A list.
template <class T>
std::string json_text(const std::vector<T>& values) {
  std::string text = "[";
  for (const T& value : values) {
    if (text.size() > 1) text += ',';
    text += json_text(value);
  }
  text += ']';
  return text;
}

template <class T>
JsonObject& JsonObject::add(std::string_view name, const T& value) {
  add_text(name, json_text(value));
  return *this;
}

}  // namespace descent
