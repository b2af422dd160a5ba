#pragma once

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace descent::report {

/// The text of a page that shows `data`: assets, or what is made of them.
std::string page_text(const nlohmann::ordered_json& data, std::string_view main,
                      std::initializer_list<std::string_view> styles, std::initializer_list<std::string_view> scripts);

/// The same of a page with curves, by what `main` and `script`, two of the page's assets, make of the data.
std::string page_of_curves(const nlohmann::ordered_json& data, const char* main, const char* script);

}  // namespace descent::report
