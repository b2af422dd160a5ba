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

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Whether the loss goes up and down by much in the last half of the epochs.
bool is_restless(const std::vector<EpochRecord>& epochs, double span) {
  std::vector<double> changes;
  std::size_t rises = 0;
  for (std::size_t e = epochs.size() / 2; e < epochs.size(); ++e) {
    const double change = epochs[e].loss - epochs[e - 1].loss;
    changes.push_back(std::fabs(change));
    rises += change > 0 ? 1 : 0;
  }
  return 3 * rises >= changes.size() && median(changes) > 0.1 * span;
}

/// Whether the loss falls and falls, by little, and the gradient stays what it was.
bool is_slow(const std::vector<EpochRecord>& epochs) {
  const EpochRecord &first = epochs.front(), &last = epochs.back();
  std::size_t falls = 0;
  for (std::size_t e = 1; e < epochs.size(); ++e) falls += epochs[e].loss < epochs[e - 1].loss ? 1 : 0;
  return 10 * falls >= 9 * (epochs.size() - 1) && first.loss - last.loss < 0.1 * std::fabs(first.loss) &&
         last.gradient_norm > first.gradient_norm / 2;
}

void add_rate(std::vector<std::string>& lines, const std::vector<EpochRecord>& epochs) {
  const double first = epochs.front().loss, last = epochs.back().loss;
  const auto [least, greatest] = std::minmax_element(
      epochs.begin(), epochs.end(), [](const EpochRecord& a, const EpochRecord& b) { return a.loss < b.loss; });
  if (last > first) {
    lines.push_back(concat("the rate is too high: the training loss was ", first, " in the first epoch and ", last,
                           " in the last; try a tenth of the rate"));
  } else if (is_restless(epochs, greatest->loss - least->loss)) {
    lines.push_back(
        "the rate is too high: the training loss goes up and down to the end; try a third of the rate, or a "
        "schedule that lowers it");
  } else if (is_slow(epochs)) {
    lines.push_back(concat("the rate is too low: the training loss fell in nearly every epoch, but only from ", first,
                           " to ", last,
                           ", and the gradient is hardly smaller than at the beginning; try ten times "
                           "the rate"));
  } else {
    const double before = epochs[epochs.size() - 1 - epochs.size() / 5].loss;
    if (before - last > 0.1 * (first - last))
      lines.push_back(concat("not over: in the last fifth of the epochs the training loss still fell from ", before,
                             " to ", last, "; train longer, or at a higher rate"));
  }
}

void add_no_better_than_a_guess(std::vector<std::string>& lines, const train::FitResult& result) {
  const double loss = result.held_out->loss, guess = result.baseline->loss;
  if (loss < guess || result.history.epochs.empty()) return;
  const double training = result.history.epochs.back().loss;
  if (training < 0.9 * guess)
    lines.push_back(concat("overfitting: on held-out rows the loss is ", loss, ", no less than the ", guess,
                           " of the simplest guess, though it is ", training,
                           " on training rows; a smaller network, more weight decay or more rows may help"));
  else
    lines.push_back(concat("underfitting: the loss is ", loss, " on held-out rows, no less than the ", guess,
                           " of the simplest guess, and ", training,
                           " on training rows; the columns may not tell the target, or it takes another rate or more "
                           "epochs"));
}

}  // namespace

std::vector<std::string> remarks(const train::History& history) {
  std::vector<std::string> lines;
  if (history.epochs.size() < kLeastEpochs) return lines;
  add_rate(lines, history.epochs);
  add_overfitting(lines, history.epochs);
  return lines;
}

std::vector<std::string> remarks(const train::FitResult& result) {
  std::vector<std::string> lines = remarks(result.history);
  if (!result.held_out) return lines;
  add_no_better_than_a_guess(lines, result);
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

std::vector<std::string> remarks(const train::Diagnosis& diagnosis) {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < diagnosis.hidden_layers.size(); ++i) {
    const auto& [units, dead] = diagnosis.hidden_layers[i];
    if (10 * dead > units)
      lines.push_back(concat("dead units: ", dead, " of the ", units, " of hidden layer ", i + 1,
                             " say the same of every held-out row, where their activation is flat, and learn nothing "
                             "any more; try a lower rate, or a warm-up"));
  }
  return lines;
}

}  // namespace descent::report
