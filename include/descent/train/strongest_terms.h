// Which words of texts say the most for what a model predicts.
#pragma once

#include <string>
#include <vector>

#include "descent/train/tabular_model.h"

namespace descent {
namespace DESCENT_EXPORT train {

struct TermWeight {
  std::string term;
  double weight = 0;
};

/// The terms of one column of texts that speak the most for one outcome, the strongest first.
struct StrongestTerms {
  std::string column;
  /// A class; of a quantity "more" or "less".
  std::string outcome;
  std::vector<TermWeight> terms;
};

/// At most `count` for each column of texts and each class, or for more and less of a quantity, by the weight of each
/// term in Network::texts, for a class less the mean of all classes. Terms of a weight of 0 or below are left out.
std::vector<StrongestTerms> strongest_terms(const TabularModel& model, std::size_t count = 10);

}  // namespace train
}  // namespace descent
