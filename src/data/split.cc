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

void check_sizes(const char* function, const char* things, std::size_t rows, std::size_t given) {
  if (rows != given) fail(function, ": there are ", given, ' ', things, " for ", rows, " rows");
}

/// The rows of each group, in the order of `order`, which are positions; the groups by their number.
std::map<std::int64_t, Rows> by_group(const Rows& order, std::span<const std::int64_t> groups) {
  std::map<std::int64_t, Rows> result;
  for (const std::size_t i : order) result[groups[i]].push_back(i);
  return result;
}

Rows at_positions(const Rows& rows, const Rows& positions) {
  Rows result;
  result.reserve(positions.size());
  for (const std::size_t i : positions) result.push_back(rows[i]);
  return result;
}

Rows sorted_by_key(const Rows& rows, std::span<const double> keys) {
  Rows order = all_rows(rows.size());
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return keys[a] < keys[b]; });
  return at_positions(rows, order);
}

void check_folds(std::int64_t k, std::size_t most, const char* things) {
  if (k < 2 || static_cast<std::size_t>(k) > most)
    fail("folds = ", k, " must be at least 2 and at most the number of ", things, ", ", most);
}

/// A split for each fold: the rows whose fold it is are set aside.
std::vector<Split> splits_of(const Rows& rows, const std::vector<std::size_t>& fold_of_row, std::int64_t k) {
  std::vector<Split> splits(static_cast<std::size_t>(k));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t fold = 0; fold < splits.size(); ++fold)
      (fold == fold_of_row[i] ? splits[fold].test : splits[fold].train).push_back(rows[i]);
  }
  return splits;
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
  check_sizes("stratified_split", "classes", rows.size(), classes.size());
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

Split grouped_split(const Rows& rows, std::span<const std::int64_t> groups, double fraction, Generator& generator) {
  check_sizes("grouped_split", "groups", rows.size(), groups.size());
  const std::size_t wanted = share(rows.size(), fraction);
  Rows order = all_rows(rows.size());
  shuffle(order, generator);
  const std::map<std::int64_t, Rows> members = by_group(order, groups);
  if (wanted > 0 && members.size() < 2) fail("grouped_split: there is one group only; none can be set aside");
  std::vector<const Rows*> candidates;
  for (const auto& [group, positions] : members) candidates.push_back(&positions);
  Rows random = all_rows(candidates.size());
  shuffle(random, generator);

  std::vector<bool> is_set_aside(candidates.size());
  std::size_t sum = 0, left = candidates.size();
  for (const std::size_t i : random) {
    // Its rows bring the sum nearer to what is wanted if less than half of them is too much.
    if (left == 1 || 2 * sum + candidates[i]->size() >= 2 * wanted) continue;
    is_set_aside[i] = true;
    sum += candidates[i]->size();
    --left;
  }
  if (wanted > 0 && sum == 0) {
    const auto smaller = [](const Rows* a, const Rows* b) { return a->size() < b->size(); };
    const auto smallest = std::min_element(candidates.begin(), candidates.end(), smaller);
    is_set_aside[static_cast<std::size_t>(smallest - candidates.begin())] = true;
  }
  Rows train, set_aside;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    for (const std::size_t position : *candidates[i]) (is_set_aside[i] ? set_aside : train).push_back(rows[position]);
  }
  shuffle(train, generator);
  shuffle(set_aside, generator);
  return {std::move(train), std::move(set_aside)};
}

Split last_split(const Rows& rows, std::span<const double> keys, double fraction) {
  check_sizes("last_split", "keys", rows.size(), keys.size());
  const Rows sorted = sorted_by_key(rows, keys);
  const auto middle = sorted.end() - static_cast<std::ptrdiff_t>(share(rows.size(), fraction));
  return {Rows(sorted.begin(), middle), Rows(middle, sorted.end())};
}

std::vector<Split> k_fold(const Rows& rows, std::int64_t k, Generator& generator) {
  return stratified_k_fold(rows, std::vector<std::int64_t>(rows.size()), k, generator);
}

std::vector<Split> stratified_k_fold(const Rows& rows, std::span<const std::int64_t> classes, std::int64_t k,
                                     Generator& generator) {
  check_sizes("stratified_k_fold", "classes", rows.size(), classes.size());
  check_folds(k, rows.size(), "rows");
  Rows order = all_rows(rows.size());
  shuffle(order, generator);
  // Class by class, rows are dealt to the folds in turn.
  std::vector<std::size_t> fold_of_row(rows.size());
  std::size_t next = 0;
  for (const auto& [c, positions] : by_group(order, classes)) {
    for (const std::size_t i : positions) fold_of_row[i] = next++ % static_cast<std::size_t>(k);
  }
  return splits_of(rows, fold_of_row, k);
}

std::vector<Split> group_k_fold(const Rows& rows, std::span<const std::int64_t> groups, std::int64_t k,
                                Generator& generator) {
  check_sizes("group_k_fold", "groups", rows.size(), groups.size());
  Rows order = all_rows(rows.size());
  shuffle(order, generator);
  const std::map<std::int64_t, Rows> members = by_group(order, groups);
  check_folds(k, members.size(), "groups");
  std::vector<const Rows*> largest_first;
  for (const auto& [group, positions] : members) largest_first.push_back(&positions);
  std::stable_sort(largest_first.begin(), largest_first.end(),
                   [](const Rows* a, const Rows* b) { return a->size() > b->size(); });
  std::vector<std::size_t> fold_of_row(rows.size()), sizes(static_cast<std::size_t>(k));
  for (const Rows* positions : largest_first) {
    const auto fold = static_cast<std::size_t>(std::min_element(sizes.begin(), sizes.end()) - sizes.begin());
    sizes[fold] += positions->size();
    for (const std::size_t i : *positions) fold_of_row[i] = fold;
  }
  return splits_of(rows, fold_of_row, k);
}

std::vector<Split> time_series_split(const Rows& rows, std::span<const double> keys, std::int64_t k) {
  check_sizes("time_series_split", "keys", rows.size(), keys.size());
  check_folds(k, rows.size() > 0 ? rows.size() - 1 : 0, "rows less one");
  const Rows sorted = sorted_by_key(rows, keys);
  const std::size_t parts = static_cast<std::size_t>(k) + 1;
  const auto begin_of = [&](std::size_t part) {
    return sorted.begin() + static_cast<std::ptrdiff_t>(part * sorted.size() / parts);
  };
  std::vector<Split> splits;
  for (std::size_t part = 1; part < parts; ++part)
    splits.push_back({Rows(sorted.begin(), begin_of(part)), Rows(begin_of(part), begin_of(part + 1))});
  return splits;
}

}  // namespace descent::data
