#include "descent/data/split.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

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

TEST_CASE("a grouped split keeps the rows of a group together") {
  Rows rows = all_rows(100);
  std::vector<std::int64_t> groups;
  for (const std::size_t row : rows) groups.push_back(static_cast<std::int64_t>(row % 20));
  descent::Generator generator(3);
  const Split split = grouped_split(rows, groups, 0.2, generator);
  CHECK(split.test.size() == 20);
  CHECK(split.train.size() == 80);
  std::set<std::size_t> aside;
  for (const std::size_t row : split.test) aside.insert(row % 20);
  CHECK(aside.size() == 4);
  for (const std::size_t row : split.train) CHECK_FALSE(aside.contains(row % 20));
  // One large group and a small one: the small one it is.
  const std::vector<std::int64_t> uneven = {5, 5, 5, 5, 5, 5, 5, 5, 9, 9};
  Rows last = grouped_split(all_rows(10), uneven, 0.1, generator).test;
  std::sort(last.begin(), last.end());
  CHECK(last == Rows{8, 9});
  CHECK(grouped_split(all_rows(10), uneven, 0, generator).test.empty());
  CHECK_THROWS_WITH_AS(grouped_split(all_rows(2), std::vector<std::int64_t>{1, 1}, 0.5, generator),
                       "grouped_split: there is one group only; none can be set aside", descent::Error);
}

TEST_CASE("the rows with the largest keys are set aside") {
  const Split split = last_split({4, 3, 2, 1, 0}, std::vector<double>{1, 5, 2, 5, 0}, 0.4);
  CHECK(split.train == Rows{0, 4, 2});
  CHECK(split.test == Rows{3, 1});
}

TEST_CASE("folds set every row aside once") {
  const Rows rows = all_rows(23);
  std::vector<std::int64_t> classes, groups;
  for (const std::size_t row : rows) {
    classes.push_back(row < 9);
    groups.push_back(static_cast<std::int64_t>(row / 2));
  }
  descent::Generator generator(1);
  for (const auto& folds : {k_fold(rows, 4, generator), stratified_k_fold(rows, classes, 4, generator),
                            group_k_fold(rows, groups, 4, generator)}) {
    Rows all;
    for (const Split& split : folds) {
      CHECK(split.train.size() + split.test.size() == 23);
      CHECK(split.test.size() >= 5);
      CHECK(split.test.size() <= 6);
      all.insert(all.end(), split.test.begin(), split.test.end());
    }
    std::sort(all.begin(), all.end());
    CHECK(all == rows);
  }
  for (const Split& split : stratified_k_fold(rows, classes, 3, generator))
    CHECK(std::count_if(split.test.begin(), split.test.end(), [](std::size_t row) { return row < 9; }) == 3);
  for (const Split& split : group_k_fold(rows, groups, 4, generator)) {
    for (const std::size_t row : split.test)
      for (const std::size_t other : split.train) CHECK(row / 2 != other / 2);
  }
  CHECK_THROWS_WITH_AS(k_fold(rows, 24, generator), "folds = 24 must be at least 2 and at most the number of rows, 23",
                       descent::Error);
  CHECK_THROWS_AS(group_k_fold(rows, groups, 13, generator), descent::Error);
}

TEST_CASE("a time series split trains on what is earlier") {
  const std::vector<Split> folds = time_series_split({0, 1, 2, 3, 4, 5}, std::vector<double>{5, 4, 3, 2, 1, 0}, 2);
  REQUIRE(folds.size() == 2);
  CHECK(folds[0].train == Rows{5, 4});
  CHECK(folds[0].test == Rows{3, 2});
  CHECK(folds[1].train == Rows{5, 4, 3, 2});
  CHECK(folds[1].test == Rows{1, 0});
}
