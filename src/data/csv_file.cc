#include "data/csv_file.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "data/csv_rows.h"
#include "data/json_lines.h"
#include "data/labelled_lines.h"
#include "descent/error.h"

namespace descent::data {
namespace {

constexpr std::size_t kSampleBytes = std::size_t{1} << 16;
constexpr std::size_t kPieceBytes = std::size_t{1} << 20;

/// The end of the last line that is known to be whole; 0 if there is none.
std::size_t end_of_lines(std::string_view text) {
  const std::size_t end = text.find_last_of("\r\n") + 1;
  if (end < text.size() || !text.ends_with('\r')) return end;
  return text.substr(0, end - 1).find_last_of("\r\n") + 1;
}

}  // namespace

CsvFile::CsvFile(TextStream stream, const CsvOptions& options, bool comes_slowly)
    : stream_(std::move(stream)), comes_slowly_(comes_slowly) {
  while (!whole_ && (text().size() < kSampleBytes || end_of_lines(text()) == 0)) {
    fill(kSampleBytes);
    // The header, and what of rows has come with it.
    if (comes_slowly_ && end_of_lines(text()) > 0) break;
    if (text().size() > kMaxCsvRow) fail(source(), ":1: a line of more than ", kMaxCsvRow, " bytes");
  }
  const std::string_view sample = text().substr(0, whole_ ? text().size() : end_of_lines(text()));
  if (const std::optional<ScanError> error = text_error(sample)) fail(source(), ":", error->line, ": ", error->what);
  std::optional<Layout> layout = json_layout(sample, options.only, source());
  if (!layout) layout = lines_layout(sample, options);
  layout_ = layout ? std::move(*layout) : find_layout(sample, whole_, options, source());
  begin_ = layout_.rows_begin;
  line_ = layout_.rows_line;
}

void CsvFile::begin_again() {
  stream_.begin_again();
  begin_ = end_ = passed_ = 0;
  whole_ = false;
  while (!whole_ && end_ < layout_.rows_begin) fill(layout_.rows_begin - end_);
  begin_ = layout_.rows_begin;
  line_ = layout_.rows_line;
}

/// Reads up to `most` bytes, of what is there at once; false at the end.
bool CsvFile::fill(std::size_t most) {
  most = std::max<std::size_t>(most, 8);
  if (buffer_.size() - end_ < most) {
    if (begin_ > 0) {
      std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
      end_ -= std::exchange(begin_, 0);
    }
    if (buffer_.size() - end_ < most) buffer_.resize(end_ + most);
  }
  const std::size_t count = stream_.read(buffer_.data() + end_, buffer_.size() - end_);
  end_ += count;
  whole_ = count == 0;
  passed_ += count;
  return !whole_;
}

std::vector<std::string_view> CsvFile::next(std::size_t pieces) {
  const std::size_t wanted = comes_slowly_ ? 1 : pieces * kPieceBytes;
  while (!whole_ && text().size() < wanted) fill(pieces * kPieceBytes - text().size());
  std::vector<std::string_view> result;
  std::size_t used = 0;
  while (result.size() < pieces && used < text().size()) {
    const std::string_view rest = text().substr(used);
    if (const std::size_t end = end_of_piece(rest); end > 0) {
      result.push_back(rest.substr(0, end));
      used += end;
    } else if (!result.empty()) {
      break;
    } else {
      // Not one record is whole.
      if (rest.size() > kMaxCsvRow)
        fail(source(), ":", line_, ": a row of more than ", kMaxCsvRow, " bytes; is a quote never closed?");
      fill(comes_slowly_ ? kPieceBytes : rest.size());
    }
  }
  begin_ += used;
  return result;
}

/// Of text that begins with a record: where a piece of it may end, 0 if no record does.
std::size_t CsvFile::end_of_piece(std::string_view rest) const {
  for (std::size_t bytes = kPieceBytes;; bytes *= 2) {
    const bool all = bytes >= rest.size();
    const std::size_t end = end_of_records(rest.substr(0, bytes), layout_.dialect, all && whole_);
    if (end > 0 || all) return end;
  }
}

std::size_t CsvFile::bytes_left() const {
  return stream_.size() > passed_ ? stream_.size() - passed_ + (end_ - begin_) : end_ - begin_;
}

}  // namespace descent::data
