// descent tune: finds options of descent train for a table.
#include <algorithm>
#include <cstdio>
#include <iostream>
#include <utility>

#include "descent/reflect.h"
#include "descent/report/text_table.h"
#include "descent/text.h"
#include "interruption.h"
#include "output.h"
#include "progress.h"
#include "shell_words.h"
#include "terminal.h"
#include "training_command.h"

namespace descent::cli {

namespace {

using Words = std::vector<std::string>;

std::string joined(const Words& words, char between) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : std::string(1, between)) + word;
  return text;
}

/// The options of a trial as words of descent train.
Words words_of(const train::TunedOptions& options) {
  Words words;
  const auto text = [](const auto& value) { return concat(value); };
  reflect::for_each_member(options, [&](std::string_view member, const auto& value) {
    if (!value) return;
    std::string name = concat("--", member);
    std::ranges::replace(name, '_', '-');
    if constexpr (requires { value->size(); }) {
      Words widths;
      for (const std::int64_t width : *value) widths.push_back(text(width));
      words.insert(words.end(), {std::move(name), joined(widths, ',')});
    } else {
      words.insert(words.end(), {std::move(name), text(*value)});
    }
  });
  return words;
}

JsonObject options_to_json(const train::TunedOptions& options) {
  JsonObject object;
  reflect::for_each_member(options, [&](std::string_view member, const auto& value) {
    if (value) object.add(std::string(member), *value);
  });
  return object;
}

JsonObject trial_to_json(const train::Trial& trial) {
  return JsonObject()
      .add("options", options_to_json(trial.options))
      .add("rungs", trial.rungs)
      .add("epochs", trial.epochs)
      .add("loss", trial.loss)
      .add("seconds", trial.seconds);
}

/// The line at the foot of a terminal.
class TuneProgress {
 public:
  TuneProgress() {
    if (Redrawn::is_possible()) line_.emplace();
  }
  ~TuneProgress() { make_way(); }
  TuneProgress(const TuneProgress&) = delete;
  TuneProgress& operator=(const TuneProgress&) = delete;

  void show(const train::TuneReport& report) {
    if (!line_) return;
    std::string text = report.rung == 0 ? "the defaults are measured"
                                        : concat("rung ", report.rung, " of ", train::kRungs, ", ",
                                                 counted(report.trials - 1, "choice"), " tried");
    char loss[32];
    std::snprintf(loss, sizeof loss, "%.5g", report.best_loss.value_or(0));
    if (report.best_loss) text += concat(", best loss ", loss);
    if (report.seconds_left) text += concat(", ", format_time(*report.seconds_left), " left");
    line_->draw({text});
  }
  void make_way() {
    if (line_) line_->clear();
  }

 private:
  std::optional<Redrawn> line_ = std::nullopt;
};

class Tune final : public TrainingCommand {
 public:
  CommandLine line() override {
    CommandLine line(
        "tune", "DATA.csv --target COLUMN [options]", "find options of train for a table, and train with them",
        "Tries options of descent train on DATA.csv for some time: rates, weight decays, networks, dropouts,\n"
        "encodings of numbers, sizes of batches. Many are trained for few epochs, the best third of them\n"
        "for more, the best third of these for all. It trains with the best, as descent train would, saves\n"
        "the model, says how well it does on rows held out, and prints the command that trains it again.\n"
        "\n"
        "  descent tune iris.csv --target species --time 1m\n"
        "\n"
        "The rows held out are those of descent train, and choose nothing: that does the loss on rows of the\n"
        "training part. The defaults are tried first. An option that is given is not searched. --time and\n"
        "the speed of the machine say how much is tried; with --trials the result is the same each time.\n"
        "\n"
        "Ctrl-C (SIGINT), SIGTERM and SIGHUP end the search, and the best so far is saved. A second one ends\n"
        "it at once.\n");
    line.on_given([this](const std::string& name, const std::string& value) {
      if (name == "--time" || name == "--trials" || name == "--json" || name == "--quiet") return;
      // A value that begins like an option would be taken for one.
      const bool joins = value.starts_with("-");
      given_.push_back(joins ? concat(name, '=', value) : name);
      if (!joins && !value.empty()) given_.push_back(value);
    });
    declare_data(line);
    line.section("search");
    declare_time(line, "search for at most 60s, 5m, 1h (default: 5m)");
    line.option("trials", "N", "instead of a time: how many choices of options to try", search_.trials)
        .elsewhere({"--n-trials", "--num-trials", "--max-trials", "--num-samples", "--max-evals"});
    declare_rows(line);
    declare_columns(line);
    declare_training(line);
    declare_from(line);
    declare_messages(line);
    declare_names(line);
    return line;
  }

