#include "report/page_text.h"

#include "report/page/assets.h"
#include "report/page/filled.h"

namespace descent::report {

std::string page_text(const nlohmann::ordered_json& data, const char* main, const char* script) {
  return filled(kPage, {{"uplot.css", kUPlotStyle},
                        {"page.css", kPageStyle},
                        {"main", main},
                        {"data", in_script(data)},
                        {"uplot.licence", kUPlotLicence},
                        {"uplot.js", kUPlotScript},
                        {"charts.js", kChartsScript},
                        {"diagrams.js", kDiagramsScript},
                        {"page.js", script}});
}

}  // namespace descent::report
