#include "report/page_text.h"

#include <string_view>
#include <utility>

#include "descent/error.h"
#include "report/page/assets.h"

namespace descent::report {

namespace {

/// JSON that is the same inside a script element: without "<" it neither ends that nor begins a comment. What is not
/// ASCII is escaped, and what is not UTF-8 replaced.
std::string in_script(const nlohmann::ordered_json& object) {
  const std::string text = object.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace);
  std::string escaped;
  for (const char c : text) {
    if (c == '<')
      escaped += "\\u003c";
    else
      escaped += c;
  }
  return escaped;
}

}  // namespace

std::string page_text(const nlohmann::ordered_json& data, const char* main, const char* script) {
  const std::pair<std::string_view, std::string> parts[] = {
      {"uplot.css", kUPlotStyle},   {"page.css", kPageStyle},         {"main", main},
      {"data", in_script(data)},    {"uplot.licence", kUPlotLicence}, {"uplot.js", kUPlotScript},
      {"charts.js", kChartsScript}, {"diagrams.js", kDiagramsScript}, {"page.js", script}};
  // In the order of their places, so that nothing is looked for in what was put in.
  std::string page;
  std::string_view rest = kPage;
  for (const auto& [name, text] : parts) {
    const std::string place = concat("{{", name, "}}");
    const std::size_t at = rest.find(place);
    page += rest.substr(0, at);
    page += text;
    rest.remove_prefix(at + place.size());
  }
  page += rest;
  return page;
}

}  // namespace descent::report
