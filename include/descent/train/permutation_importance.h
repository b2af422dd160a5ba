#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "descent/data/split.h"
#include "descent/train/tabular_model.h"

namespace descent {
namespace DESCENT_EXPORT train {

struct PermutationImportanceOptions {
  /// How often each column is shuffled; at least 1.
  std::int64_t repetitions = 5;
  /// What bounds the work: of more rows so many are drawn, of more columns the first are measured, in the order of the
  /// model's features. At least 1.
  std::size_t most_rows = 1000;
  std::size_t most_columns = 100;
  std::uint64_t seed = 0;
};

/// How far the score falls when the values of a column are shuffled, over the repetitions: their mean and their
/// standard deviation (that of a population).
struct ColumnImportance {
  std::string name;
  double mean = 0;
  double standard_deviation = 0;
};

struct PermutationImportance {
  /// Of how many rows, and what the score of these is as they are.
  std::size_t rows = 0;
  double score = 0;
  /// The most important first, of equal ones in the order of the model's features.
  std::vector<ColumnImportance> columns = {};
  /// Columns that were not measured.
  std::size_t columns_left_out = 0;
};

/// How much a model needs each column of a table (Breiman, 2001): how far the score, the accuracy of classes and the
/// R^2 of quantities, falls on `rows` when the column's values are dealt out among them at random.
///
///   importance = score - score with the column shuffled
///
/// About 0 of a column that the model does not use. Of columns that tell the same each has little, since the other is
/// still there. All parts of a date are shuffled as one. The same seed gives the same numbers. An Error if there are no
/// rows, and for options below 1.
///
/// Source: Breiman, 2001, doi:10.1023/A:1010933404324; scikit-learn, permutation_importance.
PermutationImportance permutation_importance(const TabularModel& model, const data::Table& table,
                                             const data::Rows& rows, const PermutationImportanceOptions& options = {});

}  // namespace train
}  // namespace descent
