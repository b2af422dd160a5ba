#include "data/decompress.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <limits>
#include <utility>
#include <vector>

#include "descent/error.h"

namespace descent::data {
namespace {

/// Compressed tables are 3 to 50 times smaller than they are. What grows further is not taken for a table.
constexpr std::uint64_t kMaxExpansion = 200;
constexpr std::uint64_t kFreeExpansion = std::uint64_t{64} << 20;

/// What decompressors share: the compressed bytes in a buffer, and the count of those that came and went.
class Decompressor : public ByteStream {
 public:
  Decompressor(ByteStream& in, const std::string& source) : in_(in), source_(source) {}

  std::size_t read(char* out, std::size_t room) final {
    const std::size_t count = produce(out, room);
    produced_ += count;
    if (produced_ > kFreeExpansion && produced_ > kMaxExpansion * consumed_)
      fail(source_, ": grows to more than ", kMaxExpansion,
           " times its size, which no table is known to do; decompress it first if it is meant so");
    return count;
  }

 protected:
  /// As read() does.
  virtual std::size_t produce(char* out, std::size_t room) = 0;

  /// The compressed bytes at hand; more of them if there were none; none at the end.
  std::string_view compressed() {
    if (left_.empty()) {
      const std::size_t count = in_.read(buffer_.data(), buffer_.size());
      left_ = {buffer_.data(), count};
    }
    return left_;
  }
  void consume(std::size_t count) {
    left_.remove_prefix(count);
    consumed_ += count;
  }
  std::uint64_t produced() const { return produced_; }
  const std::string& source() const { return source_; }

 private:
  ByteStream& in_;
  std::string source_;
  std::vector<char> buffer_ = std::vector<char>(std::size_t{1} << 16);
  std::string_view left_;
  std::uint64_t consumed_ = 0, produced_ = 0;
};

/// zlib's inflate, for gzip members or for the raw streams of zip.
class Inflater {
 public:
  Inflater(int window_bits, const std::string& source, const char* format) : source_(source), format_(format) {
    if (::inflateInit2(&stream_, window_bits) != Z_OK) fail("zlib cannot be started");
  }
  ~Inflater() { ::inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  void reset() { ::inflateReset(&stream_); }

  struct Step {
    std::size_t consumed, produced;
    bool ended;
  };
  Step step(std::string_view in, char* out, std::size_t room, std::uint64_t before) {
    constexpr std::size_t most = std::numeric_limits<uInt>::max();
    const auto offered = static_cast<uInt>(std::min(in.size(), most)), space = static_cast<uInt>(std::min(room, most));
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
    stream_.avail_in = offered;
    stream_.next_out = reinterpret_cast<Bytef*>(out);
    stream_.avail_out = space;
    const int status = ::inflate(&stream_, Z_NO_FLUSH);
    if (status == Z_MEM_ERROR) fail(source_, ": not enough memory to decompress it");
    if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)
      fail(source_, ": the ", format_, " stream is corrupt after ", before + (space - stream_.avail_out), " bytes",
           stream_.msg ? concat(" (", stream_.msg, ")") : "");
    return {offered - stream_.avail_in, space - stream_.avail_out, status == Z_STREAM_END};
  }

 private:
  z_stream stream_{};
  std::string source_;
  const char* format_;
};

[[noreturn]] void fail_early(const std::string& source, const char* format, std::uint64_t produced) {
  fail(source, ": the ", format, " stream ends early, after ", produced, " bytes: is the file truncated?");
}

class GzipStream final : public Decompressor {
 public:
  GzipStream(ByteStream& in, const std::string& source)
      : Decompressor(in, source), inflater_(16 + MAX_WBITS, source, "gzip") {}

