// Trainings on several threads at once.
#include <doctest/doctest.h>

#include <string>
#include <thread>
#include <vector>

#include "descent/descent.h"
#include "descent/train/fit.h"

using namespace descent;

TEST_CASE("eight threads that fit with one seed get the bits of one alone") {
  std::string text = "a,b,colour,y\n";
  Generator generator(1);
  for (int i = 0; i < 120; ++i) {
    const auto a = static_cast<double>(generator.random() % 1000) / 100,
               b = static_cast<double>(generator.random() % 1000) / 100;
    text += concat(a, ',', b, ',', i % 3 == 0 ? "red" : "blue", ',', a * 2 - b + (i % 3 == 0 ? 3 : 0), '\n');
  }
  const data::Table table = data::parse_csv(text);
  const auto fit = [&] {
    const train::FitResult result =
        train::fit_table(table, "y", {.hidden = {16}, .optimizer = "noisy_sgd", .epochs = 2, .seed = 1});
    return result.model.predict(table, data::all_rows(table.rows)).values.to_vector<double>();
  };
  const Generator::State before = default_generator().state();
  const std::vector<double> alone = fit();
  CHECK(default_generator().state() == before);
  std::vector<std::vector<double>> each(8);
  std::vector<std::thread> threads;
  for (std::vector<double>& result : each) {
    threads.emplace_back([&] { result = fit(); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::vector<double>& result : each) CHECK(result == alone);
}
