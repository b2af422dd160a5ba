#include "data/text_input.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <utility>

#include "data/decompress.h"
#include "data/file_kind.h"
#include "data/unicode.h"
#include "descent/error.h"

namespace descent::data {
namespace {

[[noreturn]] void fail_too_long(const std::string& source, std::size_t max_bytes) {
  fail(source, ": more than ", max_bytes, " bytes, the limit for one file");
}

}  // namespace

ByteBuffer read_input(const std::string& path, std::size_t max_bytes) {
  const std::string source = name_of_input(path);
  FileStream file(path);
  if (file.size() > max_bytes) fail_too_long(source, max_bytes);
  PeekedStream raw(file);
  const std::unique_ptr<ByteStream> decompressed = decompress(raw, raw.peek(kMagicBytes), source);
  ByteStream& in = decompressed ? *decompressed : raw;

  ByteBuffer bytes;
  // One byte more than the file has, so that its end is seen without growing.
  bytes.resize(std::max(file.size() + 1, std::size_t{1} << 16));
  std::size_t used = 0;
  while (const std::size_t count = in.read(bytes.data() + used, bytes.size() - used)) {
    used += count;
    if (used > max_bytes) fail_too_long(source, max_bytes);
    if (used == bytes.size()) bytes.resize(2 * used);
  }
  bytes.resize(used);
  return bytes;
}

TextStream::TextStream(const std::string& path, bool may_begin_again) : source_(name_of_input(path)) {
  auto file = std::make_unique<FileStream>(path);
  file_ = file.get();
  size_ = file->size();
  file_or_memory_ = std::move(file);
  if (may_begin_again && !file_->rewinds()) held_ = std::make_unique<HeldStream>(*file_);
  begin();
}

TextStream::TextStream(std::string_view bytes, std::string source)
    : source_(std::move(source)), file_or_memory_(std::make_unique<MemoryStream>(bytes)), memory_(bytes) {
  size_ = bytes.size();
  begin();
}

void TextStream::begin_again() {
  if (!file_)
    file_or_memory_ = std::make_unique<MemoryStream>(memory_);
  else if (held_)
    held_->begin_again();
  else
    file_->rewind();
  begin();
}

void TextStream::begin() {
  raw_ = std::make_unique<PeekedStream>(held_ ? *held_ : *file_or_memory_);
  const std::string_view first = raw_->peek(kMagicBytes);
  decompressed_ = decompress(*raw_, first, source_);
  if (decompressed_) size_ = 0;
  plain_ = std::make_unique<PeekedStream>(decompressed_ ? *decompressed_ : *raw_);
  const std::string_view head = plain_->peek(kMagicBytes);
  if (const std::string_view kind = other_kind(head); !kind.empty()) fail(source_, ": ", kind);
  const auto skip = [&](std::size_t count) {
    std::array<char, 4> mark;
    plain_->read(mark.data(), count);
  };
  const bool pairs = head.size() >= 4;
  encoding_ = Encoding::utf8;
  utf16_.clear();
  if (head.starts_with("\xEF\xBB\xBF")) {
    skip(3);
  } else if (head.starts_with("\xFF\xFE")) {
    skip(2);
    encoding_ = Encoding::utf16_little;
  } else if (head.starts_with("\xFE\xFF")) {
    skip(2);
    encoding_ = Encoding::utf16_big;
  } else if (pairs && head[0] != 0 && head[1] == 0 && head[2] != 0 && head[3] == 0) {
    encoding_ = Encoding::utf16_little;
  } else if (pairs && head[0] == 0 && head[1] != 0 && head[2] == 0 && head[3] != 0) {
    encoding_ = Encoding::utf16_big;
  }
}

std::size_t TextStream::read(char* out, std::size_t room) {
  return encoding_ == Encoding::utf8 ? plain_->read(out, room) : read_utf16(out, room);
}

std::size_t TextStream::read_utf16(char* out, std::size_t room) {
  // Two bytes become three at most, and four become four.
  const std::size_t wanted = std::max<std::size_t>(std::min(room / 3 * 2, std::size_t{1} << 16), 4);
  std::string text;
  while (text.empty()) {
    const std::size_t before = utf16_.size();
    utf16_.resize(std::max(wanted, before + 1));
    const std::size_t count = plain_->read(utf16_.data() + before, utf16_.size() - before);
    utf16_.resize(before + count);
    if (count == 0) {
      if (!utf16_.empty()) fail(source_, ": ends in the middle of a character of UTF-16");
      return 0;
    }
    const auto unit = [&](std::size_t at) {
      const auto first = static_cast<unsigned char>(utf16_[at]), second = static_cast<unsigned char>(utf16_[at + 1]);
      return static_cast<char32_t>(encoding_ == Encoding::utf16_big ? first << 8 | second : second << 8 | first);
    };
    std::size_t at = 0;
    for (; at + 2 <= utf16_.size(); at += 2) {
      char32_t code = unit(at);
      if (code >= 0xD800 && code < 0xE000) {
        if (at + 4 > utf16_.size()) break;
        const char32_t low = unit(at + 2);
        if (code >= 0xDC00 || low < 0xDC00 || low >= 0xE000)
          fail(source_, ": is not UTF-16: it has half of a pair of surrogates");
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        at += 2;
      }
      append_character(code, text);
    }
    utf16_.erase(0, at);
  }
  return text.copy(out, room);
}

std::size_t first_non_text_byte(std::string_view text) {
  const void* nul = text.empty() ? nullptr : std::memchr(text.data(), 0, text.size());
  const std::size_t end = nul ? static_cast<std::size_t>(static_cast<const char*>(nul) - text.data()) : text.size();
  std::size_t at = 0;
  while (at < end) {
    std::uint64_t word = 0;
    if (end - at >= sizeof word) {
      std::memcpy(&word, text.data() + at, sizeof word);
      if ((word & 0x8080808080808080) == 0) {
        at += sizeof word;
        continue;
      }
    }
    const std::size_t length = character_at(text.substr(0, end), at).length;
    if (length == 0) return at;
    at += length;
  }
  return end;
}

}  // namespace descent::data
