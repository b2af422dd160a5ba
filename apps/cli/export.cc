#include <filesystem>
#include <iostream>

#include "command_line.h"
#include "commands.h"
#include "descent/train.h"

namespace descent::cli {

void export_model(const std::vector<std::string>& words) {
  std::string path, c;
  CommandLine line(
      "export", "MODEL --c FILE.c",
      "Writes MODEL as a C99 file, and a header beside it, with a function that predicts for one row: for\n"
      "programs and microcontrollers that have no Descent. It needs <math.h> alone and allocates nothing.\n"
      "Scales, categories and classes are inside; the header says what the members of a row are.\n");
  line.argument("MODEL", path);
  line.option("c", "FILE.c", "the file to write; its name becomes the function's", c);
  if (!line.parse(words)) return;
  if (c.empty()) throw UsageError("export: say with --c FILE.c what to write; see descent export --help");
  const std::filesystem::path file(c);
  if (file.extension() != ".c") throw UsageError(concat("export: --c ", c, ": the name must end in .c"));
  train::export_c(train::TabularModel::load(path), c);
  std::cout << "wrote " << c << " and " << std::filesystem::path(file).replace_extension(".h").string() << '\n';
}

}  // namespace descent::cli
