// The safetensors file format (https://github.com/huggingface/safetensors): named tensors and a map of strings.
//
// A file is the length N of its header (8 bytes, little-endian), the header (N bytes of JSON) and the bytes of the
// tensors, row-major and little-endian, one after another without a gap. The header is an object that maps the name of
// each tensor to {"dtype": "F32", "shape": [2, 3], "data_offsets": [begin, end]}, the offsets counted from the end of
// the header, and "__metadata__" to an object of strings.
//
// Files come from strangers: reading believes nothing, and allocates no more than a small multiple of the bytes that
// are there. Refused with an Error that names the file and the reason: a header that is longer than the file or than
// kMaxSafetensorsHeader, is not a JSON object in UTF-8, or holds anything other than the above; a name twice, also
// within an entry; a dtype other than F32, F64, I64 and BOOL; a shape of more than 8 sizes, or with a size that is
// negative, fractional or whose product with the others overflows; offsets that do not match shape and dtype, overlap,
// leave a gap, leave the file or leave bytes at its end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "descent/dims.h"
#include "descent/dtype.h"

namespace descent::io {

/// The longest header that is read or written, in bytes: upstream's limit.
inline constexpr std::uint64_t kMaxSafetensorsHeader = 100'000'000;

using SafetensorsMetadata = std::map<std::string, std::string>;

struct SafetensorsEntry {
  std::string name;
  DType dtype = float32;
  Dims shape;
  /// Where its bytes begin, counted from the end of the header, and how many there are.
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

struct SafetensorsHeader {
  /// In the order of their bytes.
  std::vector<SafetensorsEntry> entries;
  SafetensorsMetadata metadata;
  /// Where the bytes of the tensors begin in the file.
  std::uint64_t data_offset = 0;

  /// Null when there is no such tensor.
  const SafetensorsEntry* find(std::string_view name) const;
};

/// The header of a file of `file_size` bytes that begins with `head`: all of the file, or at least its header. Messages
/// call the file `source`.
SafetensorsHeader parse_safetensors(std::span<const std::byte> head, std::uint64_t file_size,
                                    const std::string& source);

/// A file open for reading.
class SafetensorsFile {
 public:
  explicit SafetensorsFile(const std::string& path);
  SafetensorsFile(const SafetensorsFile&) = delete;
  SafetensorsFile& operator=(const SafetensorsFile&) = delete;

  const SafetensorsHeader& header() const { return header_; }
  /// Reads the bytes of `entry`, one of the header's, into `bytes`, which must be as many. Those of a BOOL must be 0
  /// or 1.
  void read(const SafetensorsEntry& entry, std::span<std::byte> bytes) const;

 private:
  struct Descriptor {
    int value;
    ~Descriptor();
  };

  std::string path_;
  Descriptor file_;
  SafetensorsHeader header_;
};

struct SafetensorsTensor {
  std::string name;
  DType dtype = float32;
  Dims shape;
  std::span<const std::byte> bytes;
};

/// The first bytes of a file that holds `tensors`, in this order, up to where theirs begin: a multiple of 8. Refuses
/// what parse_safetensors would refuse; messages call the file `source`.
std::string safetensors_header(std::span<const SafetensorsTensor> tensors, const SafetensorsMetadata& metadata,
                               const std::string& source);

/// Writes a file in place of the one at `path`, whole or not at all (see AtomicFile). The tensors are ordered by the
/// size of their elements, the largest first, then by name, so that each is aligned to its elements and the same
/// contents give the same bytes.
void write_safetensors(const std::string& path, std::vector<SafetensorsTensor> tensors,
                       const SafetensorsMetadata& metadata);

}  // namespace descent::io
