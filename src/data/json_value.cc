#include "data/json_value.h"

#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

namespace descent::data {
namespace {

/// Told by nlohmann's parser what it meets.
class JsonTreeBuilder final : public nlohmann::json_sax<nlohmann::json> {
 public:
  JsonValue root;

  bool null() override { return put({}); }
  bool boolean(bool value) override { return put({.kind = JsonValue::Kind::boolean, .boolean = value}); }
  bool number_integer(number_integer_t value) override {
    return put({.kind = JsonValue::Kind::integer, .integer = value, .real = static_cast<double>(value)});
  }
  bool number_unsigned(number_unsigned_t value) override {
    if (value > static_cast<number_unsigned_t>(std::numeric_limits<std::int64_t>::max()))
      return number_float(static_cast<double>(value), {});
    return number_integer(static_cast<std::int64_t>(value));
  }
  bool number_float(number_float_t value, const string_t&) override {
    return put({.kind = JsonValue::Kind::real, .real = value});
  }
  bool string(string_t& value) override { return put({.kind = JsonValue::Kind::text, .text = std::move(value)}); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(JsonValue::Kind::object); }
  bool key(string_t& name) override {
    key_ = std::move(name);
    return true;
  }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(JsonValue::Kind::list); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception&) override { return false; }

 private:
  static constexpr std::size_t kMaxDepth = 100;

  /// Where the next value goes.
  JsonValue& next() {
    if (open_.empty()) return root;
    JsonValue& around = *open_.back();
    if (around.kind == JsonValue::Kind::list) return around.list.emplace_back();
    const auto [member, is_new] = around.object.try_emplace(key_);
    if (is_new) around.names.push_back(member->first);
    return *(member->second = std::make_unique<JsonValue>());
  }
  bool put(JsonValue value) {
    if (too_deep_ == 0) next() = std::move(value);
    return true;
  }
  bool open(JsonValue::Kind kind) {
    if (open_.size() == kMaxDepth) {
      ++too_deep_;
      return true;
    }
    JsonValue& value = next();
    value.kind = kind;
    open_.push_back(&value);
    return true;
  }
  bool close() {
    if (too_deep_ > 0)
      --too_deep_;
    else
      open_.pop_back();
    return true;
  }

  std::vector<JsonValue*> open_;
  std::size_t too_deep_ = 0;  // how many more are open
  std::string key_;
};

}  // namespace

const char* to_string(JsonValue::Kind kind) {
  constexpr const char* kNames[] = {"null", "boolean", "number", "number", "string", "array", "object"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::optional<JsonValue> parse_json(std::string_view text) {
  JsonTreeBuilder builder;
  if (!nlohmann::json::sax_parse(text.begin(), text.end(), &builder)) return std::nullopt;
  return std::move(builder.root);
}

}  // namespace descent::data
