// Features: the columns of a table as the inputs of a network.
//
// What turns a column into numbers (its mean and spread, its categories, what stands in for a missing value) is learnt
// from the training part of a table, kept with the model, and applied to every table after it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "descent/data/csv.h"
#include "descent/data/split.h"
#include "descent/tensor.h"

namespace descent {
namespace DESCENT_EXPORT data {

/// How one column is encoded.
///
/// - A numeric one is one input, (x - mean) / scale, held to +-kMaxDeviation; a missing value is 0, as the mean is.
/// - A text one is an input for each category, 1 for the category a row has and 0 for the others. A category never seen
///   is 0 everywhere; a missing value takes the commonest category.
/// - A column with missing values in the training part has one further input, 1 where the value is missing (and a text
///   column none of its categories there).
struct Feature {
  static constexpr double kMaxDeviation = 20;

  std::string name;
  bool numeric = true;
  double mean = 0;
  double scale = 1;
  std::vector<std::string> categories = {};
  /// The position of the commonest category.
  std::size_t commonest = 0;
  bool missing_indicator = false;

  std::int64_t width() const {
    return (numeric ? 1 : static_cast<std::int64_t>(categories.size())) + (missing_indicator ? 1 : 0);
  }
};

/// A column that is no input, and why: "has one value only".
struct IgnoredColumn {
  std::string name;
  std::string reason;
};

struct Features {
  std::vector<Feature> columns;
  /// Columns of the table they were learnt from that tell a network nothing.
  std::vector<IgnoredColumn> ignored = {};

  /// The number of inputs.
  std::int64_t width() const;
  /// The names of the text columns, to read further tables with (CsvOptions::text_columns).
  std::vector<std::string> text_columns() const;
};

/// The most categories of a column that become inputs: the commonest, of equals the first. The rarer count as unseen.
inline constexpr std::size_t kMaxCategories = 256;

/// Learns how to encode every column but `target` from `rows`, the training part. Ignored are columns without a value,
/// or with one only, or of texts that all differ. An Error if nothing is left.
Features learn_features(const Table& table, const Rows& rows, const std::string& target);

/// Values of a column that training never saw.
struct UnseenCategory {
  std::string column;
  std::size_t rows;
  std::string example;
};

struct EncodedFeatures {
  /// [rows, features.width()], float32.
  Tensor inputs;
  std::vector<UnseenCategory> unseen;
};

/// Encodes `rows`. Columns are matched by name. An Error names what is missing, or the line and the value where a
/// numeric column holds text.
EncodedFeatures encode_features(const Features& features, const Table& table, const Rows& rows);

}  // namespace data
}  // namespace descent
