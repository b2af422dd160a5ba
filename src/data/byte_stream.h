// Bytes from files, pipes and memory, piece by piece, plain or compressed.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "data/byte_buffer.h"

namespace descent::data {

class ByteStream {
 public:
  ByteStream() = default;
  virtual ~ByteStream() = default;
  ByteStream(const ByteStream&) = delete;
  ByteStream& operator=(const ByteStream&) = delete;

  /// Puts up to `room` bytes, room > 0, at `out` and says how many; 0 at the end. It waits for the first byte only.
  virtual std::size_t read(char* out, std::size_t room) = 0;
};

/// What messages call `path`: itself, or "standard input" for "-".
std::string name_of_input(const std::string& path);

/// A file as it is, or standard input for "-".
class FileStream final : public ByteStream {
 public:
  explicit FileStream(const std::string& path);
  ~FileStream() override;
  std::size_t read(char* out, std::size_t room) override;
  /// Of a regular file; else 0.
  std::size_t size() const { return size_; }
  /// Whether it can be read from its beginning again, as a pipe cannot.
  bool rewinds() const { return rewinds_; }
  void rewind();

 private:
  std::string source_;
  int file_;
  std::size_t size_ = 0;
  bool rewinds_ = false;
};

/// Holds what it passes on, to begin again with it.
class HeldStream final : public ByteStream {
 public:
  explicit HeldStream(ByteStream& in) : in_(in) {}
  std::size_t read(char* out, std::size_t room) override;
  void begin_again() { position_ = 0; }
  std::size_t size() const { return held_.size(); }

 private:
  ByteStream& in_;
  std::string held_;
  std::size_t position_ = 0;
};

class MemoryStream final : public ByteStream {
 public:
  /// `bytes` must outlive it.
  explicit MemoryStream(std::string_view bytes) : bytes_(bytes) {}
  std::size_t read(char* out, std::size_t room) override;

 private:
  std::string_view bytes_;
};

/// A stream whose next bytes can be looked at.
class PeekedStream final : public ByteStream {
 public:
  explicit PeekedStream(ByteStream& in) : in_(in) {}
  /// The next `count` bytes; fewer at the end, or where a line ends before.
  std::string_view peek(std::size_t count);
  std::size_t read(char* out, std::size_t room) override;

 private:
  ByteStream& in_;
  std::string ahead_;
};

}  // namespace descent::data
