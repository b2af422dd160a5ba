#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "descent/json.h"

namespace descent::report {

/// The text of a page that shows `data`: assets, or what is made of them.
std::string page_text(const JsonObject& data, std::string_view main, std::initializer_list<std::string_view> styles,
                      std::initializer_list<std::string_view> scripts);

/// The same of a page with curves, by what `main` and `script`, two of the page's assets, make of the data.
std::string page_of_curves(const JsonObject& data, const char* main, const char* script);

}  // namespace descent::report
