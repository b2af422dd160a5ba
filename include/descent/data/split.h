// Setting rows aside: at random, by groups, or the latest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "descent/export.h"
#include "descent/generator.h"

namespace descent {
namespace DESCENT_EXPORT data {

/// Positions of rows in a table or a tensor.
using Rows = std::vector<std::size_t>;

/// 0, 1, ... rows - 1.
Rows all_rows(std::size_t rows);

/// Puts `rows` into a random order: that of randperm.
void shuffle(Rows& rows, Generator& generator = default_generator());

struct Split {
  Rows train;
  Rows test;
};

/// Sets a `fraction`, of [0, 1), of `rows` aside at random: rounded to whole rows, at least one unless it is 0, and
/// never all. Both parts come in random order.
Split split(Rows rows, double fraction, Generator& generator = default_generator());

/// The same with as equal a share of each class as can be: `classes` holds the class of each of `rows`. The first row
/// of a class stays in the training part, which therefore knows every class.
Split stratified_split(const Rows& rows, std::span<const std::int64_t> classes, double fraction,
                       Generator& generator = default_generator());

/// The same with all rows of a group on one side: `groups` holds the group of each of `rows`. Groups are set aside in
/// random order as long as that brings their rows nearer to the fraction, at least one unless it is 0, and never all.
/// An Error if there is one group only, and the fraction is not 0.
Split grouped_split(const Rows& rows, std::span<const std::int64_t> groups, double fraction,
                    Generator& generator = default_generator());

/// Sets the rows with the largest keys aside: `keys` holds the key of each of `rows`, none of them NaN. Both parts come
/// in the order of the keys, and rows of equal keys in that of `rows`.
Split last_split(const Rows& rows, std::span<const double> keys, double fraction);

/// k splits, of which each sets other rows aside, and all together set aside every row once, in parts as equal as can
/// be (scikit-learn's KFold, shuffled). An Error unless k is at least 2 and at most the number of rows.
std::vector<Split> k_fold(const Rows& rows, std::int64_t k, Generator& generator = default_generator());
/// The same with as equal a share of each class as can be, classes as in stratified_split.
std::vector<Split> stratified_k_fold(const Rows& rows, std::span<const std::int64_t> classes, std::int64_t k,
                                     Generator& generator = default_generator());
/// The same with all rows of a group in one part, the largest groups dealt first, each to the part with the fewest rows
/// so far. An Error if there are fewer than k groups.
std::vector<Split> group_k_fold(const Rows& rows, std::span<const std::int64_t> groups, std::int64_t k,
                                Generator& generator = default_generator());
/// k splits of rows in the order of their keys, in k + 1 parts: the i-th trains on the first i parts and sets the one
/// behind them aside (scikit-learn's TimeSeriesSplit).
std::vector<Split> time_series_split(const Rows& rows, std::span<const double> keys, std::int64_t k);

}  // namespace data
}  // namespace descent
