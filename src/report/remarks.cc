#include "descent/report/remarks.h"

#include <algorithm>
#include <cmath>

#include "descent/text.h"

namespace descent::report {

namespace {

using train::EpochRecord;

constexpr std::size_t kLeastEpochs = 5;

bool lies_below(const EpochRecord& a, const EpochRecord& b) { return a.held_out_loss < b.held_out_loss; }

void add_overfitting(std::vector<std::string>& lines, const std::vector<EpochRecord>& epochs) {
  const bool is_known = std::all_of(epochs.begin(), epochs.end(),
                                    [](const EpochRecord& epoch) { return std::isfinite(epoch.held_out_loss); });
  if (!is_known) return;
  const auto [least, greatest] = std::minmax_element(epochs.begin(), epochs.end(), lies_below);
  const EpochRecord& last = epochs.back();
  const double rise = last.held_out_loss - least->held_out_loss;
  if (rise > 0.1 * (greatest->held_out_loss - least->held_out_loss) && last.loss < least->loss)
    lines.push_back(concat("overfitting: the held-out loss was least in epoch ", least->epoch, ", ",
                           least->held_out_loss, ", and ", last.held_out_loss,
                           " at the end, while the training loss fell on; stop earlier, decay the weights more "
                           "strongly, or train on more rows"));
}

}  // namespace

std::vector<std::string> remarks(const train::History& history) {
  const std::vector<EpochRecord>& epochs = history.epochs;
  std::vector<std::string> lines;
  if (epochs.size() < kLeastEpochs) return lines;
  const double first = epochs.front().loss, last = epochs.back().loss;
  if (last > first) {
    lines.push_back(concat("the rate is too high: the training loss was ", first, " in the first epoch and ", last,
                           " in the last; try a tenth of the rate"));
  } else {
    const double before = epochs[epochs.size() - 1 - epochs.size() / 5].loss;
    if (before - last > 0.1 * (first - last))
      lines.push_back(concat("not over: in the last fifth of the epochs the training loss still fell from ", before,
                             " to ", last, "; train longer, or at a higher rate"));
  }
  add_overfitting(lines, epochs);
  return lines;
}

std::vector<std::string> remarks(const train::FitResult& result) {
  std::vector<std::string> lines = remarks(result.history);
  if (!result.held_out) return lines;
  const auto* details = std::get_if<train::ClassificationDetails>(&result.held_out->details);
  if (!details || !details->confusion.defined()) return lines;
  const auto& counts = std::get<metrics::ClassCounts>(result.held_out->of_task).counts();
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i].actual > 0 && counts[i].predicted == 0)
      lines.push_back(concat("class ", in_quotes(result.model.target.classes[i]), " is never predicted, though ",
                             counted(static_cast<std::size_t>(counts[i].actual), "held-out row"), " ",
                             counts[i].actual == 1 ? "is" : "are", " of it; see --class-weight balanced"));
  }
  return lines;
}

}  // namespace descent::report
