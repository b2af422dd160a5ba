// Which rows of a table serve what.
#pragma once

#include <cstdint>
#include <vector>

#include "descent/data/split.h"
#include "descent/train/fit.h"

namespace descent::train {

/// Sets rows of a table aside as the options want it: stratified by the classes, by groups, or the latest.
class Division {
 public:
  /// An Error if a column that is to tell the groups or the order does not.
  Division(const data::Table& table, const data::Column& target, data::Task task, const data::ColumnOptions& columns);

  /// Into how many folds these rows can be divided at most.
  std::int64_t most_folds(const data::Rows& rows) const;
  /// Whether some of these rows can be set aside: not if all are of one group.
  bool can_split(const data::Rows& rows) const;
  data::Split split(const data::Rows& rows, double fraction, Generator& generator) const;
  std::vector<data::Split> folds(const data::Rows& rows, std::int64_t k, Generator& generator) const;

 private:
  enum class Way : std::uint8_t { random, stratified, grouped, ordered };

  std::vector<std::int64_t> classes_of(const data::Rows& rows) const;
  std::vector<double> keys_of(const data::Rows& rows) const;

  Way way_;
  /// Of the table's rows: their classes or groups.
  std::vector<std::int64_t> classes_;
  std::vector<double> keys_;
};

}  // namespace descent::train
