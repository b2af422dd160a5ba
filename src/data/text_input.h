// Whole files, plain or compressed.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

namespace descent::data {

/// Bytes that, unlike std::string's, are neither cleared nor, when there are many, copied as they grow.
class TextBuffer {
 public:
  void resize(std::size_t size);
  char* data() { return data_.get(); }
  std::size_t size() const { return size_; }
  std::string_view view() const { return {data_.get(), size_}; }

 private:
  struct Free {
    void operator()(char* data) const { std::free(data); }
  };
  std::unique_ptr<char, Free> data_;
  std::size_t size_ = 0;
};

/// What messages call `path`: itself, or "standard input" for "-".
std::string name_of_input(const std::string& path);

/// The bytes of the file at `path`, "-" for standard input, decompressed if they are gzip's. Throws if there are more
/// than `max_bytes`, before or after decompression.
TextBuffer read_input(const std::string& path, std::size_t max_bytes);

/// Whether `bytes` begin as gzip's do (RFC 1952).
bool is_gzip(std::string_view bytes);

/// What is in one or more gzip members; messages call them `source`.
TextBuffer gunzip(std::string_view compressed, const std::string& source, std::size_t max_bytes);

/// What may stand before a text in UTF-8.
inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// The offset of the first byte that is NUL or does not belong to a UTF-8 character, or the size of `text`.
std::size_t first_non_text_byte(std::string_view text);

}  // namespace descent::data
