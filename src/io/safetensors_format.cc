#include "io/safetensors_format.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <tuple>
#include <unordered_set>

#include "descent/atomic_file.h"
#include "descent/error.h"
#include "descent/json.h"
#include "descent/text.h"

namespace descent::io {
namespace {

static_assert(std::endian::native == std::endian::little, "the tensors of a file are little-endian, as is memory");

constexpr std::uint64_t kLengthBytes = 8;
constexpr std::string_view kMetadataKey = "__metadata__";

constexpr std::string_view kOtherDTypes[] = {"F4",      "F6_E2M3", "F6_E3M2", "F8_E5M2", "F8_E4M3",
                                             "F8_E8M0", "U16",     "U32",     "U64",     "C64"};

static_assert(std::ranges::none_of(kDTypes,
                                   [](const DTypeInfo& info) {
                                     return std::ranges::count(kOtherDTypes, std::string_view(info.safetensors_name)) >
                                            0;
                                   }),
              "a type of Descent is none of the others");

/// "BOOL, U8, I8, ..., F32 and F64".
std::string supported_dtypes() {
  std::string names = kDTypes[0].safetensors_name;
  for (int i = 1; i < kDTypeCount; ++i)
    names += concat(i + 1 < kDTypeCount ? ", " : " and ", kDTypes[i].safetensors_name);
  return names;
}

/// The bytes of a tensor, or nothing when they are more than an int64 can count, even with the sizes of 0 left out.
std::optional<std::uint64_t> byte_size(DType dtype, const Dims& shape) {
  std::int64_t product = static_cast<std::int64_t>(size_of(dtype));
  bool empty = false;
  for (const std::int64_t size : shape) {
    empty = empty || size == 0;
    if (size != 0 && __builtin_mul_overflow(product, size, &product)) return std::nullopt;
  }
  return empty ? 0 : static_cast<std::uint64_t>(product);
}

/// Receives the header from the JSON parser token by token: nothing is built but what the format allows, at most three
/// levels deep, and a name that comes twice is seen.
class HeaderReader {
 public:
  using number_integer_t = nlohmann::json::number_integer_t;
  using number_unsigned_t = nlohmann::json::number_unsigned_t;
  using number_float_t = nlohmann::json::number_float_t;
  using string_t = nlohmann::json::string_t;
  using binary_t = nlohmann::json::binary_t;

  explicit HeaderReader(const std::string& source) : source_(source) {}

  SafetensorsHeader header;

  bool null() { refuse_value("null"); }
  bool boolean(bool) { refuse_value("a boolean"); }
  bool number_float(number_float_t, const string_t& text) { refuse_value(concat("the number ", in_quotes(text))); }
  bool number_integer(number_integer_t value) { refuse_value(concat("the number ", value)); }
  bool binary(binary_t&) { refuse_value("binary data"); }

  bool number_unsigned(number_unsigned_t value) {
    if (level_ == Level::shape) {
      if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        refuse("shape holds ", value, ", which is too large");
      if (entry_.shape.size() == kMaxRank) refuse("shape has more than ", kMaxRank, " sizes");
      entry_.shape.push_back(static_cast<std::int64_t>(value));
    } else if (level_ == Level::offsets) {
      if (offsets_ == 2) refuse("data_offsets has more than 2 numbers");
      (offsets_++ == 0 ? entry_.offset : end_) = value;
    } else {
      refuse_value(concat("the number ", value));
    }
    return true;
  }

  bool string(string_t& value) {
    if (level_ == Level::metadata) {
      header.metadata[key_] = std::move(value);
    } else if (level_ == Level::entry && key_ == "dtype") {
      const auto known = std::ranges::find(kDTypes, value, &DTypeInfo::safetensors_name);
      if (known == std::end(kDTypes))
        refuse("dtype ", in_quotes(value),
               std::ranges::count(kOtherDTypes, value) ? " is not supported" : " is unknown", " (supported are ",
               supported_dtypes(), ")");
      entry_.dtype = static_cast<DType>(known - std::begin(kDTypes));
    } else {
      refuse_value(concat("the string ", in_quotes(value)));
    }
    return true;
  }

  bool start_object(std::size_t) {
    if (level_ == Level::start) {
      level_ = Level::top;
    } else if (level_ == Level::top && name_ == kMetadataKey) {
      level_ = Level::metadata;
    } else if (level_ == Level::top) {
      level_ = Level::entry;
      entry_ = {};
      entry_.name = name_;
      seen_dtype_ = seen_shape_ = seen_offsets_ = false;
    } else {
      refuse_value("an object");
    }
    return true;
  }

  bool key(string_t& key) {
    if (level_ == Level::top) {
      name_ = std::move(key);
      if (!names_.insert(name_).second) fail(source_, ": the header holds ", in_quotes(name_), " twice");
      return true;
    }
    if (level_ == Level::metadata) {
      if (header.metadata.contains(key)) refuse(in_quotes(key), " comes twice");
    } else {
      bool* seen = key == "dtype"          ? &seen_dtype_
                   : key == "shape"        ? &seen_shape_
                   : key == "data_offsets" ? &seen_offsets_
                                           : nullptr;
      if (!seen) refuse("unknown key ", in_quotes(key));
      if (*seen) refuse(key, " comes twice");
      *seen = true;
    }
    key_ = std::move(key);
    return true;
  }

