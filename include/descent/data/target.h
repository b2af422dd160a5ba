// Target: the column of a table that a network learns to predict.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "descent/data/csv.h"
#include "descent/data/split.h"
#include "descent/tensor.h"

namespace descent {
namespace DESCENT_EXPORT data {

enum class Task : std::uint8_t { regression, classification };

const char* to_string(Task task);

/// The column of that name. An Error names the table and, if there is one, the column that was probably meant.
const Column& find_column(const Table& table, const std::string& name);

/// The rows where the column has a value.
Rows rows_with_value(const Column& column);
/// What to say of the others: "2 rows without a value of 'price' are left out".
std::string rows_left_out(std::size_t count, std::string_view target);

struct AssumedTask {
  Task task;
  /// "'digit' holds 10 different whole numbers".
  std::string reason;
};

/// Text means classification. So do whole numbers of which there are two different ones, or at most kMaxNumericClasses
/// of five rows or more on average. All else is regression.
AssumedTask assume_task(const Column& column);
inline constexpr std::size_t kMaxNumericClasses = 20;

/// A number for each of `rows`: the same where the column has the same value, counted from 0 in the order in which they
/// appear. For stratified_split.
std::vector<std::int64_t> distinct_values(const Column& column, const Rows& rows);

/// How an output of a network stands for a quantity y.
enum class Link : std::uint8_t {
  identity,  // y = mean + scale output
  log,       // y = scale exp(output), for quantities that are never below 0
  log1p,     // log(1 + y) = mean + scale output, likewise
  normal,  // y is distributed normally around mean + scale output[0], with the variance scale^2 variance_of(output[1])
  interval,  // y = mean + scale output[0] in the middle, and most often between bounds, quantiles_of(output) so scaled
};
/// exp(output) + 0.001: what is learnt exactly has some variance left, for the loss must not get too steep.
Tensor variance_of(const Tensor& output);
/// What has such a variance.
Tensor output_of_variance(const Tensor& variance);

/// [N, 3] of outputs [N, 3]: a lower bound, the middle, and an upper bound that do not cross,
///
///   output[0] - exp(output[1]),  output[0],  output[0] + exp(output[2])
Tensor quantiles_of(const Tensor& outputs);

const char* to_string(Link link);

struct Target {
  std::string name;
  Task task = Task::regression;
  /// Whether the values of the column are numbers.
  bool numeric = true;
  /// Classification: the classes, sorted, and how many rows of the training part each has. They are called as most of
  /// these rows have them written: texts that differ in case only are one class, and so are numbers that are equal;
  /// where the table does not tell how a number is written, with the fewest digits.
  std::vector<std::string> classes = {};
  std::vector<std::int64_t> counts = {};
  /// Of classes that are numbers: these.
  std::vector<double> numbers = {};
  /// Regression: of y, or with the log1p link of log(1 + y), in the training part. With the log link the scale is the
  /// mean, else the standard deviation.
  double mean = 0;
  double scale = 1;
  Link link = Link::identity;

  /// How many outputs a network has for it: the number of classes; of a regression 1, with the normal link 2, with the
  /// interval link 3.
  std::int64_t width() const {
    if (task == Task::classification) return static_cast<std::int64_t>(classes.size());
    return link == Link::normal ? 2 : link == Link::interval ? 3 : 1;
  }
  std::size_t commonest_class() const;
};

/// An Error that names the line of the first of `rows`, in the table's order, whose value cannot be learnt so: a text
/// in a regression, or with a log link a quantity below 0.
void check_target(const Table& table, const Column& column, const Rows& rows, Task task, Link link);

/// What to say of the rows without a value of a column, and of its values that are no numbers: a line each.
std::vector<std::string> notes_on_missing(const Table& table, const Column& column);
/// What to say of the classes that `rows` of a column have: a line each.
std::vector<std::string> notes_on_classes(const Table& table, const Column& column, const Rows& rows);

/// Learns the column from `rows`, the training part, where it must have values. An Error as above, and for a target
/// with one value only, or with more than 20 classes and more than half as many as rows.
Target learn_target(const Table& table, const std::string& column, const Rows& rows, Task task,
                    Link link = Link::identity);

/// Of `rows`, where the column must have values: the positions of their classes (int64), or (y - mean) / scale, with
/// the log link y / scale, with the log1p link (log(1 + y) - mean) / scale (float32). All [rows]. An Error names the
/// line of a value that is no class, or no number, or below 0 with a log link.
Tensor encode_target(const Target& target, const Table& table, const Rows& rows);
/// Those of `rows` whose value can be encoded, and the others, in the order of `rows`: values that are no class.
struct KnownRows {
  Rows rows;
  std::vector<Misfit> unknown;
};
KnownRows known_rows(const Target& target, const Table& table, const Rows& rows);
/// What to say of them: "2 rows of a class the model does not know are left out, the first 'z' in line 9".
std::string note_on_unknown(const Table& table, const Target& target, const std::vector<Misfit>& unknown);

/// Regression: the quantities that were encoded so, and those that outputs of a network stand for, [rows]. float64.
Tensor decode_target(const Target& target, const Tensor& encoded);
Tensor decode_outputs(const Target& target, const Tensor& outputs);
/// With the normal link: the standard deviations that outputs of a network stand for, [rows]. float64.
Tensor decode_deviations(const Target& target, const Tensor& outputs);
/// With the interval link: the bounds that outputs of a network stand for, [rows, 2]. float64.
Tensor decode_intervals(const Target& target, const Tensor& outputs);

}  // namespace data
}  // namespace descent
