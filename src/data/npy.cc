#include <algorithm>
#include <limits>
#include <span>

#include "data/number_format.h"
#include "data/text_input.h"
#include "descent/atomic_file.h"
#include "descent/data/array_file.h"
#include "descent/error.h"
#include "descent/text.h"

namespace descent::data {
namespace {

constexpr std::string_view kNpyMagic = "\x93NUMPY";
/// Elements begin at a multiple of this.
constexpr std::size_t kNpyAlignment = 64;

std::size_t little_endian(std::string_view bytes) {
  std::size_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

/// Reads the header, a Python dictionary such as {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }.
class NpyHeaderReader {
 public:
  /// The header is what of `file` lies from `begin` to `end`.
  NpyHeaderReader(std::string_view file, std::size_t begin, std::size_t end, const std::string& source)
      : text_(file.substr(0, end)), at_(begin), source_(source) {}

  NumberFormat format{};
  bool fortran_order = false;
  Dims shape;

  void read() {
    expect('{');
    bool seen[3] = {};
    while (!accept('}')) {
      const std::size_t key_at = at_;
      const std::string_view key = string();
      const auto known = std::ranges::find(kKeys, key);
      if (known == std::end(kKeys)) refuse(key_at, "the header has an unknown key ", in_quotes(key));
      if (std::exchange(seen[known - kKeys], true)) refuse(key_at, "the header has the key ", in_quotes(key), " twice");
      expect(':');
      if (known == kKeys) {
        read_format();
      } else if (known == kKeys + 1) {
        fortran_order = accept("True");
        if (!fortran_order && !accept("False")) refuse(at_, "fortran_order is neither True nor False");
      } else {
        read_shape();
      }
      if (!accept(',')) {
        expect('}');
        break;
      }
    }
    for (std::size_t i = 0; i < std::size(kKeys); ++i) {
      if (!seen[i]) refuse(at_, "the header has no ", kKeys[i]);
    }
    skip_spaces();
    if (at_ < text_.size()) refuse(at_, "the header goes on after its end");
  }

 private:
  static constexpr std::string_view kKeys[] = {"descr", "fortran_order", "shape"};

  template <class... Parts>
  [[noreturn]] void refuse(std::size_t at, const Parts&... parts) const {
    fail(source_, ": byte ", at, ": ", parts...);
  }

  void skip_spaces() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
  }

  bool accept(std::string_view word) {
    skip_spaces();
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  bool accept(char symbol) { return accept(std::string_view(&symbol, 1)); }

  void expect(char symbol) {
    if (!accept(symbol)) refuse(at_, "the header is no dictionary of NumPy's: wanted ", symbol);
  }

  std::string_view string() {
    const char quote = accept('"') ? '"' : '\'';
    if (quote == '\'') expect(quote);
    const std::size_t begin = at_;
    at_ = std::min(text_.find(quote, begin), text_.size());
    const std::string_view content = text_.substr(begin, at_ - begin);
    expect(quote);
    return content;
  }

  void read_format() {
    using Kind = NumberFormat::Kind;
    skip_spaces();
    const std::size_t begin = at_;
    if (text_.substr(at_).starts_with('[')) refuse(at_, "arrays of records are not supported");
    const std::string_view descr = string();
    const bool ordered = descr.size() == 3 && std::string_view("<>|").find(descr[0]) != std::string_view::npos;
    const std::string_view type = ordered ? descr.substr(1) : "";
    static constexpr std::pair<std::string_view, NumberFormat> kTypes[] = {
        {"b1", {Kind::boolean, 1}}, {"u1", {Kind::natural, 1}}, {"u2", {Kind::natural, 2}}, {"u4", {Kind::natural, 4}},
        {"u8", {Kind::natural, 8}}, {"i1", {Kind::integer, 1}}, {"i2", {Kind::integer, 2}}, {"i4", {Kind::integer, 4}},
        {"i8", {Kind::integer, 8}}, {"f2", {Kind::real, 2}},    {"f4", {Kind::real, 4}},    {"f8", {Kind::real, 8}}};
    const auto* const known = std::ranges::find(kTypes, type, &std::pair<std::string_view, NumberFormat>::first);
    if (known == std::end(kTypes) || (descr[0] == '|' && known->second.size > 1))
      refuse(begin, "arrays of ", in_quotes(descr), " are not supported; of booleans, integers and real numbers are");
    format = known->second;
    format.big_endian = descr[0] == '>';
  }

  void read_shape() {
    expect('(');
    while (!accept(')')) {
      skip_spaces();
      const std::size_t begin = at_;
      while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
      std::int64_t size;
      if (!read_number(text_.substr(begin, at_ - begin), size)) refuse(begin, "the shape holds what is no size");
      if (shape.size() == kMaxRank) refuse(begin, "the shape has more than ", kMaxRank, " sizes");
      shape.push_back(size);
      if (!accept(',')) {
        expect(')');
        break;
      }
    }
  }

  std::string_view text_;
  std::size_t at_;
  const std::string& source_;
};

/// NumPy's name of a type: "<f4".
std::string npy_type(DType dtype) {
  if (dtype == bfloat16) fail("write_npy: NumPy has no bfloat16; convert it with to(float32)");
  const DTypeKind kind = kind_of(dtype);
  const char letter = kind == DTypeKind::boolean    ? 'b'
                      : kind == DTypeKind::floating ? 'f'
                      : info_of(dtype).is_signed    ? 'i'
                                                    : 'u';
  return concat(size_of(dtype) == 1 ? '|' : '<', letter, size_of(dtype));
}

std::string npy_head(const Tensor& tensor) {
  std::string sizes;
  for (const std::int64_t size : tensor.sizes()) sizes += concat(sizes.empty() ? "" : ", ", size);
  if (tensor.dim() == 1) sizes += ',';
  std::string header =
      concat("{'descr': '", npy_type(tensor.dtype()), "', 'fortran_order': False, 'shape': (", sizes, "), }");
  const std::size_t before = kNpyMagic.size() + 4;
  const std::size_t size = (before + header.size() + 1 + kNpyAlignment - 1) / kNpyAlignment * kNpyAlignment - before;
  header.resize(size - 1, ' ');
  const char version_and_size[] = {1, 0, static_cast<char>(size & 255), static_cast<char>(size >> 8)};
  return concat(kNpyMagic, std::string_view(version_and_size, 4), header, '\n');
}

}  // namespace

Tensor parse_npy(std::string_view bytes, const ArrayOptions& options, const std::string& source) {
  if (!bytes.starts_with(kNpyMagic)) fail(source, ": byte 0: is not an npy file");
  const std::size_t version_at = kNpyMagic.size(), size_at = version_at + 2;
  if (bytes.size() < size_at) fail(source, ": byte ", bytes.size(), ": the file ends before its format version");
  const int version = static_cast<unsigned char>(bytes[version_at]);
  if (version < 1 || version > 3 || bytes[version_at + 1] != 0)
    fail(source, ": byte ", version_at, ": format version ", version, ".",
         static_cast<int>(static_cast<unsigned char>(bytes[version_at + 1])), ", wanted 1.0, 2.0 or 3.0");
  const std::size_t size_bytes = version == 1 ? 2 : 4, begin = size_at + size_bytes;
  const std::size_t size = bytes.size() < begin ? 0 : little_endian(bytes.substr(size_at, size_bytes));
  if (bytes.size() < begin || size > bytes.size() - begin)
    fail(source, ": byte ", size_at, ": the header is longer than the file: is it truncated?");

  NpyHeaderReader header(bytes, begin, begin + size, source);
  header.read();
  if (!header.fortran_order)
    return read_elements(bytes, begin + size, header.format, header.shape, options.dtype, source);
  Dims reversed = header.shape, order = header.shape;
  std::ranges::reverse(reversed);
  for (int i = 0; i < order.size(); ++i) order[i] = order.size() - 1 - i;
  return read_elements(bytes, begin + size, header.format, reversed, options.dtype, source).permute(order).contiguous();
}

Tensor read_npy(const std::string& path, const ArrayOptions& options) {
  return parse_npy(read_input(path, options.max_bytes).view(), options, name_of_input(path));
}

void write_npy(const std::string& path, const Tensor& tensor) {
  const Tensor contiguous = tensor.detach().contiguous();
  AtomicFile file(path);
  file.write(npy_head(contiguous));
  dispatch(contiguous.dtype(), [&](auto zero) {
    const auto* const elements = contiguous.data<decltype(zero)>();
    file.write(std::as_bytes(std::span(elements, static_cast<std::size_t>(contiguous.numel()))));
  });
  file.commit();
}

}  // namespace descent::data
