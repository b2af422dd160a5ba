// Trainings on several threads at once.
#include <doctest/doctest.h>

#include <string>
#include <thread>
#include <vector>

#include "descent/descent.h"
#include "descent/train/fit.h"

using namespace descent;

namespace {

data::Table small_table() {
  std::string text = "a,b,colour,y\n";
  Generator generator(1);
  for (int i = 0; i < 120; ++i) {
    const auto a = static_cast<double>(generator.random() % 1000) / 100,
               b = static_cast<double>(generator.random() % 1000) / 100;
    text += concat(a, ',', b, ',', i % 3 == 0 ? "red" : "blue", ',', a * 2 - b + (i % 3 == 0 ? 3 : 0), '\n');
  }
  return data::parse_csv(text);
}

/// What f() gives on each of eight threads at once.
template <class F>
std::vector<std::vector<double>> of_eight_threads(const F& f) {
  std::vector<std::vector<double>> each(8);
  std::vector<std::thread> threads;
  for (std::vector<double>& result : each) threads.emplace_back([&] { result = f(); });
  for (std::thread& thread : threads) thread.join();
  return each;
}

}  // namespace

TEST_CASE("eight threads that fit with one seed get the bits of one alone") {
  const data::Table table = small_table();
  const auto fit = [&] {
    const train::FitResult result =
        train::fit_table(table, "y", {.hidden = {16}, .optimizer = "noisy_sgd", .epochs = 2, .seed = 1});
    return result.model.predict(table, data::all_rows(table.rows)).values.to_vector<double>();
  };
  const Generator::State before = default_generator().state();
  const std::vector<double> alone = fit();
  CHECK(default_generator().state() == before);
  for (const std::vector<double>& result : of_eight_threads(fit)) CHECK(result == alone);
}

TEST_CASE("eight threads predict by one model") {
  const data::Table table = small_table();
  const train::TabularModel model = train::fit_table(table, "y", {.hidden = {16}, .epochs = 2}).model;
  const auto predict = [&] {
    std::vector<double> all;
    for (int i = 0; i < 20; ++i) {
      const std::vector<double> values = model.predict(table, data::all_rows(table.rows)).values.to_vector<double>();
      all.insert(all.end(), values.begin(), values.end());
    }
    return all;
  };
  const std::vector<double> alone = predict();
  for (const std::vector<double>& result : of_eight_threads(predict)) CHECK(result == alone);
}
