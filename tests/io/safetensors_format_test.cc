#include "io/safetensors_format.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <bit>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "descent/error.h"
#include "temporary_folder.h"

using namespace descent;
using namespace descent::io;

namespace {

std::string file_of(std::string header, std::string_view data = "", std::int64_t header_length = -1) {
  const std::uint64_t length = header_length < 0 ? header.size() : static_cast<std::uint64_t>(header_length);
  std::string file(8, '\0');
  std::memcpy(file.data(), &length, 8);
  return file + header + std::string(data);
}

SafetensorsHeader parse(const std::string& file) {
  return parse_safetensors(std::as_bytes(std::span(file)), file.size(), "m");
}

std::string error_of(const std::string& file) {
  try {
    parse(file);
  } catch (const Error& error) {
    return error.what();
  }
  return "none";
}

/// The error for a header of one tensor "t" with 8 bytes of data.
std::string entry_error(const std::string& entry) { return error_of(file_of("{\"t\":" + entry + "}", "12345678")); }

template <class T, std::size_t N>
std::span<const std::byte> bytes_of(const T (&values)[N]) {
  return std::as_bytes(std::span(values));
}

}  // namespace

TEST_CASE("a header") {
  const SafetensorsHeader header = parse(file_of(
      R"({"b":{"shape":[2,1],"data_offsets":[8,24],"dtype":"F64"},"__metadata__":{"k":"v","":"\u00e9"},)"
      R"( "a":{"dtype":"I64","shape":[],"data_offsets":[0,8]},"none":{"dtype":"F32","shape":[0,3],"data_offsets":[8,8]},)"
      R"("c":{"dtype":"BOOL","shape":[1,3],"data_offsets":[24,27]}}   )",
      std::string(27, 'x')));
  REQUIRE(header.entries.size() == 4);
  CHECK(header.entries[0].name == "a");
  CHECK(header.entries[0].dtype == int64);
  CHECK(header.entries[0].shape.empty());
  CHECK(header.entries[0].length == 8);
  CHECK(header.entries[1].name == "none");
  CHECK(header.entries[1].shape == Dims{0, 3});
  CHECK(header.entries[1].length == 0);
  CHECK(header.entries[2].name == "b");
  CHECK(header.entries[2].dtype == float64);
  CHECK(header.entries[2].shape == Dims{2, 1});
  CHECK(header.entries[2].offset == 8);
  CHECK(header.entries[3].dtype == boolean);
  CHECK(header.metadata == SafetensorsMetadata{{"", "\u00e9"}, {"k", "v"}});
  CHECK(header.find("b") == &header.entries[2]);
  CHECK(header.find("d") == nullptr);
  CHECK(parse(file_of("{}")).entries.empty());
}

TEST_CASE("headers that are refused") {
  CHECK(error_of("") == "m: is not a safetensors file: it has 0 bytes");
  CHECK(error_of("1234567") == "m: is not a safetensors file: it has 7 bytes");
  CHECK(error_of(file_of("{}", "", 100'000'001)) ==
        "m: is not a safetensors file: a header of 100000001 bytes, at most 100000000 are allowed");
  CHECK(error_of("PK\x03\x04zip archive").find("at most 100000000 are allowed") != std::string::npos);
  CHECK(error_of(file_of("{}", "", 3)) == "m: the header has 3 bytes, the file 10: is it truncated?");
  CHECK(error_of(file_of("")) == "m: is not a safetensors file: its header is not a JSON object");
  CHECK(error_of(file_of("[]")) == "m: is not a safetensors file: its header is not a JSON object");
  CHECK(error_of(file_of(" {}")) == "m: is not a safetensors file: its header is not a JSON object");
  CHECK(error_of(file_of("{\"a\" 1}")) == "m: the header is not JSON, from its byte 6 on");
  CHECK(error_of(file_of("{")) == "m: the header is not JSON, from its byte 2 on");
  CHECK(error_of(file_of("{}{}")) == "m: the header is not JSON, from its byte 3 on");
  CHECK(error_of(file_of(std::string("{}\0", 3))) == "m: the header holds a NUL byte");
  CHECK(error_of(file_of("{\"\xFF\":1}")).starts_with("m: the header is not JSON"));
  CHECK(error_of(file_of("{\"a\":1}")) == "m: 'a' is the number 1, wanted an object");
  CHECK(error_of(file_of("{\"a\":" + std::string(1'000'000, '['))) == "m: 'a' is an array, wanted an object");
  CHECK(error_of(file_of(R"({"__metadata__":{"a":1}})")) == "m: __metadata__: 'a' is the number 1, wanted a string");
  CHECK(error_of(file_of(R"({"__metadata__":{"a":{}}})")) == "m: __metadata__: 'a' is an object, wanted a string");
  CHECK(error_of(file_of(R"({"__metadata__":{"a":"x","a":"x"}})")) == "m: __metadata__: 'a' comes twice");
  CHECK(error_of(file_of(R"({"__metadata__":null})")) == "m: '__metadata__' is null, wanted an object");
  CHECK(error_of(file_of(R"({"__metadata__":{},"__metadata__":{}})")) == "m: the header holds '__metadata__' twice");
}

