#include "descent/json.h"

#include <nlohmann/json.hpp>

namespace descent {

std::string json_text(bool value) { return value ? "true" : "false"; }

std::string json_text(double value) { return nlohmann::json(value).dump(); }

std::string json_text(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

JsonObject& JsonObject::add(const JsonObject& members) {
  if (!members_.empty() && !members.members_.empty()) members_ += ',';
  members_ += members.members_;
  return *this;
}

void JsonObject::add_text(std::string_view name, std::string_view value) {
  if (!members_.empty()) members_ += ',';
  members_ += json_text(name);
  members_ += ':';
  members_ += value;
}

}  // namespace descent
