// Reads a table, for bench/compare_tables.py to measure, and says what a check of it is.
//   bench_table FILE.csv
#include <descent/data/csv.h>

#include <cstdio>

int main(int argc, char** argv) {
  if (argc != 2) return std::fputs("bench_table FILE.csv\n", stderr), 2;
  const descent::data::Table table = descent::data::read_csv(argv[1]);
  double sum = 0;
  std::size_t kinds = 0;
  for (const auto& column : table.columns) {
    for (const double number : column.numbers) sum += number;
    kinds += column.categories.size();
  }
  std::printf("%zu rows, numbers add up to %.3f, %zu texts\n", table.rows, sum, kinds);
}
