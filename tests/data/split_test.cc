#include "descent/data/split.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "descent/error.h"

using namespace descent::data;

namespace {

Rows joined(const Split& parts) {
  Rows all = parts.train;
  all.insert(all.end(), parts.test.begin(), parts.test.end());
  std::sort(all.begin(), all.end());
  return all;
}

Split split_with(std::uint64_t seed, const Rows& rows, double fraction) {
  descent::Generator generator(seed);
  return split(rows, fraction, generator);
}

Split stratified_split_with(std::uint64_t seed, const Rows& rows, const std::vector<std::int64_t>& classes,
                            double fraction) {
  descent::Generator generator(seed);
  return stratified_split(rows, classes, fraction, generator);
}

std::map<std::int64_t, int> count(const std::vector<std::int64_t>& classes, const Rows& rows) {
  std::map<std::int64_t, int> counts;
  for (const std::size_t row : rows) ++counts[classes[row]];
  return counts;
}

}  // namespace

TEST_CASE("split sets a rounded part aside and loses no row") {
  const Split parts = split_with(7, all_rows(103), 0.2);
  CHECK(parts.test.size() == 21);
  CHECK(joined(parts) == all_rows(103));
  CHECK_FALSE(std::is_sorted(parts.train.begin(), parts.train.end()));
}

TEST_CASE("split is decided by the seed") {
  CHECK(split_with(1, all_rows(50), 0.3).test == split_with(1, all_rows(50), 0.3).test);
  CHECK(split_with(1, all_rows(50), 0.3).test != split_with(2, all_rows(50), 0.3).test);
  // torch.manual_seed(0); torch.randperm(10)
  CHECK(split_with(0, all_rows(10), 0.3).test == Rows{4, 1, 7});
  CHECK(split_with(0, all_rows(10), 0.3).train == Rows{5, 3, 9, 0, 8, 6, 2});
  descent::manual_seed(0);
  CHECK(split(all_rows(10), 0.3).test == Rows{4, 1, 7});
}

TEST_CASE("split sets aside at least one row, none for 0, and never all") {
  CHECK(split_with(0, all_rows(10), 0).test.empty());
  CHECK(split_with(0, all_rows(10), 0.001).test.size() == 1);
  CHECK(split_with(0, all_rows(2), 0.99).train.size() == 1);
  CHECK(split_with(0, all_rows(1), 0.5).train.size() == 1);
  CHECK(split_with(0, {}, 0.5).train.empty());
  CHECK_THROWS_WITH_AS(split_with(0, all_rows(3), 1), "split: the fraction set aside is 1, not of [0, 1)",
                       descent::Error);
  CHECK_THROWS_AS(split_with(0, all_rows(3), -0.1), descent::Error);
}

TEST_CASE("stratified_split gives each class its share, to within a row") {
  std::vector<std::int64_t> classes;
  for (int i = 0; i < 70; ++i) classes.push_back(0);
  for (int i = 0; i < 27; ++i) classes.push_back(1);
  for (int i = 0; i < 6; ++i) classes.push_back(2);
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Split parts = stratified_split_with(seed, all_rows(103), classes, 0.2);
    CHECK(parts.test.size() == 21);
    CHECK(joined(parts) == all_rows(103));
    auto counts = count(classes, parts.test);
    CHECK(counts[0] >= 14);
    CHECK(counts[0] <= 15);
    CHECK(counts[1] >= 5);
    CHECK(counts[1] <= 6);
    CHECK(counts[2] >= 1);
    CHECK(counts[2] <= 2);
  }
}

TEST_CASE("stratified_split keeps a row of each class for the training part") {
  const std::vector<std::int64_t> classes = {0, 0, 0, 0, 1, 2, 0, 0};
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Split parts = stratified_split_with(seed, all_rows(8), classes, 0.5);
    CHECK(parts.test.size() == 4);
    CHECK(count(classes, parts.train).size() == 3);
  }
  // Rows that are all of different classes leave nothing to set aside.
  CHECK(stratified_split_with(0, all_rows(3), std::vector<std::int64_t>{0, 1, 2}, 0.5).test.empty());
}

TEST_CASE("stratified_split takes the classes of the rows it is given") {
  const Rows rows = {10, 20, 30, 40};
  const Split parts = stratified_split_with(3, rows, std::vector<std::int64_t>{0, 0, 1, 1}, 0.5);
  CHECK(joined(parts) == rows);
  CHECK_THROWS_AS(stratified_split_with(3, rows, std::vector<std::int64_t>{0}, 0.5), descent::Error);
}
