#include <cmath>
#include <limits>

#include "descent/create.h"
#include "descent/train/fit.h"
#include "descent/train/named_optimizer.h"
#include "descent/train/named_schedule.h"

namespace descent::train {

namespace {

constexpr double kUnbounded = std::numeric_limits<double>::infinity();

/// An Error unless the value is finite and of [low, high], or of (low, high] where `low` is excluded.
void check_bounds(const char* option, auto value, double low, double high = kUnbounded, bool low_excluded = false) {
  const auto x = static_cast<double>(value);
  if (std::isfinite(x) && (low_excluded ? x > low : x >= low) && x <= high) return;
  fail(option, " = ", value, " must be ", low_excluded ? "above " : "at least ", low,
       high < kUnbounded ? concat(" and at most ", high) : "");
}

}  // namespace

void check_options(const FitOptions& options) {
  if (options.hidden.size() > 32) fail("hidden has ", options.hidden.size(), " layers; there may be 32");
  if (options.hidden != std::vector{kByRows})
    for (const std::int64_t width : options.hidden) check_bounds("hidden", width, 1, 65536);
  if (options.bins) check_bounds("bins", *options.bins, 0, 256);
  if (options.frequencies) check_bounds("frequencies", *options.frequencies, 0, 256);
  if (options.dropout) check_bounds("dropout", *options.dropout, 0, 0.9);
  if (options.lr) check_bounds("lr", *options.lr, 0, kUnbounded, true);
  if (options.weight_decay) check_bounds("weight_decay", *options.weight_decay, 0);
  if (options.batch_size) check_bounds("batch_size", *options.batch_size, 1, 1e9);
  if (options.epochs) check_bounds("epochs", *options.epochs, 1, 1e9);
  if (options.ensemble) check_bounds("ensemble", *options.ensemble, 1, 64);
  check_bounds("seed", options.seed, 0, 0x1p63 - 1024);
  check_bounds("holdout", options.holdout, 0, 0.9);
  if (options.seconds) check_bounds("time", *options.seconds, 0, kUnbounded, true);
  if (options.early_stop) check_bounds("early_stop", *options.early_stop, 1, 1e9);
  check_bounds("keep", options.keep, 1, 1e9);
  check_bounds("every", options.every.epochs, 1, 1e9);
  if (options.every.seconds) check_bounds("every", *options.every.seconds, 0);
  if (options.resume && options.checkpoint.empty()) fail("resume wants the folder of the checkpoints");
  const data::ColumnOptions& columns = options.columns;
  if (options.from && !(columns.only.empty() && columns.ignore.empty() && columns.number.empty() &&
                        columns.category.empty() && columns.date.empty()))
    fail("a model to begin with says what the columns mean; only, ignore, number, category and date cannot");
  if (!options.columns.group.empty() && !options.columns.order.empty())
    fail("group and order are two ways to set rows aside; one can be followed");
  // One weight tells whether the options are within their bounds.
  make_optimizer(options.optimizer, options.lr.value_or(find_optimizer(options.optimizer).lr),
                 {{.parameters = {zeros({1, 1}, {.requires_grad = true})}}});
  if (options.schedule) check_schedule(*options.schedule);
  if (!options.loss) return;
  if (make_tabular_loss(*options.loss).task == data::Task::regression && options.class_weight == ClassWeight::balanced)
    fail("class_weight = balanced is for classes, not for the loss ", in_quotes(*options.loss), " of a quantity");
}

}  // namespace descent::train
