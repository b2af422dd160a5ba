// Setting rows aside, at random.
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

}  // namespace data
}  // namespace descent
