// What of the texts in a column counts.
#pragma once

#include <string>
#include <vector>

#include "descent/data/ngrams.h"

namespace descent {
namespace DESCENT_EXPORT data {

/// The n-grams that a model knows, each a column of a sparse matrix whose rows are texts: of a text with n of them,
/// each counted once, 1 / sqrt(n) in the columns of these and 0 in the others.
struct TextTerms {
  NgramOptions ngrams;
  /// Those that the most texts have first.
  std::vector<std::string> terms;
};

}  // namespace data
}  // namespace descent
