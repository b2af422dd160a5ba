#include "data/text_input.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <limits>
#include <new>
#include <utility>

#include "data/unicode.h"
#include "descent/error.h"

namespace descent::data {
namespace {

struct Descriptor {
  int value;
  ~Descriptor() {
    if (value > STDERR_FILENO) ::close(value);
  }
};

[[noreturn]] void fail_too_long(const std::string& source, std::size_t max_bytes) {
  fail(source, ": more than ", max_bytes, " bytes, the limit for one file");
}

TextBuffer read_bytes(const std::string& path, std::size_t max_bytes) {
  const std::string source = name_of_input(path);
  const Descriptor file{path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.value < 0) fail(source, ": cannot be opened: ", std::strerror(errno));
  struct stat status;
  if (::fstat(file.value, &status) != 0) fail(source, ": cannot be read: ", std::strerror(errno));
  const bool sized = S_ISREG(status.st_mode);
  if (sized && static_cast<std::size_t>(status.st_size) > max_bytes) fail_too_long(source, max_bytes);

  TextBuffer bytes;
  // One byte more than the file has, so that its end is seen without growing.
  bytes.resize(sized ? static_cast<std::size_t>(status.st_size) + 1 : std::size_t{1} << 16);
  std::size_t used = 0;
  while (true) {
    const ssize_t count = ::read(file.value, bytes.data() + used, bytes.size() - used);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(source, ": cannot be read: ", std::strerror(errno));
    if (count == 0) break;
    used += static_cast<std::size_t>(count);
    if (used > max_bytes) fail_too_long(source, max_bytes);
    if (used == bytes.size()) bytes.resize(2 * used);
  }
  bytes.resize(used);
  return bytes;
}

struct Inflater {
  z_stream stream{};
  Inflater() {
    constexpr int gzip_only = 16 + MAX_WBITS;
    if (::inflateInit2(&stream, gzip_only) != Z_OK) fail("zlib cannot be started");
  }
  ~Inflater() { ::inflateEnd(&stream); }
};

}  // namespace

void TextBuffer::resize(std::size_t size) {
  char* data = static_cast<char*>(std::realloc(data_.get(), std::max<std::size_t>(size, 1)));
  if (!data) throw std::bad_alloc();
  static_cast<void>(data_.release());
  data_.reset(data);
  size_ = size;
}

std::string name_of_input(const std::string& path) { return path == "-" ? "standard input" : path; }

bool is_gzip(std::string_view bytes) { return bytes.starts_with("\x1f\x8b"); }

TextBuffer gunzip(std::string_view compressed, const std::string& source, std::size_t max_bytes) {
  Inflater inflater;
  z_stream& stream = inflater.stream;
  TextBuffer text;
  std::size_t used = 0;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));
  std::size_t left = compressed.size();
  while (true) {
    if (used == text.size()) {
      if (used > max_bytes) fail_too_long(source, max_bytes);
      text.resize(std::max<std::size_t>(2 * used, std::size_t{1} << 16));
    }
    constexpr std::size_t most = std::numeric_limits<uInt>::max();
    const uInt offered = static_cast<uInt>(std::min(left, most));
    const uInt room = static_cast<uInt>(std::min(text.size() - used, most));
    stream.avail_in = offered;
    stream.next_out = reinterpret_cast<Bytef*>(text.data() + used);
    stream.avail_out = room;
    const int status = ::inflate(&stream, Z_NO_FLUSH);
    left -= offered - stream.avail_in;
    used += room - stream.avail_out;
    if (status == Z_STREAM_END) {
      if (left == 0) break;
      // Members may follow each other, as those of a parallel gzip do.
      ::inflateReset(&stream);
    } else if (status == Z_BUF_ERROR || (status == Z_OK && left == 0 && stream.avail_out != 0)) {
      fail(source, ": the gzip stream ends early, after ", used, " bytes: is the file truncated?");
    } else if (status == Z_MEM_ERROR) {
      fail(source, ": not enough memory to decompress it");
    } else if (status != Z_OK) {
      fail(source, ": the gzip stream is corrupt after ", used, " bytes",
           stream.msg ? concat(" (", stream.msg, ")") : "");
    }
  }
  if (used > max_bytes) fail_too_long(source, max_bytes);
  text.resize(used);
  return text;
}

TextBuffer read_input(const std::string& path, std::size_t max_bytes) {
  TextBuffer bytes = read_bytes(path, max_bytes);
  return is_gzip(bytes.view()) ? gunzip(bytes.view(), name_of_input(path), max_bytes) : std::move(bytes);
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