TEST_CASE("tensors that are refused") {
  CHECK(entry_error(R"({"dtype":"F32","shape":[2],"data_offsets":[0,8]})") == "none");
  CHECK(entry_error(R"({"dtype":"F32","shape":[2]})") == "m: tensor 't': data_offsets is missing");
  CHECK(entry_error(R"({"shape":[2],"data_offsets":[0,8]})") == "m: tensor 't': dtype is missing");
  CHECK(entry_error(R"({"dtype":"F32","data_offsets":[0,8]})") == "m: tensor 't': shape is missing");
  CHECK(entry_error(R"({"dtype":"U16","shape":[4],"data_offsets":[0,8]})") ==
        "m: tensor 't': dtype 'U16' is not supported (supported are BOOL, U8, I8, I16, I32, I64, F16, BF16, F32 and "
        "F64)");
  CHECK(entry_error(R"({"dtype":"f32","shape":[2],"data_offsets":[0,8]})") ==
        "m: tensor 't': dtype 'f32' is unknown (supported are BOOL, U8, I8, I16, I32, I64, F16, BF16, F32 and F64)");
  CHECK(entry_error(R"({"dtype":"F32","dtype":"F32"})") == "m: tensor 't': dtype comes twice");
  CHECK(entry_error(R"({"dtype":32})") == "m: tensor 't': dtype is the number 32, wanted a string");
  CHECK(entry_error(R"({"dtype":["F32"]})") == "m: tensor 't': dtype is an array, wanted a string");
  CHECK(entry_error(R"({"shape":"2"})") == "m: tensor 't': shape is the string '2', wanted an array");
  CHECK(entry_error(R"({"strides":[1]})") == "m: tensor 't': unknown key 'strides'");
  CHECK(entry_error(R"({"shape":[-1]})") ==
        "m: tensor 't': shape holds the number -1, wanted integers that are not negative");
  CHECK(entry_error(R"({"shape":[2.0]})") ==
        "m: tensor 't': shape holds the number '2.0', wanted integers that are not negative");
  CHECK(entry_error(R"({"shape":[99999999999999999999]})") ==
        "m: tensor 't': shape holds the number '99999999999999999999', wanted integers that are not negative");
  CHECK(entry_error(R"({"shape":[9223372036854775808]})") ==
        "m: tensor 't': shape holds 9223372036854775808, which is too large");
  CHECK(entry_error(R"({"shape":[true]})") ==
        "m: tensor 't': shape holds a boolean, wanted integers that are not negative");
  CHECK(entry_error(R"({"shape":[[2]]})") ==
        "m: tensor 't': shape holds an array, wanted integers that are not negative");
  CHECK(entry_error(R"({"shape":[1,1,1,1,1,1,1,1,2]})") == "m: tensor 't': shape has more than 8 sizes");
  CHECK(entry_error(R"({"dtype":"F32","shape":[1,1,1,1,1,1,1,2],"data_offsets":[0,8]})") == "none");
  CHECK(entry_error(R"({"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]})") ==
        "m: tensor 't': shape has a product that is too large");
  CHECK(entry_error(R"({"dtype":"F32","shape":[0,4294967296,4294967296],"data_offsets":[0,0]})") ==
        "m: tensor 't': shape has a product that is too large");
  CHECK(entry_error(R"({"dtype":"F64","shape":[1152921504606846976],"data_offsets":[0,8]})") ==
        "m: tensor 't': shape has a product that is too large");
  CHECK(entry_error(R"({"dtype":"F32","shape":[3],"data_offsets":[0,8]})") ==
        "m: tensor 't': data_offsets span 8 bytes, shape and dtype want 12");
  CHECK(entry_error(R"({"data_offsets":[0]})") == "m: tensor 't': data_offsets has 1 numbers, wanted 2");
  CHECK(entry_error(R"({"data_offsets":[0,1,2]})") == "m: tensor 't': data_offsets has more than 2 numbers");
  CHECK(entry_error(R"({"data_offsets":[0,-8]})") ==
        "m: tensor 't': data_offsets holds the number -8, wanted integers that are not negative");
  CHECK(entry_error(R"({"dtype":"F32","shape":[2],"data_offsets":[8,0]})") ==
        "m: tensor 't': data_offsets end before they begin: [8, 0]");
  CHECK(entry_error(R"({"dtype":"F32","shape":[2],"data_offsets":[18446744073709551608,18446744073709551615]})") ==
        "m: tensor 't': data_offsets span 7 bytes, shape and dtype want 8");
}