  void run() override {
    read_model();
    check();
    OutputFile out = output();
    read_tables();
    const Interruption interruption;
    const train::TuneResult result = search();
    save(out, result.best.model);
    if (json_)
      print_json(result_to_json(result, out));
    else
      print_result(out.is_standard_output() ? std::cerr : std::cout, result, out);
    if (!result.stopped) return;
    std::cout.flush();
    throw Interrupted(concat("after ", counted(result.trials.size(), "trial"), "; the best so far is saved"));
  }

 private:
  /// What no table can make right.
  void check() {
    if (time_ && search_.trials) throw UsageError("tune: --time and --trials both say when to end; one can");
    if (time_) search_.seconds = time_->seconds;
    check_training("tune");
    on_command_line([&] { train::check_options(search_); });
  }

  train::TuneResult search() {
    TuneProgress progress;
    search_.fit = options_;
    search_.fit.should_stop = Interruption::is_asked;
    search_.fit.on_note = note;
    if (!quiet_) {
      search_.fit.on_plan = print_plan;
      search_.on_trial = [&](const train::TuneReport& report) { progress.show(report); };
    }
    train::TuneResult result = train::tune(*table_, target_, search_);
    progress.make_way();
    if (result.best.stopped && !result.stopped)
      warn("the time was over before a training by the defaults was, and that was cut short");
    else if (!result.stopped && count_in_full(result) == 0)
      warn(concat(search_.trials ? "the numbers of all choices stopped being finite"
                                 : "no choice had the time to be trained for all epochs",
                  ": these are the defaults"));
    return result;
  }

  static std::ptrdiff_t count_from(const train::TuneResult& result, int rung) {
    return std::count_if(result.trials.begin() + 1, result.trials.end(),
                         [&](const train::Trial& trial) { return trial.rungs >= rung; });
  }
  static std::ptrdiff_t count_in_full(const train::TuneResult& result) { return count_from(result, train::kRungs); }

  void print_result(std::ostream& stream, const train::TuneResult& result, const OutputFile& out) const {
    print_trials(stream, result);
    print_held_out(stream, result.best);
    if (!result.best.stopped) stream << "to train it again: " << printable(command(result)) << '\n';
    print_saved(stream, out);
  }

  /// Those that can be compared with the defaults, the best first.
  static void print_trials(std::ostream& stream, const train::TuneResult& result) {
    constexpr std::size_t kShown = 5;
    stream << counted(result.trials.size() - 1, "choice") << " tried, " << count_from(result, 2)
           << " for a third of the epochs, " << count_in_full(result) << " for all\n";
    std::vector<const train::Trial*> best;
    for (const train::Trial& trial : result.trials)
      if (trial.rungs == train::kRungs && trial.loss) best.push_back(&trial);
    std::stable_sort(best.begin(), best.end(), [](const auto* a, const auto* b) { return *a->loss < *b->loss; });
    std::vector<Words> rows = {{"options", "loss"}};
    for (std::size_t i = 0; i < best.size(); ++i) {
      const bool is_default = best[i] == &result.trials.front();
      if (i >= kShown && !is_default) continue;
      char loss[32];
      std::snprintf(loss, sizeof loss, "%.5g", *best[i]->loss);
      rows.push_back({is_default ? "(the defaults)" : joined(words_of(best[i]->options), ' '), loss});
    }
    if (rows.size() > 1) stream << report::text_table(rows) << '\n';
  }

  /// That of descent train whose model is the best of the search.
  std::string command(const train::TuneResult& result) const {
    Words words = {"descent", "train"};
    words.insert(words.end(), given_.begin(), given_.end());
    for (std::string& word : words_of(result.trials[result.best_trial].options)) words.push_back(std::move(word));
    // A name that begins like an option is none.
    if (data_.starts_with("-") && data_ != "-") words.emplace_back("--");
    words.push_back(data_);
    return shell_line(words);
  }

  JsonObject result_to_json(const train::TuneResult& result, const OutputFile& out) const {
    JsonObject object = training_to_json(result.best, out);
    if (result.best.held_out)
      object.add(to_json(*result.best.held_out, *result.best.baseline, result.best.model.target));
    std::vector<JsonObject> trials;
    for (const train::Trial& trial : result.trials) trials.push_back(trial_to_json(trial));
    if (!result.best.stopped) object.add("command", command(result));
    return object.add("search_stopped", result.stopped).add("best_trial", result.best_trial).add("trials", trials);
  }

  train::TuneOptions search_;
  /// The words that descent train is to have as well.
  Words given_;
};

}  // namespace

std::unique_ptr<Command> tune_command() { return std::make_unique<Tune>(); }

}  // namespace descent::cli