 protected:
  std::size_t produce(char* out, std::size_t room) override {
    while (true) {
      const std::string_view in = compressed();
      if (in.empty()) {
        if (!in_member_) return 0;
        fail_early(source(), "gzip", produced());
      }
      // Members may follow each other, as those of a parallel gzip do.
      if (!in_member_) inflater_.reset();
      const Inflater::Step step = inflater_.step(in, out, room, produced());
      consume(step.consumed);
      in_member_ = !step.ended;
      if (step.produced > 0) return step.produced;
    }
  }

 private:
  Inflater inflater_;
  bool in_member_ = true;
};

class ZstdStream final : public Decompressor {
 public:
  ZstdStream(ByteStream& in, const std::string& source) : Decompressor(in, source), context_(::ZSTD_createDStream()) {
    if (!context_) fail("zstd cannot be started");
  }
  ~ZstdStream() override { ::ZSTD_freeDStream(context_); }

 protected:
  std::size_t produce(char* out, std::size_t room) override {
    ZSTD_outBuffer output{out, room, 0};
    while (true) {
      const std::string_view in = compressed();
      if (in.empty() && !in_frame_) return 0;
      ZSTD_inBuffer input{in.data(), in.size(), 0};
      const std::size_t status = ::ZSTD_decompressStream(context_, &output, &input);
      if (::ZSTD_isError(status) != 0)
        fail(source(), ": the zstd stream is corrupt after ", produced(), " bytes (", ::ZSTD_getErrorName(status), ")");
      if (in.empty() && output.pos == 0) fail_early(source(), "zstd", produced());
      consume(input.pos);
      in_frame_ = status != 0;
      if (output.pos > 0) return output.pos;
    }
  }

 private:
  ZSTD_DStream* context_;
  bool in_frame_ = true;
};

/// The file inside a zip archive, in the order of its bytes, so that it may come through a pipe. PKWARE's APPNOTE.TXT,
/// 4.3, says how headers look.
class ZipStream final : public Decompressor {
 public:
  ZipStream(ByteStream& in, const std::string& source)
      : Decompressor(in, source), inflater_(-MAX_WBITS, source, "zip") {
    do {
      if (!next_member()) fail(this->source(), ": is a zip archive without a file inside");
    } while (is_aside() && skip_member());
  }

 protected:
  std::size_t produce(char* out, std::size_t room) override {
    if (!in_member_) return 0;
    const std::size_t count = member_bytes(out, room);
    if (count > 0) return count;
    in_member_ = false;
    while (next_member()) {
      if (!is_aside())
        fail(source(), ": is a zip archive of several files, ", in_quotes(first_name_), " and ", in_quotes(name_),
             " among them; wanted one");
      skip_member();
    }
    return 0;
  }

 private:
  static constexpr std::uint32_t kLocalHeader = 0x04034b50, kDescriptor = 0x08074b50, kZip64Bytes = 0xffffffff;

  void need(char* out, std::size_t count) {
    while (count > 0) {
      const std::string_view in = compressed();
      if (in.empty()) fail_early(source(), "zip", produced());
      const std::size_t part = in.copy(out, count);
      consume(part);
      out += part;
      count -= part;
    }
  }
  std::uint64_t number(std::size_t bytes) {
    std::array<unsigned char, 8> digits{};
    need(reinterpret_cast<char*>(digits.data()), bytes);
    std::uint64_t value = 0;
    for (std::size_t i = bytes; i > 0; --i) value = value << 8 | digits[i - 1];
    return value;
  }

