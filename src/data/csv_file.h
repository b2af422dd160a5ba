// A CSV file, piece by piece.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "data/byte_buffer.h"
#include "data/csv_layout.h"
#include "data/text_input.h"

namespace descent::data {

/// Text in pieces that hold whole records.
class CsvFile {
 public:
  /// Finds out how the file is laid out, from as much as there is at first if it `comes_slowly`. An Error if it is
  /// empty.
  CsvFile(TextStream stream, const CsvOptions& options, bool comes_slowly);

  const std::string& source() const { return stream_.source(); }
  Layout& layout() { return layout_; }
  /// Goes back to the first row.
  void begin_again();

  /// The next records, as many as there are up to about `pieces` pieces of a megabyte; nothing at the end. Valid until
  /// the next.
  std::vector<std::string_view> next(std::size_t pieces);
  /// The line, from 1, that the pieces begin on, if those before have been counted by count_lines.
  std::size_t line() const { return line_; }
  void count_lines(std::size_t passed) { line_ += passed; }

  /// Of an uncompressed file, how many bytes are left behind the pieces; else 0.
  std::size_t bytes_left() const;
  /// Bytes of the file that are in memory.
  std::size_t held() const { return buffer_.size() + stream_.held(); }

 private:
  bool fill(std::size_t most);
  std::size_t end_of_piece(std::string_view rest) const;
  std::string_view text() const { return buffer_.view().substr(begin_, end_ - begin_); }

  TextStream stream_;
  Layout layout_;
  bool comes_slowly_, whole_ = false;
  ByteBuffer buffer_;
  /// What is read and not passed on.
  std::size_t begin_ = 0, end_ = 0;
  std::size_t passed_ = 0, line_ = 1;
};

}  // namespace descent::data
