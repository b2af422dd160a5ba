#include "report/race_outcome.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "descent/create.h"
#include "descent/derivatives.h"
#include "descent/text.h"
#include "report/digits.h"

namespace descent::report {

namespace {

/// "2", "(1, 0.5)".
std::string place_text(const std::vector<double>& place) {
  if (place.size() == 1) return in_digits(place[0]);
  std::string text;
  for (const double each : place) text += (text.empty() ? "(" : ", ") + in_digits(each);
  return text + ")";
}

bool is_flat(const KnownFunction& function, const std::vector<double>& place) {
  constexpr double kNoSlope = 1e-6;
  const std::vector<double> slope = grad(function.value)(tensor(place)).to_vector<double>();
  return std::all_of(slope.begin(), slope.end(), [](double each) { return std::fabs(each) < kNoSlope; });
}

bool is_at_bottom(const KnownFunction& function, const KnownFunction::Minimum& minimum,
                  const std::vector<double>& place) {
  constexpr double kNear = 0.01;  // in parts of the window
  for (std::size_t i = 0; i < place.size(); ++i) {
    if (std::fabs(place[i] - minimum.at[i]) > kNear * (function.window[i].high - function.window[i].low)) return false;
  }
  return true;
}

}  // namespace

std::string_view to_string(Outcome outcome) {
  constexpr std::string_view kNames[] = {"deepest", "trapped", "on_its_way", "at_rest", "lost", "diverged", "over"};
  return kNames[static_cast<std::size_t>(outcome)];
}

void judge(RaceRun& run, const KnownFunction& function, const std::vector<double>& start,
           const std::vector<double>& end) {
  if (!std::isfinite(run.final_loss)) {
    run.outcome = Outcome::diverged;
    run.words = concat("diverges: after step ", run.steps.back(), " its loss is no number");
    return;
  }
  const KnownFunction::Minimum* const valley = valley_of(function, end);
  if (!valley) {
    run.outcome = is_flat(function, end) ? Outcome::at_rest : Outcome::lost;
    run.words = run.outcome == Outcome::at_rest
                    ? concat("rests at ", place_text(end), ", where there is no slope, and no valley either")
                    : concat("got lost: at ", place_text(end), " no way straight down leads to a minimum");
    return;
  }
  constexpr double kAsDeep = 1e-9;
  const double least = function.minima.front().value;
  const bool deepest = valley->value <= least + kAsDeep, bottom = is_at_bottom(function, *valley, end);
  const KnownFunction::Minimum* const first = valley_of(function, start);
  const std::string from = first && first != valley
                               ? concat("gets out of the valley at ", place_text(first->at), ", where it began, and ")
                               : "";
  const std::string depth = deepest ? function.minima.size() == 1 ? "" : "; none is deeper"
                                    : concat("; the deepest is ", in_digits(valley->value - least), " lower");
  if (!deepest) {
    run.outcome = Outcome::trapped;
    run.words = concat(from, "is trapped in the valley at ", place_text(valley->at), depth);
  } else if (bottom) {
    run.outcome = Outcome::deepest;
    run.words = concat(from, "reaches the bottom of the valley at ", place_text(valley->at), depth);
  } else {
    run.outcome = Outcome::on_its_way;
    run.words = concat(from, "is on its way in the valley at ", place_text(valley->at), depth, "; it stands at ",
                       place_text(end), ", ", in_digits(run.final_loss - valley->value), " above the bottom");
  }
}

std::vector<std::string> in_words(const RaceResult& result) {
  constexpr std::array<std::string_view, 7> kTogether = {"at the bottom of a valley than which none is deeper",
                                                         "trapped in a valley that is not the deepest",
                                                         "on the way down a deepest valley",
                                                         "at rest where there is no slope, and no valley",
                                                         "lost, away from all valleys",
                                                         "diverged",
                                                         "at the end of the training"};
  std::vector<std::string> sentences;
  for (std::size_t i = 0; i < result.racers.size(); ++i) {
    const std::vector<RaceRun>& runs = result.runs[i];
    std::string sentence = result.racers[i].name + ' ';
    if (runs.size() == 1) {
      sentence += runs[0].words;
    } else {
      std::array<std::size_t, kTogether.size()> counts{};
      for (const RaceRun& run : runs) ++counts[static_cast<std::size_t>(run.outcome)];
      sentence += concat("ends, of ", runs.size(), " seeds");
      for (std::size_t outcome = 0; outcome < counts.size(); ++outcome) {
        if (counts[outcome] > 0) sentence += concat(", ", counts[outcome], ' ', kTogether[outcome]);
      }
    }
    sentences.push_back(sentence + '.');
  }
  return sentences;
}

}  // namespace descent::report