  bool start_array(std::size_t) {
    if (level_ == Level::entry && key_ == "shape") {
      level_ = Level::shape;
    } else if (level_ == Level::entry && key_ == "data_offsets") {
      level_ = Level::offsets;
      offsets_ = 0;
    } else {
      refuse_value("an array");
    }
    return true;
  }

  bool end_array() {
    if (level_ == Level::offsets && offsets_ != 2) refuse("data_offsets has ", offsets_, " numbers, wanted 2");
    level_ = Level::entry;
    return true;
  }

  bool end_object() {
    if (level_ == Level::entry) end_entry();
    level_ = level_ == Level::top ? Level::end : Level::top;
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception&) {
    fail(source_, ": the header is not JSON, from its byte ", position, " on");
  }

 private:
  enum class Level { start, top, metadata, entry, shape, offsets, end };

  template <class... Parts>
  [[noreturn]] void refuse(const Parts&... parts) const {
    if (level_ == Level::metadata) fail(source_, ": ", kMetadataKey, ": ", parts...);
    fail(source_, ": tensor ", in_quotes(name_), ": ", parts...);
  }

  [[noreturn]] void refuse_value(const std::string& got) const {
    switch (level_) {
      case Level::metadata:
        refuse(in_quotes(key_), " is ", got, ", wanted a string");
      case Level::entry:
        refuse(key_, " is ", got, ", wanted ", key_ == "dtype" ? "a string" : "an array");
      case Level::shape:
        refuse("shape holds ", got, ", wanted integers that are not negative");
      case Level::offsets:
        refuse("data_offsets holds ", got, ", wanted integers that are not negative");
      case Level::top:
        fail(source_, ": ", in_quotes(name_), " is ", got, ", wanted an object");
      default:
        fail(source_, ": the header is ", got, ", wanted an object");
    }
  }

  void end_entry() {
    for (const auto& [seen, what] :
         {std::pair(seen_dtype_, "dtype"), {seen_shape_, "shape"}, {seen_offsets_, "data_offsets"}}) {
      if (!seen) refuse(what, " is missing");
    }
    if (end_ < entry_.offset) refuse("data_offsets end before they begin: [", entry_.offset, ", ", end_, "]");
    entry_.length = end_ - entry_.offset;
    const std::optional<std::uint64_t> wanted = byte_size(entry_.dtype, entry_.shape);
    if (!wanted) refuse("shape has a product that is too large");
    if (entry_.length != *wanted) refuse("data_offsets span ", entry_.length, " bytes, shape and dtype want ", *wanted);
    header.entries.push_back(std::move(entry_));
  }

