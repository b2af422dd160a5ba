#include "report/configuration.h"

#include "descent/text.h"
#include "descent/version.h"

namespace descent::report {

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
          {"Descent", version()}};
}

}  // namespace descent::report
