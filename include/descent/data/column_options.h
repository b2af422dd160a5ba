// What the columns of a table are for, where their values do not tell.
#pragma once

#include <string>
#include <vector>

#include "descent/data/csv.h"
#include "descent/export.h"

namespace descent {
namespace DESCENT_EXPORT data {

/// Columns by name. The command line has an option of each name; none of them is "".
struct ColumnOptions {
  /// Inputs are these alone; empty: all but the target and those below that are none.
  std::vector<std::string> only = {};
  /// No inputs.
  std::vector<std::string> ignore = {};
  /// Inputs that are quantities, whatever their values: what is no number is missing.
  std::vector<std::string> number = {};
  /// Inputs that are categories, even if they are numbers.
  std::vector<std::string> category = {};
  /// Inputs that are texts, of which the words count.
  std::vector<std::string> text = {};
  /// Inputs that are dates or times, of which the parts become numbers.
  std::vector<std::string> date = {};
  /// No input: what tells rows apart.
  std::string id = {};
  /// No input: how much a row counts in training, a number of at least 0.
  std::string weight = {};
  /// No input: rows of the same value are set aside together.
  std::string group = {};
  /// A number, a date or a text; instead of random rows those with the largest values are set aside.
  std::string order = {};
};

/// All columns that are named, in the order above.
std::vector<std::string> named_columns(const ColumnOptions& columns);

/// An Error if a column has two roles that exclude each other, or the target has one.
void check_columns(const ColumnOptions& columns, const std::string& target);

/// `csv` and what reading a table needs to know of the roles, and the classes' spelling.
CsvOptions csv_options_for(const ColumnOptions& columns, const std::string& target, CsvOptions csv = {});

}  // namespace data
}  // namespace descent
