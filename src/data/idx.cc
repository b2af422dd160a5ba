#include "data/number_format.h"
#include "data/text_input.h"
#include "descent/data/array_file.h"
#include "descent/error.h"

namespace descent::data {
namespace {

constexpr std::size_t kIdxHead = 4;

std::uint32_t big_endian_32(std::string_view bytes) {
  std::uint32_t value = 0;
  for (const char byte : bytes.substr(0, 4)) value = value << 8 | static_cast<unsigned char>(byte);
  return value;
}

NumberFormat idx_format(unsigned char type, const std::string& source) {
  using Kind = NumberFormat::Kind;
  switch (type) {
    case 0x08:
      return {Kind::natural, 1, true};
    case 0x09:
      return {Kind::integer, 1, true};
    case 0x0B:
      return {Kind::integer, 2, true};
    case 0x0C:
      return {Kind::integer, 4, true};
    case 0x0D:
      return {Kind::real, 4, true};
    case 0x0E:
      return {Kind::real, 8, true};
    default:
      fail(source, ": byte 2: IDX has no type ", static_cast<int>(type), ", wanted one of 8, 9, 11, 12, 13 and 14");
  }
}

}  // namespace

Tensor parse_idx(std::string_view bytes, const ArrayOptions& options, const std::string& source) {
  if (bytes.size() < kIdxHead) fail(source, ": is not an IDX file: it has ", bytes.size(), " bytes");
  if (bytes[0] != 0 || bytes[1] != 0) fail(source, ": byte 0: is not an IDX file, which begins with two bytes of 0");
  const NumberFormat format = idx_format(static_cast<unsigned char>(bytes[2]), source);
  const std::size_t rank = static_cast<unsigned char>(bytes[3]);
  if (rank > kMaxRank) fail(source, ": byte 3: ", rank, " dimensions; a tensor has at most ", kMaxRank);
  const std::size_t begin = kIdxHead + 4 * rank;
  if (bytes.size() < begin)
    fail(source, ": byte ", bytes.size(), ": the file ends within the sizes of its ", rank, " dimensions");
  Dims shape;
  for (std::size_t at = kIdxHead; at < begin; at += 4) shape.push_back(big_endian_32(bytes.substr(at)));
  return read_elements(bytes, begin, format, shape, options.dtype, source);
}

Tensor read_idx(const std::string& path, const ArrayOptions& options) {
  return parse_idx(read_input(path, options.max_bytes).view(), options, name_of_input(path));
}

}  // namespace descent::data