  /// Goes to the bytes of the next file; false where the directory of the archive begins.
  bool next_member() {
    if (number(4) != kLocalHeader) return false;
    number(2);
    const std::uint64_t flags = number(2);
    method_ = number(2);
    number(4);
    checksum_ = number(4);
    stored_ = number(4);
    number(4);
    name_.resize(number(2));
    std::string extra(number(2), '\0');
    need(name_.data(), name_.size());
    need(extra.data(), extra.size());
    if ((flags & 1) != 0) fail(source(), ": ", in_quotes(name_), " inside is encrypted");
    if (method_ != 0 && method_ != 8)
      fail(source(), ": ", in_quotes(name_), " inside is compressed by method ", method_,
           " of zip; wanted deflate, as most programs write");
    described_ = (flags & 8) != 0;
    if (method_ == 0 && (described_ || stored_ == kZip64Bytes))
      fail(source(), ": ", in_quotes(name_), " inside is stored, and where it ends is not said ahead");
    for (const auto& [part, what] : kOthers)
      if (name_.find(part) != name_.npos) fail(source(), ": is ", what);
    if (first_name_.empty()) first_name_ = name_;
    wide_ = extra_has_zip64(extra);
    inflater_.reset();
    actual_checksum_ = ::crc32(0, nullptr, 0);
    ended_ = false;
    return true;
  }
  static bool extra_has_zip64(std::string_view extra) {
    while (extra.size() >= 4) {
      const auto byte = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(extra[i])); };
      if (byte(0) == 1 && byte(1) == 0) return true;
      extra.remove_prefix(std::min(extra.size(), 4 + byte(2) + 256 * byte(3)));
    }
    return false;
  }

  /// Of the member: up to `room` bytes; 0 once they are all there and their checksum is right.
  std::size_t member_bytes(char* out, std::size_t room) {
    std::size_t count = 0;
    while (count == 0 && !ended_) {
      const std::string_view in = compressed();
      if (method_ == 0) {
        count = in.substr(0, stored_).copy(out, room);
        consume(count);
        stored_ -= count;
        ended_ = stored_ == 0;
        if (in.empty() && !ended_) fail_early(source(), "zip", produced());
      } else {
        if (in.empty()) fail_early(source(), "zip", produced());
        const Inflater::Step step = inflater_.step(in, out, room, produced());
        consume(step.consumed);
        count = step.produced;
        ended_ = step.ended;
      }
    }
    actual_checksum_ = ::crc32_z(actual_checksum_, reinterpret_cast<const Bytef*>(out), count);
    if (count == 0) check_member();
    return count;
  }
  void check_member() {
    if (described_) {
      checksum_ = number(4);
      if (checksum_ == kDescriptor) checksum_ = number(4);
      for (int size = 0; size < 2; ++size) number(wide_ ? 8 : 4);
    }
    if (checksum_ != actual_checksum_)
      fail(source(), ": the zip stream is corrupt after ", produced(), " bytes (incorrect data check)");
  }

  /// Whether the member is what archivers add.
  bool is_aside() const { return name_.ends_with('/') || name_.starts_with("__MACOSX/"); }
  bool skip_member() {
    std::array<char, 4096> bytes;
    while (member_bytes(bytes.data(), bytes.size()) > 0) continue;
    if (first_name_ == name_) first_name_.clear();
    return true;
  }

  static constexpr std::pair<const char*, const char*> kOthers[] = {
      {"xl/", "an Excel workbook; save the sheet as CSV"},
      {"[Content_Types].xml", "an Office document, probably an Excel workbook; save the sheet as CSV"},
      {"mimetype", "an OpenDocument file; save the sheet as CSV"},
      {".npy", "an archive of NumPy's arrays (npz)"},
  };

  Inflater inflater_;
  std::string name_, first_name_;
  std::uint64_t method_ = 0, checksum_ = 0, stored_ = 0;
  uLong actual_checksum_ = 0;
  bool described_ = false, wide_ = false, ended_ = false, in_member_ = true;
};

}  // namespace

std::unique_ptr<ByteStream> decompress(ByteStream& in, std::string_view first, const std::string& source) {
  if (first.starts_with("\x1f\x8b")) return std::make_unique<GzipStream>(in, source);
  if (first.starts_with("\x28\xb5\x2f\xfd")) return std::make_unique<ZstdStream>(in, source);
  if (first.starts_with("PK\x03\x04") || first.starts_with("PK\x05\x06"))
    return std::make_unique<ZipStream>(in, source);
  return nullptr;
}

}  // namespace descent::data
