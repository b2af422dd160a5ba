#include "data/number_format.h"

#include <algorithm>
#include <bit>
#include <concepts>
#include <cstring>
#include <limits>

#include "descent/create.h"
#include "descent/error.h"

namespace descent::data {
namespace {

static_assert(std::endian::native == std::endian::little, "what is little-endian in a file is so in memory");

template <class T>
T element(const char* bytes, bool big_endian) {
  char reversed[sizeof(T)];
  if (big_endian) {
    std::reverse_copy(bytes, bytes + sizeof(T), reversed);
    bytes = reversed;
  }
  T value;
  std::memcpy(&value, bytes, sizeof(T));
  return value;
}

/// Calls f(T{}) with the C++ type of the format's numbers.
template <class F>
void dispatch_format(const NumberFormat& format, const F& f) {
  using Kind = NumberFormat::Kind;
  const std::size_t size = format.size;
  switch (format.kind) {
    case Kind::boolean:
      return f(false);
    case Kind::natural:
      return size == 1   ? f(std::uint8_t{})
             : size == 2 ? f(std::uint16_t{})
             : size == 4 ? f(std::uint32_t{})
                         : f(std::uint64_t{});
    case Kind::integer:
      return size == 1   ? f(std::int8_t{})
             : size == 2 ? f(std::int16_t{})
             : size == 4 ? f(std::int32_t{})
                         : f(std::int64_t{});
    case Kind::real:
      return size == 2 ? f(Float16{}) : size == 4 ? f(float{}) : f(double{});
  }
}

DType dtype_of(const NumberFormat& format) {
  switch (format.kind) {
    case NumberFormat::Kind::boolean:
      return boolean;
    case NumberFormat::Kind::real:
      return format.size == 8 ? float64 : float32;
    default:
      return int64;
  }
}

/// The bytes of an array; nothing when they are more than can be counted.
std::optional<std::uint64_t> byte_count(const Dims& shape, std::size_t size) {
  std::uint64_t product = size;
  bool empty = false;
  for (const std::int64_t length : shape) {
    empty = empty || length == 0;
    if (length != 0 && __builtin_mul_overflow(product, static_cast<std::uint64_t>(length), &product))
      return std::nullopt;
  }
  return empty ? 0 : product;
}

}  // namespace

Tensor read_elements(std::string_view file, std::size_t begin, const NumberFormat& format, const Dims& shape,
                     std::optional<DType> dtype, const std::string& source) {
  const std::string_view bytes = file.substr(begin);
  const std::optional<std::uint64_t> wanted = byte_count(shape, format.size);
  if (wanted != bytes.size()) {
    fail(source, ": byte ", begin, ": an array of the shape ", shape, " follows, of ",
         wanted ? concat(*wanted, " bytes") : "more bytes than can be counted", "; the file has ", bytes.size(),
         " more", wanted && *wanted < bytes.size() ? "" : ": is it truncated?");
  }
  const DType own = dtype_of(format), asked = dtype.value_or(own);
  // What real numbers that are too large become as integers, Tensor::to says.
  const DType read = format.kind == NumberFormat::Kind::real && !is_floating_point(asked) ? own : asked;
  const Tensor tensor = empty(shape, {.dtype = read});
  dispatch_format(format, [&](auto stored) {
    using Stored = decltype(stored);
    dispatch(read, [&](auto zero) {
      using Element = decltype(zero);
      Element* out = tensor.data<Element>();
      for (std::size_t at = 0; at < bytes.size(); at += sizeof(Stored)) {
        if constexpr (std::same_as<Stored, bool>) {
          if (static_cast<unsigned char>(bytes[at]) > 1) fail(source, ": byte ", begin + at, ": a boolean is 0 or 1");
          *out++ = static_cast<Element>(bytes[at] != 0);
        } else {
          const auto value = element<Stored>(bytes.data() + at, format.big_endian);
          if constexpr (std::same_as<Stored, std::uint64_t> && std::same_as<Element, std::int64_t>) {
            if (value > std::uint64_t{std::numeric_limits<std::int64_t>::max()})
              fail(source, ": byte ", begin + at, ": int64 does not have the number ", value);
          }
          *out++ = static_cast<Element>(value);  // NOLINT(bugprone-signed-char-misuse): a number of 8 bits
        }
      }
    });
  });
  return read == asked ? tensor : tensor.to(asked);
}

}  // namespace descent::data
