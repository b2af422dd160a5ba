#include <filesystem>
#include <iostream>

#include "commands.h"
#include "descent/text.h"
#include "model_input.h"
#include "output.h"
#include "output_file.h"

namespace descent::cli {

namespace {

class Export final : public Command {
 public:
  CommandLine line() override {
    CommandLine line(
        "export", "MODEL --c FILE.c", "write a model as C that predicts without Descent",
        "Writes MODEL as a C99 file, and a header beside it, with a function that predicts for one row: for\n"
        "programs and microcontrollers that have no Descent. It needs <math.h> alone and allocates nothing.\n"
        "Scales, categories and classes are inside; the header says what the members of a row are.\n");
    line.argument("MODEL", path_);
    line.option("c", "FILE.c", "the file to write; its name becomes the function's", c_).completes(kFiles);
    return line;
  }

  void run() override {
    if (c_.empty()) throw UsageError("export: say with --c FILE.c what to write; see descent export --help");
    const std::filesystem::path file(c_);
    if (file.extension() != ".c") throw UsageError(concat("export: --c ", c_, ": the name must end in .c"));
    const OutputFile out(c_, {path_});
    train::export_c(load_model(path_), c_);
    std::cout << "wrote " << printable(c_) << " and "
              << printable(std::filesystem::path(file).replace_extension(".h").string()) << '\n';
  }

 private:
  std::string path_, c_;
};

}  // namespace

std::unique_ptr<Command> export_command() { return std::make_unique<Export>(); }

}  // namespace descent::cli