  const std::string& source_;
  Level level_ = Level::start;
  std::unordered_set<std::string> names_;
  /// The last key of the top level, and of the object in it.
  std::string name_, key_;
  SafetensorsEntry entry_;
  std::uint64_t end_ = 0;
  int offsets_ = 0;
  bool seen_dtype_ = false, seen_shape_ = false, seen_offsets_ = false;
};

std::uint64_t header_length(std::span<const std::byte> head, std::uint64_t file_size, const std::string& source) {
  if (file_size < kLengthBytes) fail(source, ": is not a safetensors file: it has ", file_size, " bytes");
  std::uint64_t length;
  std::memcpy(&length, head.data(), sizeof length);
  if (length > kMaxSafetensorsHeader)
    fail(source, ": is not a safetensors file: a header of ", length, " bytes, at most ", kMaxSafetensorsHeader,
         " are allowed");
  if (length > file_size - kLengthBytes)
    fail(source, ": the header has ", length, " bytes, the file ", file_size, ": is it truncated?");
  return length;
}

/// Refuses tensors that do not fill `size` bytes one after another.
void check_layout(SafetensorsHeader& header, std::uint64_t size, const std::string& source) {
  std::ranges::sort(header.entries, {},
                    [](const SafetensorsEntry& entry) { return std::tie(entry.offset, entry.length, entry.name); });
  std::uint64_t expected = 0;
  for (const SafetensorsEntry& entry : header.entries) {
    if (entry.offset + entry.length > size)
      fail(source, ": tensor ", in_quotes(entry.name), " ends at byte ", entry.offset + entry.length, " of ", size,
           ": is the file truncated?");
    if (entry.offset != expected)
      fail(source, ": tensor ", in_quotes(entry.name), " begins at byte ", entry.offset, ", ",
           entry.offset < expected ? "within the one before" : "after a gap", ", wanted ", expected);
    expected += entry.length;
  }
  if (expected != size) fail(source, ": ", size - expected, " bytes follow the last tensor");
}

/// Fills `bytes` from the file.
void read_at(int file, std::uint64_t offset, std::span<std::byte> bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t count = ::pread(file, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(path, ": cannot be read: ", std::strerror(errno));
    if (count == 0) fail(path, ": was cut short while it was read");
    bytes = bytes.subspan(static_cast<std::size_t>(count));
    offset += static_cast<std::uint64_t>(count);
  }
}

std::string json_string(const std::string& text, const std::string& source) {
  if (!is_utf8(text)) fail(source, ": ", in_quotes(text), " is not UTF-8");
  return json_text(text);
}

/// Written here: a tree of JSON ends the process where there is no memory to destroy it.
std::string json_list(const Dims& dims) {
  std::string text = "[";
  for (int d = 0; d < dims.size(); ++d) text += concat(d == 0 ? "" : ",", dims[d]);
  return text + "]";
}

}  // namespace

const SafetensorsEntry* SafetensorsHeader::find(std::string_view name) const {
  const auto found = std::ranges::find(entries, name, &SafetensorsEntry::name);
  return found == entries.end() ? nullptr : &*found;
}

SafetensorsHeader parse_safetensors(std::span<const std::byte> head, std::uint64_t file_size,
                                    const std::string& source) {
  const std::uint64_t length = header_length(head, file_size, source);
  const std::string_view json(reinterpret_cast<const char*>(head.data()) + kLengthBytes, length);
  if (!json.starts_with('{')) fail(source, ": is not a safetensors file: its header is not a JSON object");
  // Which the JSON parser would take for the end.
  if (json.find('\0') != json.npos) fail(source, ": the header holds a NUL byte");
  HeaderReader reader(source);
  nlohmann::json::sax_parse(json.begin(), json.end(), &reader);
  reader.header.data_offset = kLengthBytes + length;
  check_layout(reader.header, file_size - reader.header.data_offset, source);
  return std::move(reader.header);
}

SafetensorsFile::Descriptor::~Descriptor() {
  if (value >= 0) ::close(value);
}

SafetensorsFile::SafetensorsFile(const std::string& path)
    // Of a pipe, open() would wait for one that writes.
    : path_(path), file_{::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)} {
  if (file_.value < 0) fail(path, ": cannot be opened: ", std::strerror(errno));
  struct stat status;
  if (::fstat(file_.value, &status) != 0) fail(path, ": cannot be read: ", std::strerror(errno));
  if (!S_ISREG(status.st_mode)) fail(path, ": is not a regular file");
  const auto size = static_cast<std::uint64_t>(status.st_size);
  std::vector<std::byte> head(std::min(size, kLengthBytes));
  read_at(file_.value, 0, head, path);
  const std::uint64_t length = header_length(head, size, path);
  head.resize(kLengthBytes + length);
  read_at(file_.value, kLengthBytes, std::span(head).subspan(kLengthBytes), path);
  header_ = parse_safetensors(head, size, path);
}

void SafetensorsFile::read(const SafetensorsEntry& entry, std::span<std::byte> bytes) const {
  if (bytes.size() != entry.length)
    fail(path_, ": tensor ", in_quotes(entry.name), " has ", entry.length, " bytes, there is room for ", bytes.size());
  read_at(file_.value, header_.data_offset + entry.offset, bytes, path_);
  if (entry.dtype == DType::boolean && std::ranges::any_of(bytes, [](std::byte value) { return value > std::byte{1}; }))
    fail(path_, ": tensor ", in_quotes(entry.name), " is BOOL, but holds a byte other than 0 and 1");
}

std::string safetensors_header(std::span<const SafetensorsTensor> tensors, const SafetensorsMetadata& metadata,
                               const std::string& source) {
  std::string text(kLengthBytes, '\0');
  const char* separator = "{";
  if (!metadata.empty()) {
    text += concat("{\"", kMetadataKey, "\":");
    for (const auto& [key, value] : metadata) {
      text += concat(separator, json_string(key, source), ":", json_string(value, source));
      separator = ",";
    }
    text += "}";
  }
  std::uint64_t offset = 0;
  for (const SafetensorsTensor& tensor : tensors) {
    text += concat(separator, json_string(tensor.name, source), ":{\"dtype\":\"",
                   info_of(tensor.dtype).safetensors_name, "\",\"shape\":", json_list(tensor.shape),
                   ",\"data_offsets\":[", offset, ",", offset + tensor.bytes.size(), "]}");
    separator = ",";
    offset += tensor.bytes.size();
  }
  if (*separator == '{') text += "{";
  text += "}";
  text.resize((text.size() + 7) / 8 * 8, ' ');
  const std::uint64_t length = text.size() - kLengthBytes;
  std::memcpy(text.data(), &length, sizeof length);
  parse_safetensors(std::as_bytes(std::span(text)), text.size() + offset, source);
  return text;
}

void write_safetensors(const std::string& path, std::vector<SafetensorsTensor> tensors,
                       const SafetensorsMetadata& metadata) {
  std::ranges::sort(tensors, [](const SafetensorsTensor& a, const SafetensorsTensor& b) {
    return std::tuple(size_of(b.dtype), std::string_view(a.name)) <
           std::tuple(size_of(a.dtype), std::string_view(b.name));
  });
  AtomicFile file(path);
  file.write(safetensors_header(tensors, metadata, path));
  for (const SafetensorsTensor& tensor : tensors) file.write(tensor.bytes);
  file.commit();
}

}  // namespace descent::io
