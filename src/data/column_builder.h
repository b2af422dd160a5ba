// From the fields of a CSV file to a column: whether it is one of numbers or of text.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "data/dictionary.h"
#include "data/number_text.h"
#include "descent/data/table.h"

namespace descent::data {

/// What the options say about a column.
enum class ColumnKind : std::uint8_t { by_values, spelled, numbers, text, unread };

/// The values that stand for none.
class MissingValues {
 public:
  MissingValues(const std::vector<std::string>& values, char decimal);
  bool has(std::string_view text) const;
  bool has(double number) const { return !numbers_.empty() && std::ranges::find(numbers_, number) != numbers_.end(); }

 private:
  std::vector<std::string> texts_;
  std::vector<bool> begins_ = std::vector<bool>(256);
  std::vector<double> numbers_;
};

/// The values of one column in some rows that follow each other. What is a number is kept as such, unless texts are
/// collected; all else is kept as text.
class ColumnPart {
 public:
  ColumnPart(bool as_text, char decimal) : as_text_(as_text), decimal_(decimal) {}

  bool collects_numbers() const { return !as_text_; }
  void add_number(double value, const MissingValues& missing) {
    numbers_.push_back(missing.has(value) ? kNone : value);
    ++numbers_seen_;
  }
  void add(std::string_view text, const MissingValues& missing);
  void add_missing() { as_text_ ? codes_.push_back(-1) : numbers_.push_back(kNone); }
  /// Forgets all values, and keeps the memory.
  void clear();

  /// Whether the last number was a short one; the parser's.
  bool are_short = true;

 private:
  friend class ColumnBuilder;
  static constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

  bool as_text_;
  char decimal_;
  std::vector<double> numbers_;
  std::size_t numbers_seen_ = 0;
  /// As text: one a row. Else one for each value that is no number: its row and its code.
  std::vector<std::int32_t> codes_;
  std::vector<std::uint32_t> rows_;
  Dictionary texts_;
  /// The code of "-" if that stands for none.
  std::int32_t dash_ = -1;
  std::optional<std::pair<std::size_t, std::string>> leading_zero_;
};

/// Puts a column together from its parts.
class ColumnBuilder {
 public:
  ColumnBuilder(std::string name, ColumnKind kind, char decimal)
      : kind_(kind), decimal_(decimal), as_text_(kind == ColumnKind::text || kind == ColumnKind::spelled) {
    column_.name = std::move(name);
  }

  const std::string& name() const { return column_.name; }
  ColumnKind kind() const { return kind_; }

  /// A part to collect values in: as text if they are `likely_text` and nothing says that they are not.
  ColumnPart part(bool likely_text) const;
  void reserve(std::size_t rows);
  /// Appends. All parts of a column are of the same kind.
  void add(const ColumnPart& part);
  /// About how much memory it takes.
  std::size_t bytes() const;

  /// Whether, all values being there, the spelling of numbers is needed that was not kept. Then the column is empty
  /// again, to be collected as text.
  bool begins_again();
  Column finish(const MissingValues& missing);

 private:
  void to_texts();
  void drop_dashes();
  void decide(const MissingValues& missing);

  ColumnKind kind_;
  char decimal_;
  bool as_text_ = false, again_ = false;
  Column column_;
  std::size_t rows_ = 0, numbers_seen_ = 0;
  Dictionary texts_;
  std::int32_t dash_ = -1;
  /// Of numbers: where the others stand, and their codes.
  std::vector<std::pair<std::size_t, std::int32_t>> others_;
};

}  // namespace descent::data
