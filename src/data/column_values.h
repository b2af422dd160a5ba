// What several parts of src/data ask of a column.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "descent/data/csv.h"
#include "descent/data/split.h"

namespace descent::data {

/// Texts that differ in case only, as one.
struct Spelling {
  /// How most of the rows have it, of equals the first.
  std::string text;
  std::size_t rows = 0;
  /// All ways, in the order of their first appearance.
  std::vector<std::string> all = {};
};
/// Of a text column in `rows`, in the order of the codes.
std::vector<Spelling> spellings_of(const Column& column, const Rows& rows);

/// "'Yes' and 'yes'", of up to three of them.
std::string differing_spellings(const Spelling& spelling);

/// What to say of values of a column that are no `thing` ("number"): "column 'age': 2 values are no numbers and count
/// as missing, the first 'abc' in line 52"; "" if there are none.
std::string note_on_misfits(const Table& table, const Column& column, const std::vector<Misfit>& misfits,
                            const std::string& thing);

/// What to say of a text column of which at least a tenth of the values in `rows` are numbers, and which is taken for
/// `things` ("classes"); "" of others.
std::string note_on_numbers(const Table& table, const Column& column, const Rows& rows, const char* things);

}  // namespace descent::data
