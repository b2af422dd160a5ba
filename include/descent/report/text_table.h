// Tables made of characters, as a terminal shows them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "descent/export.h"

namespace descent {
namespace DESCENT_EXPORT report {

/// The places that a text takes in a terminal, roughly: one a code point.
std::size_t text_width(std::string_view text);

/// A line a row, of as many cells as the first: those of the first column to the left, the others to the right, two
/// spaces apart, each column as wide as its widest cell. "" for no rows.
std::string text_table(const std::vector<std::vector<std::string>>& rows);

}  // namespace report
}  // namespace descent
