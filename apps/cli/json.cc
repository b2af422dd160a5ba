#include "json.h"

#include <nlohmann/json.hpp>

namespace descent::cli {

std::string json(bool value) { return value ? "true" : "false"; }

std::string json(double value) { return nlohmann::json(value).dump(); }

std::string json(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

JsonObject& JsonObject::add(const JsonObject& members) {
  if (!members_.empty() && !members.members_.empty()) members_ += ',';
  members_ += members.members_;
  return *this;
}

void JsonObject::add_text(std::string_view name, std::string_view value) {
  if (!members_.empty()) members_ += ',';
  members_ += json(name);
  members_ += ':';
  members_ += value;
}

}  // namespace descent::cli
