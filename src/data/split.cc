#include "descent/data/split.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

#include "descent/create.h"

namespace descent::data {

namespace {

/// How many of `rows` a fraction is.
std::size_t share(std::size_t rows, double fraction) {
  if (!(fraction >= 0 && fraction < 1)) fail("split: the fraction set aside is ", fraction, ", not of [0, 1)");
  if (fraction == 0 || rows == 0) return 0;
  const auto rounded = static_cast<std::size_t>(std::lround(fraction * static_cast<double>(rows)));
  return std::min(std::max<std::size_t>(rounded, 1), rows - 1);
}

}  // namespace

Rows all_rows(std::size_t rows) {
  Rows result(rows);
  std::iota(result.begin(), result.end(), std::size_t{0});
  return result;
}

void shuffle(Rows& rows, Generator& generator) {
  const Rows before = rows;
  const Tensor order = randperm(static_cast<std::int64_t>(rows.size()), {}, generator);
  const std::int64_t* position = order.data<std::int64_t>();
  for (std::size_t& row : rows) row = before[static_cast<std::size_t>(*position++)];
}

Split split(Rows rows, double fraction, Generator& generator) {
  const std::size_t test = share(rows.size(), fraction);
  shuffle(rows, generator);
  const auto middle = rows.begin() + static_cast<std::ptrdiff_t>(test);
  return {Rows(middle, rows.end()), Rows(rows.begin(), middle)};
}

Split stratified_split(const Rows& rows, std::span<const std::int64_t> classes, double fraction, Generator& generator) {
  if (rows.size() != classes.size())
    fail("stratified_split: there are ", classes.size(), " classes for ", rows.size(), " rows");
  const std::size_t test = share(rows.size(), fraction);
  Rows order = all_rows(rows.size());
  shuffle(order, generator);

  // Class by class, the k-th of n rows stands at (k - u) / n, u of [0, 1) being the class's own; the rows that stand
  // lowest are set aside. So each class gives its share, rounded up or down.
  std::map<std::int64_t, std::size_t> sizes;
  for (const std::int64_t c : classes) ++sizes[c];
  std::map<std::int64_t, double> offsets;
  for (const auto& [c, size] : sizes) offsets[c] = rand({}, {.dtype = float64}, generator).item();
  std::map<std::int64_t, std::size_t> seen;
  std::vector<std::pair<double, std::size_t>> places;
  places.reserve(rows.size());
  for (const std::size_t i : order) {
    const std::size_t k = ++seen[classes[i]];
    const std::size_t size = sizes[classes[i]];
    // The last row of a class is set aside after all others, that is never unless only such are left.
    const double place = (static_cast<double>(k) - offsets[classes[i]]) / static_cast<double>(size);
    places.emplace_back(k == size ? 2 : place, i);
  }
  std::stable_sort(places.begin(), places.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  const std::size_t available = rows.size() - sizes.size();

  Rows train, set_aside;
  for (std::size_t i = 0; i < places.size(); ++i)
    (i < std::min(test, available) ? set_aside : train).push_back(rows[places[i].second]);
  shuffle(train, generator);
  shuffle(set_aside, generator);
  return {std::move(train), std::move(set_aside)};
}

}  // namespace descent::data
