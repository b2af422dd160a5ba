#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace descent::report {

/// The text of a page that shows `data` by what `main` and `script`, two of the page's assets, make of it.
std::string page_text(const nlohmann::ordered_json& data, const char* main, const char* script);

}  // namespace descent::report
