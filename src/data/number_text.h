// Numbers as people and programs write them.
#pragma once

#include <cstdint>
#include <string_view>

namespace descent::data {

enum class NumberKind : std::uint8_t { none, finite, unbounded };

/// Whether all of `text` is a number, and its value, the nearest double, if it is finite: an optional sign, digits with
/// an optional fraction behind `decimal`, '.' or ',', and an optional exponent. Digits before the fraction may stand in
/// groups of three, between which is one sign throughout: the other of '.' and ',', an apostrophe, or a space (plain,
/// narrow or not to be broken).
NumberKind parse_number(std::string_view text, double& value, char decimal = '.');

/// Whether a zero begins `text`, and another digit follows: "007", which as a number would lose how it is written.
bool has_leading_zero(std::string_view text);

/// What of `text`, if it is a number, tells what its decimal sign is.
enum class DecimalEvidence : std::uint8_t { none, point, comma, either };
/// "1.5" and "1,234.5" say point, "1,5" and "1.234,5" comma; "1,234" and "1.234" are a number either way.
DecimalEvidence decimal_evidence(std::string_view text);

}  // namespace descent::data
