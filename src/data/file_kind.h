// Kinds of files that hold tables, and are not text.
#pragma once

#include <string_view>

namespace descent::data {

/// What to say of a file that begins so, "is a Parquet file; ..."; "" if it may be text.
std::string_view other_kind(std::string_view first);

}  // namespace descent::data
