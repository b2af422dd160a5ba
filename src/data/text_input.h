// Files as bytes or as text, decompressed.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "data/byte_buffer.h"
#include "data/byte_stream.h"

namespace descent::data {

/// The bytes of the file at `path`, "-" for standard input, decompressed. Throws if there are more than `max_bytes`,
/// before or after.
ByteBuffer read_input(const std::string& path, std::size_t max_bytes);

/// Text from a file, a pipe or memory, piece by piece: decompressed, in UTF-8, and without a byte order mark. UTF-16 is
/// recognised by its mark or, where it begins with ASCII, by its zeros. That the rest is UTF-8 is for who reads it to
/// check.
class TextStream {
 public:
  /// A stream that may begin again holds what comes through a pipe.
  TextStream(const std::string& path, bool may_begin_again);
  /// Of memory, which must outlive it; messages call it `source`.
  TextStream(std::string_view bytes, std::string source);

  const std::string& source() const { return source_; }
  /// Puts up to `room` bytes, of at least 8, at `out` and says how many; 0 at the end. It waits for the first only.
  std::size_t read(char* out, std::size_t room);
  void begin_again();

  /// Of a regular file that is not compressed, its bytes; else 0.
  std::size_t size() const { return size_; }
  /// Bytes in memory, so that it can begin again.
  std::size_t held() const { return held_ ? held_->size() : 0; }

 private:
  enum class Encoding { utf8, utf16_little, utf16_big };

  void begin();
  std::size_t read_utf16(char* out, std::size_t room);

  std::string source_;
  std::unique_ptr<ByteStream> file_or_memory_;
  FileStream* file_ = nullptr;
  std::string_view memory_;
  std::unique_ptr<HeldStream> held_;
  std::unique_ptr<PeekedStream> raw_, plain_;
  std::unique_ptr<ByteStream> decompressed_;
  Encoding encoding_ = Encoding::utf8;
  std::string utf16_;
  std::size_t size_ = 0;
};

/// What may stand before a text in UTF-8.
inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// The offset of the first byte that is NUL or does not belong to a UTF-8 character, or the size of `text`.
std::size_t first_non_text_byte(std::string_view text);

}  // namespace descent::data
