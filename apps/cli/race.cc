// descent race: optimizers side by side.
#include <algorithm>
#include <cmath>
#include <iostream>
#include <optional>
#include <set>

#include "commands.h"
#include "csv_arguments.h"
#include "descent/report.h"
#include "descent/text.h"
#include "output.h"
#include "output_file.h"

namespace descent::cli {

namespace {

JsonObject run_to_json(const report::RaceRun& run) {
  JsonObject object;
  object.add("seed", run.seed)
      .add("final_loss", run.final_loss)
      .add("seconds", run.seconds)
      .add("steps_to", run.steps_to)
      .add("seconds_to", run.seconds_to)
      .add("outcome", report::to_string(run.outcome))
      .add("words", run.words);
  if (!run.places.empty()) object.add("place", run.places.back());
  return object;
}

/// {"track": "rosenbrock", "to": 0.01, "racers": [{"name": "adam", "lr": 0.003, ..., "runs": [{"seed": 0, ...}]}]}.
JsonObject race_to_json(const report::RaceResult& result) {
  std::vector<JsonObject> racers;
  for (std::size_t i = 0; i < result.racers.size(); ++i) {
    const report::Racer& racer = result.racers[i];
    const report::RaceSummary summary = report::summary_of(result.runs[i]);
    std::vector<JsonObject> runs;
    for (const report::RaceRun& run : result.runs[i]) runs.push_back(run_to_json(run));
    racers.push_back(JsonObject()
                         .add("name", racer.name)
                         .add("optimizer", racer.optimizer)
                         .add("lr", racer.lr)
                         .add("schedule", racer.schedule)
                         .add("reached", summary.reached)
                         .add("steps_to", summary.steps_to)
                         .add("seconds_to", summary.seconds_to)
                         .add("final_loss", summary.final_loss)
                         .add("standard_deviation", summary.spread)
                         .add("runs", runs));
  }
  return JsonObject().add("track", result.track).add("to", result.to).add("racers", racers);
}

void print(const report::FigureTable& table) {
  std::vector<std::vector<std::string>> rows = {table.header};
  rows.insert(rows.end(), table.rows.begin(), table.rows.end());
  std::vector<std::size_t> widths(table.header.size());
  for (std::vector<std::string>& row : rows) {
    row[0] = printable(row[0]);
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
  }
  for (const std::vector<std::string>& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i)
      std::cout << (i == 0 ? left(row[i], widths[i]) : "  " + right(row[i], widths[i]));
    std::cout << '\n';
  }
}

class Race final : public Command {
 public:
  CommandLine line() override {
    CommandLine line(
        "race", "FUNCTION --optimizer NAME ... [options]", "let optimizers, rates and schedules run side by side",
        "Lets optimizers run side by side down FUNCTION, one of those below, or over a table (--data), and\n"
        "says how many steps and seconds each takes to a loss, and where it ends: in which valley, trapped\n"
        "or not. --out writes a page that shows their ways.\n"
        "\n"
        "  descent race rosenbrock --optimizer sgd:lr=0.001 --optimizer adam:lr=0.05 --out race.html\n"
        "  descent race --data iris.csv --target species --optimizer adam --optimizer adam:lr=0.03 --to 0.2\n"
        "  descent race --preset time-to-target --data examples/data\n");
    Completion functions;
    for (const std::string_view name : known_function_names()) functions.words.emplace_back(name);
    line.optional_argument("FUNCTION", function_, functions);
    Completion optimizers;
    for (const std::string_view name : train::optimizer_names()) optimizers.words.emplace_back(name);
    line.repeated_option("optimizer", "NAME",
                         "who takes part: an optimizer, with options, its rate and its\nschedule, as in "
                         "sgd:lr=0.1,momentum=0.8,schedule=cosine\n(default: a constant rate, as train chooses it); "
                         "again and\nagain for more",
                         optimizers_)
        .completes(optimizers)
        .elsewhere({"--solver", "--optim", "--racer"});
    line.option("steps", "N", "how many steps down a function (default: 500)", steps_)
        .elsewhere({"--iterations", "--max-iter", "--n-iter"});
    line.option("seeds", "N", "run each so often, from other starts or with other random\nchoices (default: 1)", seeds_)
        .elsewhere({"--repeats", "--trials", "--runs"});
    line.option("to", "LOSS", "the loss to be reached (default: of a function 0.01 above\nits least)", to_)
        .elsewhere({"--target-loss", "--goal"});
    line.option("out", "FILE.html", "write the ways, the losses and the table as a page", out_)
        .completes(kFiles)
        .elsewhere({"--report", "--html", "--output", "--page", "-o"});
    line.flag("json", "print one JSON object instead", json_);
    line.threads_option();
    line.section("over a table");
    line.option("data", "DATA.csv", "a table instead of a function; of a preset the folder with\nits tables", data_)
        .completes(kFiles);
    line.option("target", "COLUMN", "the column to predict", target_).elsewhere({"--label", "--y", "-y", "-t"});
    line.option("epochs", "N", "how often to go through the rows (default: as train chooses)", epochs_)
        .elsewhere({"--n-epochs", "--num-epochs", "--max-epochs", "--passes"});
    line.choice("preset", "NAME",
                "time-to-target: five small tasks, with rates tuned for each\noptimizer, until a stated loss", preset_,
                {{"time-to-target", true}});
    csv_.add_to(line);
    line.names("functions", known_function_names());
    line.names("optimizers, with options as in sgd:momentum=0.95,nesterov=false", train::optimizer_names());
    line.names("schedules, with options as in step:gamma=0.5,step_size=1000", train::schedule_names());
    return line;
  }

