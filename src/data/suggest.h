// "Did you mean ...?"
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace descent::data {

/// "; did you mean 'price'?" for the candidate nearest to `name`, or "" if none is near: if it takes to insert, remove,
/// replace or swap more than a third of the letters, without regard to case.
std::string suggestion(std::string_view name, std::span<const std::string> candidates);

}  // namespace descent::data
