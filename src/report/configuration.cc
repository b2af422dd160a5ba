#include "report/configuration.h"

#include <fstream>

#include "descent/text.h"
#include "descent/threads.h"
#include "descent/version.h"

namespace descent::report {

namespace {

/// Its processor, and how many threads work on it.
std::string machine() {
  std::ifstream file("/proc/cpuinfo");
  std::string line, processor;
  while (processor.empty() && std::getline(file, line))
    if (line.starts_with("model name") && line.find(": ") != std::string::npos)
      processor = line.substr(line.find(": ") + 2) + ", ";
  return processor + counted(static_cast<std::size_t>(num_threads()), "thread");
}

}  // namespace

std::vector<std::pair<std::string, std::string>> configuration_of(const train::TabularModel& model) {
  const train::TrainingRecord& training = model.training;
  return {{"target", model.target.name},
          {"loss", training.loss},
          {"network", concat(train::describe(model.shape),
                             model.others.empty() ? "" : concat("; ", 1 + model.others.size(), " of them"))},
          {"optimizer", training.optimizer},
          {"schedule", training.schedule},
          {"rate", concat(training.lr)},
          {"weight decay", concat(training.weight_decay)},
          {"batch size", concat(training.batch_size)},
          {"epochs", concat(training.epochs)},
          {"seed", concat(training.seed)},
          {"training rows", concat(training.rows)},
          {"seconds", concat(training.seconds)},
          {"machine", machine()},
          {"Descent", version()}};
}

}  // namespace descent::report
