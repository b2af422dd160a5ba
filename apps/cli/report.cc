#include "descent/report.h"

#include <iostream>
#include <optional>

#include "commands.h"
#include "descent/text.h"
#include "output_file.h"

namespace descent::cli {

namespace {

class Report final : public Command {
 public:
  CommandLine line() override {
    CommandLine line("report", "LOG ... [options]", "compare trainings by their logs",
                     "Compares the trainings whose logs are in these folders, as train --log DIR leaves them: their\n"
                     "numbers at the end and at best, and the options that differ; with --out also as a page, with\n"
                     "their curves over the same axes.\n");
    line.arguments("LOG", folders_);
    line.option("out", "FILE.html", "write a page with curves too", out_)
        .completes(kFiles)
        .elsewhere({"--output", "--html", "--page", "-o"});
    return line;
  }

  void run() override {
    if (is_standard_output(out_)) throw UsageError("report: --out wants a file, not standard output");
    std::optional<OutputFile> page;
    if (!out_.empty()) page.emplace(out_, std::initializer_list<std::string>{});
    std::vector<report::Run> runs;
    for (const std::string& folder : folders_) runs.push_back(report::read_run(folder));
    if (page)
      page->write_file([&](const std::string& path) { report::write_comparison(path, runs, "Trainings compared"); });
    std::cout << report::comparison(runs);
    if (page) std::cout << "saved " << printable(page->path()) << '\n';
  }

 private:
  std::vector<std::string> folders_;
  std::string out_;
};

}  // namespace

std::unique_ptr<Command> report_command() { return std::make_unique<Report>(); }

}  // namespace descent::cli
