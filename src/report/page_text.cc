#include "report/page_text.h"

#include "descent/error.h"
#include "report/page/assets.h"
#include "report/page/filled.h"

namespace descent::report {

namespace {

/// Each in an element of its own, a line each.
std::string elements(std::string_view name, std::initializer_list<std::string_view> parts) {
  std::string result;
  for (const std::string_view part : parts)
    result += concat(result.empty() ? "" : "\n", '<', name, '>', part, "</", name, '>');
  return result;
}

}  // namespace

std::string page_text(const JsonObject& data, std::string_view main, std::initializer_list<std::string_view> styles,
                      std::initializer_list<std::string_view> scripts) {
  return filled(kPage, {{"styles", elements("style", styles)},
                        {"main", std::string(main)},
                        {"data", in_script(data)},
                        {"scripts", elements("script", scripts)}});
}

std::string page_of_curves(const JsonObject& data, const char* main, const char* script) {
  const std::string uplot = concat("/* uPlot, under this licence:\n\n", kUPlotLicence, "*/\n", kUPlotScript);
  return page_text(data, concat(kControls, main), {kUPlotStyle, kPageStyle},
                   {uplot, kChartsScript, kDiagramsScript, script});
}

}  // namespace descent::report