TEST_CASE("layouts that are refused") {
  const auto layout = [](std::string_view first, std::string_view second, std::size_t size) {
    std::ostringstream header;
    header << R"({"a":{"dtype":"F32","shape":[2],"data_offsets":)" << first
           << R"(},"b":{"dtype":"F32","shape":[1],"data_offsets":)" << second << "}}";
    return error_of(file_of(header.str(), std::string(size, 'x')));
  };
  CHECK(layout("[0,8]", "[8,12]", 12) == "none");
  CHECK(layout("[4,12]", "[0,4]", 12) == "none");
  CHECK(layout("[0,8]", "[4,8]", 12) == "m: tensor 'b' begins at byte 4, within the one before, wanted 8");
  CHECK(layout("[0,8]", "[12,16]", 16) == "m: tensor 'b' begins at byte 12, after a gap, wanted 8");
  CHECK(layout("[4,12]", "[12,16]", 16) == "m: tensor 'a' begins at byte 4, after a gap, wanted 0");
  CHECK(layout("[0,8]", "[8,12]", 11) == "m: tensor 'b' ends at byte 12 of 11: is the file truncated?");
  CHECK(layout("[0,8]", "[8,12]", 15) == "m: 3 bytes follow the last tensor");
  CHECK(layout("[0,8]", "[18446744073709551608,18446744073709551612]", 12) ==
        "m: tensor 'b' ends at byte 18446744073709551612 of 12: is the file truncated?");
  CHECK(
      error_of(file_of(
          R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})",
          "12345678")) == "m: the header holds 'a' twice");
}

/// The tensors of the two files that check_safetensors.py checks and writes.
struct Sample {
  float weight[6] = {1.5f, -2, 3, 0.1f, 5, 6};
  double bias[1] = {1e-300};
  std::int64_t steps[1] = {-7};
  bool mask[3] = {true, false, true};
  SafetensorsMetadata metadata = {{"format", "pt"}, {"note", "line\n\"quoted\" \u20ac"}};

  std::vector<SafetensorsTensor> tensors() const {
    return {{"layer.weight", float32, {2, 3}, bytes_of(weight)},
            {"mask", boolean, {3}, bytes_of(mask)},
            {"bias", float64, {1}, bytes_of(bias)},
            {"empty", float32, {0, 4}, {}},
            {"steps", int64, {}, bytes_of(steps)}};
  }
};

void check_sample(const std::string& path) {
  const Sample sample;
  const SafetensorsFile file(path);
  CHECK(file.header().metadata == sample.metadata);
  CHECK(file.header().data_offset % 8 == 0);
  CHECK(file.header().entries.size() == sample.tensors().size());
  for (const SafetensorsTensor& tensor : sample.tensors()) {
    CAPTURE(tensor.name);
    const SafetensorsEntry* entry = file.header().find(tensor.name);
    REQUIRE(entry != nullptr);
    CHECK(entry->dtype == tensor.dtype);
    CHECK(entry->shape == tensor.shape);
    CHECK(entry->offset % size_of(entry->dtype) == 0);
    std::vector<std::byte> bytes(entry->length);
    file.read(*entry, bytes);
    CHECK(std::ranges::equal(bytes, tensor.bytes));
  }
}

