// Trained models of tables as C that predicts without Descent.
#pragma once

#include <string>

#include "descent/export.h"
#include "descent/train/tabular_model.h"

namespace descent {
namespace DESCENT_EXPORT train {

/// Writes a C99 file `path`, which ends in .c, and a header beside it, that predict for a row of a table:
///
///   typedef struct { double sepal_length; const char *colour; ... } iris_row;
///   int iris(const iris_row *row, double *probabilities);  // classification: the most probable of iris_classes
///   double price(const price_row *row);                    // regression
///
/// (with the normal link `double price(const price_row *row, double *deviation)`). Names are made of the file's name
/// and the columns' names. All that turns columns into inputs is inside: scales, categories, what stands in for missing
/// values, which are NAN and null. Of dates each part is a number of its own; texts are told apart without regard to
/// the case of ASCII letters. The bits are those of predict() for that row alone. An Error names a file name that
/// cannot be a name in C.
void export_c(const TabularModel& model, const std::string& path);

}  // namespace train
}  // namespace descent