  void run() override {
    check();
    std::optional<OutputFile> page;
    if (!out_.empty()) page.emplace(out_, std::initializer_list<std::string>{data_});
    if (preset_)
      run_preset();
    else
      race();
    if (page) {
      page->write_file([&](const std::string& path) { report::write_figures(path, title_, sections_); });
      if (!json_) std::cout << "\nwrote " << printable(page->path()) << '\n';
    }
  }

 private:
  /// What no table can make right.
  void check() {
    const int tracks = (function_.empty() ? 0 : 1) + (data_.empty() || preset_ ? 0 : 1) + (preset_ ? 1 : 0);
    if (tracks == 0) throw UsageError("race: what to race over is missing: FUNCTION, --data or --preset");
    if (tracks > 1) throw UsageError("race: FUNCTION, --data and --preset are three tracks; one can be raced over");
    if (preset_ && data_.empty()) throw UsageError("race: --preset wants --data FOLDER, where its tables are");
    if (preset_ && !optimizers_.empty()) throw UsageError("race: --preset says who takes part; --optimizer cannot");
    if (preset_ && to_) throw UsageError("race: --preset says the losses to be reached; --to cannot");
    if (!preset_ && optimizers_.empty()) throw UsageError("race: --optimizer NAME is missing; see descent race --help");
    const bool over_table = !data_.empty();
    if (over_table && steps_) throw UsageError("race: over a table --epochs counts, not --steps");
    if (!over_table && epochs_) throw UsageError("race: over a function --steps counts, not --epochs");
    if (over_table && !preset_ && target_.empty()) throw UsageError("race: --target COLUMN is missing");
    if ((!over_table || preset_) && !target_.empty()) throw UsageError("race: --target is a column of --data DATA.csv");
    for (const auto& [name, count] : {std::pair("steps", steps_), {"seeds", seeds_}, {"epochs", epochs_}})
      if (count && *count < 1) throw UsageError(concat(name, " = ", *count, " must be at least 1"));
    if (is_standard_output(out_)) throw UsageError("race: --out wants a file, not standard output");
    on_command_line([&] {
      for (const std::string& wish : optimizers_) racers_.push_back(report::parse_racer(wish));
      if (!function_.empty()) find_known_function(function_);
      csv_.applied_to({});
    });
  }

  void race() {
    report::RaceOptions options{.to = to_, .landscape = !out_.empty()};
    options.steps = steps_.value_or(options.steps);
    options.seeds = seeds_.value_or(options.seeds);
    train::FitOptions fit{.epochs = epochs_};
    std::set<std::string> shown;
    fit.on_note = [&](const std::string& text) {
      if (shown.insert(text).second) note(text);  // once, not for each run
    };
    const report::RaceResult result =
        data_.empty() ? report::race(find_known_function(function_), racers_, options)
                      : report::race(data::read_csv(data_, data::csv_options_for({}, target_, csv_.applied_to({}))),
                                     target_, racers_, options, fit);
    title_ = data_.empty() ? concat("A race down ", function_) : concat("A race to learn ", in_quotes(target_));
    sections_.push_back(report::section_of(result));
    if (json_) return print_json(race_to_json(result));
    print(*sections_[0].table);
    std::cout << '\n';
    for (const std::string& sentence : report::in_words(result)) std::cout << printable(sentence) << '\n';
  }

  void run_preset() {
    report::TargetOptions options;
    options.seeds = seeds_.value_or(options.seeds);
    options.epochs = epochs_.value_or(options.epochs);
    title_ = "Time to target";
    std::vector<JsonObject> tasks;
    for (const report::TargetTask& task : report::target_tasks()) {
      const report::RaceResult result = report::time_to_target(task, data_, options);
      const std::string name = concat(task.target, " of ", task.file);
      sections_.push_back(report::section_of(result, name));
      if (json_) {
        tasks.push_back(race_to_json(result).add("file", task.file));
      } else {
        std::cout << (sections_.size() > 1 ? "\n" : "") << name << ":\n";
        print(*sections_.back().table);
        std::cout.flush();
      }
    }
    if (json_) print_json(JsonObject().add("tasks", tasks));
  }

  std::string function_, data_, target_, out_, title_;
  std::vector<std::string> optimizers_;
  std::optional<std::int64_t> steps_, seeds_, epochs_;
  std::optional<double> to_;
  bool json_ = false, preset_ = false;
  CsvArguments csv_;
  std::vector<report::Racer> racers_;
  std::vector<report::FigureSection> sections_;
};

}  // namespace

std::unique_ptr<Command> race_command() { return std::make_unique<Race>(); }

}  // namespace descent::cli