TEST_CASE("a written file reads back") {
  const TemporaryFolder folder;
  const std::string path = folder.path + "/model.safetensors";
  const Sample sample;
  std::vector<SafetensorsTensor> tensors = sample.tensors();
  write_safetensors(path, tensors, sample.metadata);
  check_sample(path);
  CHECK(contents(path) == contents(DESCENT_SOURCE_DIR "/tests/io/written.safetensors"));
  std::ranges::reverse(tensors);
  write_safetensors(path, tensors, sample.metadata);
  CHECK(contents(path) == contents(DESCENT_SOURCE_DIR "/tests/io/written.safetensors"));

  const SafetensorsFile file(path);
  std::byte small[3];
  CHECK_THROWS_WITH_AS(file.read(*file.header().find("steps"), small),
                       (path + ": tensor 'steps' has 8 bytes, there is room for 3").c_str(), Error);
  std::string order;
  for (const SafetensorsEntry& entry : file.header().entries) order += entry.name + " ";
  CHECK(order == "bias steps empty layer.weight mask ");

  write_safetensors(path, {}, {});
  CHECK(contents(path).substr(8) == "{}      ");
}

TEST_CASE("a file that Python's safetensors wrote") {
  check_sample(DESCENT_SOURCE_DIR "/tests/io/upstream.safetensors");
}

TEST_CASE("files that are refused") {
  const TemporaryFolder folder;
  const std::string path = folder.path + "/m";
  const auto open_error = [&](const std::string& bytes) -> std::string {
    std::ofstream(path, std::ios::binary) << bytes;
    try {
      const SafetensorsFile file(path);
      std::byte byte;
      file.read(file.header().entries.at(0), {&byte, 1});
    } catch (const Error& error) {
      return error.what();
    }
    return "none";
  };
  const std::string header = R"({"t":{"dtype":"BOOL","shape":[1],"data_offsets":[0,1]}})";
  CHECK(open_error(file_of(header, "\x01")) == "none");
  CHECK(open_error(file_of(header, "\x02")) == path + ": tensor 't' is BOOL, but holds a byte other than 0 and 1");
  CHECK(open_error(file_of(header)) == path + ": tensor 't' ends at byte 1 of 0: is the file truncated?");
  CHECK(open_error("") == path + ": is not a safetensors file: it has 0 bytes");
  CHECK_THROWS_WITH_AS(SafetensorsFile(folder.path + "/none"),
                       (folder.path + "/none: cannot be opened: No such file or directory").c_str(), Error);
  CHECK_THROWS_WITH_AS(SafetensorsFile(folder.path.c_str()), (folder.path + ": is not a regular file").c_str(), Error);
}

TEST_CASE("what is not written") {
  const TemporaryFolder folder;
  const std::string path = folder.path + "/m";
  std::ofstream(path) << "earlier";
  const float values[2] = {};
  const auto write_error = [&](std::vector<SafetensorsTensor> tensors,
                               const SafetensorsMetadata& metadata = {}) -> std::string {
    try {
      write_safetensors(path, std::move(tensors), metadata);
    } catch (const Error& error) {
      CHECK(contents(path) == "earlier");
      CHECK(std::distance(std::filesystem::directory_iterator(folder.path), {}) == 1);
      return std::string(error.what()).substr(path.size());
    }
    return "none";
  };
  const SafetensorsTensor good{"t", float32, {2}, bytes_of(values)};
  CHECK(write_error({{"t", float32, {3}, bytes_of(values)}}) ==
        ": tensor 't': data_offsets span 8 bytes, shape and dtype want 12");
  CHECK(write_error({good, good}) == ": the header holds 't' twice");
  CHECK(write_error({{"__metadata__", float32, {2}, bytes_of(values)}}).starts_with(": __metadata__: "));
  CHECK(write_error({{"\xFF", float32, {2}, bytes_of(values)}}) == ": '\xFF' is not UTF-8");
  CHECK(write_error({good}, {{"key", "caf\xE9"}}) == ": 'caf\xE9' is not UTF-8");
  CHECK(write_error({good}) == "none");
}
