#include <iostream>

#include "commands.h"
#include "descent/report.h"
#include "descent/train.h"
#include "progress.h"

namespace descent::cli {

namespace {

class Show final : public Command {
 public:
  CommandLine line() override {
    CommandLine line("show", "NAME", "draw a schedule, a loss or an optimizer",
                     "Draws what NAME stands for, with options as in huber:delta=0.5: the rate of a schedule over a\n"
                     "training of 1,000 steps, a loss over the error, or the way of an optimizer down a valley.\n");
    Completion names;
    const auto list = [&](const char* title, const std::vector<std::string_view>& of_title) {
      line.names(title, of_title);
      names.words.insert(names.words.end(), of_title.begin(), of_title.end());
    };
    list("schedules", train::schedule_names());
    list("losses of a quantity", train::tabular_loss_names(data::Task::regression));
    list("losses of classes", train::tabular_loss_names(data::Task::classification));
    list("optimizers", train::optimizer_names());
    line.argument("NAME", name_, names);
    return line;
  }

  void run() override {
    std::cout << on_command_line([&] { return report::picture(name_, {.width = plot_width()}); });
  }

 private:
  std::string name_;
};

}  // namespace

std::unique_ptr<Command> show_command() { return std::make_unique<Show>(); }

}  // namespace descent::cli
