#include "descent/report/page.h"

#include <variant>

#include "descent/atomic_file.h"
#include "descent/report/remarks.h"
#include "report/configuration.h"
#include "report/page/assets.h"
#include "report/page_data.h"
#include "report/page_text.h"

namespace descent::report {

void write_page(const std::string& path, const train::FitResult& result, const std::string& title,
                const train::Diagnosis* diagnosis) {
  const data::Target& target = result.model.target;
  nlohmann::ordered_json data{{"title", title}, {"configuration", configuration_of(result.model)}};
  data["remarks"] = remarks(result);
  data.update(history_to_json(result.history));
  data["weights"] = to_json(result.history.weights);
  const auto* details =
      result.held_out ? std::get_if<train::ClassificationDetails>(&result.held_out->details) : nullptr;
  if (details && details->confusion.defined()) {
    data["classes"] = target.classes;
    for (std::int64_t i = 0; i < details->confusion.size(0); ++i)
      data["confusion"].push_back(details->confusion[i].to_vector<std::int64_t>());
  }
  if (diagnosis) data["diagnosis"] = to_json(*diagnosis, target);
  write_whole(path, page_of_curves(data, kTrainingPage, kTrainingScript));
}

}  // namespace descent::report
