// Trained models as C: they predict what the models predict.
#include "descent/train/export_model.h"

#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "descent/descent.h"
#include "temporary_folder.h"

using namespace descent;
using namespace descent::train;

namespace {

// Numbers and texts, some of them missing, with names that C does not have.
data::Table mixed_table() {
  std::ostringstream text;
  text << "size (cm),int,colour,y,kind\n";
  for (int i = 0; i < 120; ++i) {
    const double size = (i * 37 % 101) / 10.0, other = (i * 53 % 17) - 8;
    const char* colours[] = {"red", "\"a \"\"quoted\"\" one\"", "blue", "dark blue"};
    text << (i % 11 == 3 ? "" : std::to_string(size)) << ',' << other << ',' << (i % 13 == 5 ? "" : colours[i % 4])
         << ',' << 3 * size + other + i % 4 << ','
         << (size + i % 4 > 7 ? "big"
             : size > 3       ? "middle"
                              : "small")
         << '\n';
  }
  return data::parse_csv(text.str());
}

std::string bits_of(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%a", value);
  return text;
}

std::string run(const std::string& command) {
  std::string output;
  FILE* pipe = popen(command.c_str(), "r");
  char bytes[256];
  while (std::fgets(bytes, sizeof bytes, pipe)) output += bytes;
  CHECK(pclose(pipe) == 0);
  return output;
}

// What the exported model says of each row, and what the model says of that row alone.
void check_export(const TabularModel& model, const data::Table& rows) {
  const TemporaryFolder folder;
  export_c(model, folder.path + "/model.c");
  const bool classifies = model.target.task == data::Task::classification;
  const bool has_deviation = model.target.link == data::Link::normal;
  const bool has_bounds = model.target.link == data::Link::interval;
  std::string main = "#include <math.h>\n#include <stdio.h>\n#include \"model.h\"\nstatic const model_row rows[] = {\n";
  std::ostringstream expected;
  const auto count = rows.rows;
  for (std::size_t row = 0; row < count; ++row) {
    main += "  {";
    for (const data::Feature& feature : model.features.columns) {
      const data::Column& column = data::find_column(rows, feature.name);
      if (feature.numeric)
        main += column.missing(row) ? "NAN, " : bits_of(column.numbers[row]) + ", ";
      else
        main += column.missing(row) ? "0, " : descent::detail::quoted_in_c(std::string(column.text(row))) + ", ";
    }
    main += "},\n";
    const Predictions predictions = model.predict(rows, {row});
    const std::vector<double> values = predictions.values.flatten().to_vector<double>();
    if (classifies) {
      std::size_t best = 0;
      for (std::size_t k = 0; k < values.size(); ++k) best = values[k] > values[best] ? k : best;
      expected << model.target.classes[best];
    }
    for (const double value : values) expected << ' ' << bits_of(value);
    if (has_deviation) expected << ' ' << bits_of(predictions.deviations.item<double>());
    if (has_bounds)
      for (const double bound : predictions.intervals.flatten().to_vector<double>()) expected << ' ' << bits_of(bound);
    expected << '\n';
  }
  main += "};\nint main(void) {\n  for (int i = 0; i < " + std::to_string(count) + "; ++i) {\n";
  if (classifies) {
    main +=
        "    double p[MODEL_CLASSES];\n    printf(\"%s\", model_classes[model(&rows[i], p)]);\n"
        "    for (int k = 0; k < MODEL_CLASSES; ++k) printf(\" %a\", p[k]);\n";
  } else if (has_deviation) {
    main +=
        "    double deviation;\n    const double y = model(&rows[i], &deviation);\n    printf(\" %a %a\", y, "
        "deviation);\n";
  } else if (has_bounds) {
    main +=
        "    double low, high;\n    const double y = model(&rows[i], &low, &high);\n    printf(\" %a %a %a\", y, low, "
        "high);\n";
  } else {
    main += "    printf(\" %a\", model(&rows[i]));\n";
  }
  std::ofstream(folder.path + "/main.c") << main + "    printf(\"\\n\");\n  }\n  return 0;\n}\n";
  const std::string in_folder = "cd '" + folder.path + "' && ";
  REQUIRE(std::system((in_folder + "cc -std=c99 -Wall -Wextra -Werror -Wno-missing-braces -O1 "
                                   "-fsanitize=address,undefined -fno-sanitize-recover -o main main.c model.c -lm")
                          .c_str()) == 0);
  CHECK(run(in_folder + "./main") == expected.str());
}

}  // namespace

TEST_CASE("exported models predict the same, of numbers, texts and what is missing") {
  const data::Table rows = mixed_table();
  for (const char* target : {"kind", "y"}) {
    for (const std::vector<std::int64_t>& hidden : {std::vector<std::int64_t>{}, {16, 8}}) {
      CAPTURE(std::string(target));
      CAPTURE(hidden.size());
      check_export(fit_table(rows, target, {.hidden = hidden, .epochs = 3}).model, rows);
    }
  }
  check_export(fit_table(rows, "y", {.hidden = {8}, .bins = 3, .frequencies = 2, .epochs = 3}).model, rows);
  check_export(fit_table(rows, "kind", {.hidden = {4}, .epochs = 3, .ensemble = 2}).model, rows);
  for (const char* loss : {"gaussian_nll", "interval", "poisson", "msle"}) {
    CAPTURE(std::string(loss));
    const data::Table positive =
        data::parse_csv("a,b,y\n1,2,3\n2,1,4\n3,5,9\n4,4,9\n5,1,7\n6,2,9\n7,7,15\n8,1,10\n9,3,13\n");
    check_export(fit_table(positive, "y", {.hidden = {4}, .loss = loss, .epochs = 3}).model, positive);
    check_export(fit_table(positive, "y", {.hidden = {2}, .loss = loss, .epochs = 3, .ensemble = 2}).model, positive);
  }
}

TEST_CASE("a model is exported under a name that C can have") {
  const TemporaryFolder folder;
  const TabularModel model = fit_table(mixed_table(), "y", {.epochs = 1}).model;
  CHECK_THROWS_WITH_AS(export_c(model, folder.path + "/my-model.c"), "export_c: 'my-model' is no name in C", Error);
  CHECK_THROWS_WITH_AS(export_c(model, folder.path + "/model"), doctest::Contains("does not end in .c"), Error);
  CHECK_THROWS_WITH_AS(export_c(model, folder.path + "/missing/model.c"), doctest::Contains("missing/model.h"), Error);
}
