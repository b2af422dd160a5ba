#include "descent/report/page.h"

#include <algorithm>
#include <iterator>
#include <variant>

#include "descent/atomic_file.h"
#include "descent/report/remarks.h"
#include "report/configuration.h"
#include "report/page/assets.h"
#include "report/page_data.h"
#include "report/page_text.h"

namespace descent::report {

void write_page(const std::string& path, const train::FitResult& result, const PageOptions& options) {
  const data::Target& target = result.model.target;
  std::vector<std::vector<std::string>> configuration;
  for (const auto& [option, value] : configuration_of(result.model)) configuration.push_back({option, value});
  if (!options.command.empty()) configuration.push_back({"command", options.command});
  std::vector<std::string> words = remarks(result);
  if (options.diagnosis) std::ranges::move(remarks(*options.diagnosis), std::back_inserter(words));
  JsonObject data;
  data.add("title", options.title).add("configuration", configuration).add("remarks", words);
  data.add(history_to_json(result.history)).add("weights", to_json(result.history.weights));
  const auto* details =
      result.held_out ? std::get_if<train::ClassificationDetails>(&result.held_out->details) : nullptr;
  if (details && details->confusion.defined()) {
    std::vector<std::vector<std::int64_t>> confusion;
    for (std::int64_t i = 0; i < details->confusion.size(0); ++i)
      confusion.push_back(details->confusion[i].to_vector<std::int64_t>());
    data.add("classes", target.classes).add("confusion", confusion);
  }
  if (options.diagnosis) data.add("diagnosis", to_json(*options.diagnosis, target));
  write_whole(path, page_of_curves(data, kTrainingPage, kTrainingScript));
}

}  // namespace descent::report
