#include "descent/data/array_file.h"

#include <doctest/doctest.h>
#include <zlib.h>

#include <cmath>
#include <limits>

#include "descent/create.h"
#include "descent/ops.h"
#include "error_of.h"
#include "temporary_folder.h"

using namespace descent;
using data::parse_idx, data::parse_npy, data::read_idx, data::read_npy, data::write_npy;

namespace {

const std::string kNpyFolder = DESCENT_SOURCE_DIR "/tests/data/npy/";

/// An IDX file's beginning: the type, sizes, and elements in bytes.
std::string idx_bytes(int type, const std::vector<int>& sizes, const std::vector<int>& elements) {
  std::string bytes = {0, 0, static_cast<char>(type), static_cast<char>(sizes.size())};
  for (const int size : sizes)
    for (const int shift : {24, 16, 8, 0}) bytes += static_cast<char>(size >> shift);
  for (const int element : elements) bytes += static_cast<char>(element);
  return bytes;
}

template <class T>
std::string big_endian(const std::vector<T>& values) {
  std::string bytes;
  for (const T& value : values) {
    const std::string_view memory(reinterpret_cast<const char*>(&value), sizeof value);
    bytes.append(memory.rbegin(), memory.rend());
  }
  return bytes;
}

bool same(const Tensor& a, const Tensor& b) { return a.dtype() == b.dtype() && equal(a, b); }

std::string npy_bytes(const std::string& header, const std::string& elements = "") {
  return concat("\x93NUMPY", '\1', '\0', static_cast<char>(header.size()), '\0', header, elements);
}

}  // namespace

TEST_CASE("IDX files of every type") {
  CHECK(same(parse_idx(idx_bytes(8, {2, 3}, {0, 1, 127, 128, 254, 255})), tensor({{0, 1, 127}, {128, 254, 255}})));
  CHECK(same(parse_idx(idx_bytes(8, {2}, {7, 255}), {.dtype = float32}), tensor({7.0, 255.0})));
  CHECK(same(parse_idx(idx_bytes(8, {2}, {0, 2}), {.dtype = boolean}), tensor({false, true})));
  CHECK(same(parse_idx(idx_bytes(9, {2}, {255, 5})), tensor({-1, 5})));
  CHECK(same(parse_idx(idx_bytes(11, {2}, {255, 254, 1, 0})), tensor({-2, 256})));
  CHECK(same(parse_idx(idx_bytes(12, {1}, {255, 255, 255, 253})), tensor({-3})));
  CHECK(same(parse_idx(idx_bytes(13, {2}, {}) + big_endian<float>({1.5f, -2})), tensor({1.5, -2.0})));
  CHECK(same(parse_idx(idx_bytes(14, {1}, {}) + big_endian<double>({0.1})), tensor({0.1}, {.dtype = float64})));
  CHECK(same(parse_idx(idx_bytes(14, {1}, {}) + big_endian<double>({2.5}), {.dtype = int64}), tensor({2})));
  CHECK(same(parse_idx(idx_bytes(8, {}, {9})), tensor(9)));
  CHECK(parse_idx(idx_bytes(8, {0, 28}, {})).sizes() == Dims{0, 28});
}

TEST_CASE("IDX files that are malformed are refused, with the byte") {
  const auto error_in = [](const std::string& bytes) { return error_of([&] { parse_idx(bytes, {}, "x.idx"); }); };
  CHECK(error_in("") == "x.idx: is not an IDX file: it has 0 bytes");
  CHECK(error_in("text") == "x.idx: byte 0: is not an IDX file, which begins with two bytes of 0");
  CHECK(error_in(idx_bytes(10, {1}, {1})) ==
        "x.idx: byte 2: IDX has no type 10, wanted one of 8, 9, 11, 12, 13 and 14");
  CHECK(error_in(idx_bytes(8, std::vector<int>(9, 1), {1})) == "x.idx: byte 3: 9 dimensions; a tensor has at most 8");
  CHECK(error_in(idx_bytes(8, {2, 2}, {}).substr(0, 10)) ==
        "x.idx: byte 10: the file ends within the sizes of its 2 dimensions");
  CHECK(error_in(idx_bytes(11, {2, 2}, {1, 2, 3})) ==
        "x.idx: byte 12: an array of the shape [2, 2] follows, of 8 bytes; the file has 3 more: is it truncated?");
  CHECK(error_in(idx_bytes(8, {2}, {1, 2, 3})) ==
        "x.idx: byte 8: an array of the shape [2] follows, of 2 bytes; the file has 3 more");
  CHECK(error_in(idx_bytes(14, {-1, -1, -1}, {1})) ==
        "x.idx: byte 16: an array of the shape [4294967295, 4294967295, 4294967295] follows, of more bytes than can be "
        "counted; the file has 1 more: is it truncated?");
}

TEST_CASE("IDX files are read plain and compressed, up to a limit") {
  const TemporaryFolder folder;
  const std::string bytes = idx_bytes(8, {1000}, std::vector<int>(1000, 3)), path = folder.path + "/x";
  std::ofstream(path, std::ios::binary) << bytes;
  CHECK(same(read_idx(path), full(1000, 3)));
  CHECK(error_of([&] { read_idx(path, {.max_bytes = 1007}); }) ==
        path + ": more than 1007 bytes, the limit for one file");
  const std::string packed = path + ".gz";
  const gzFile file = gzopen(packed.c_str(), "wb");
  gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
  gzclose(file);
  CHECK(same(read_idx(packed), full(1000, 3)));
  CHECK(error_of([&] { read_idx(packed, {.max_bytes = 1007}); }) ==
        packed + ": more than 1007 bytes, the limit for one file");
  CHECK(error_of([&] { read_idx(folder.path + "/none"); }).starts_with(folder.path + "/none: cannot be opened"));
}

TEST_CASE("npy files that NumPy wrote") {
  const Tensor positive = arange(6).reshape({2, 3}), integers = positive - 2, reals = integers.to(float32);
  const auto read = [](const char* name) { return read_npy(kNpyFolder + name + ".npy"); };
  CHECK(same(read("b1"), integers != 0));
  for (const char* name : {"u1", "u2", "u4", "u8", "big_u8"}) CHECK(same(read(name), positive));
  for (const char* name : {"i1", "i2", "i4", "i8", "big_i2"}) CHECK(same(read(name), integers));
  for (const char* name : {"f2", "f4", "big_f4"}) CHECK(same(read(name), reals));
  for (const char* name : {"f8", "big_f8", "version_2", "version_3", "fortran"})
    CHECK(same(read(name), reals.to(float64)));
  CHECK(same(read("fortran_3d"), arange(24).reshape({2, 3, 4})));
  CHECK(read("fortran_3d").is_contiguous());
  CHECK(same(read("scalar"), tensor(-1.5, {.dtype = float64})));
  CHECK(same(read("one_dimension"), tensor({-1.5, 0.25})));
  CHECK(same(read("empty"), zeros({0, 3})));
  const std::vector<float> halves = read("halves").to_vector<float>();
  CHECK(halves[0] == 0.0999755859375f);
  CHECK(halves[1] == 65504);
  CHECK(halves[2] == 0x1p-24f);
  CHECK(halves[3] == 0x3ffp-24f);
  CHECK(halves[4] == -std::numeric_limits<float>::infinity());
  CHECK(std::isnan(halves[5]));
  CHECK(std::signbit(halves[6]));
  CHECK(same(read_npy(kNpyFolder + "u1.npy", {.dtype = float64}), positive.to(float64)));
  CHECK(same(read_npy(kNpyFolder + "f4.npy", {.dtype = int64}), integers));
  CHECK(read_npy(kNpyFolder + "large.npy", {.dtype = float32}).item() == 0x1p63);
  CHECK(error_of([&] { read("large"); }) ==
        kNpyFolder + "large.npy: byte 128: int64 does not have the number 9223372036854775808");
  CHECK(error_of([&] { read("complex"); }) ==
        kNpyFolder +
            "complex.npy: byte 20: arrays of '<c8' are not supported; of booleans, integers and real numbers are");
  CHECK(error_of([&] { read("records"); }) == kNpyFolder + "records.npy: byte 20: arrays of records are not supported");
}

TEST_CASE("npy files that write_npy writes are NumPy's") {
  const TemporaryFolder folder;
  const Tensor integers = arange(6).reshape({2, 3}) - 2;
  const std::pair<const char*, Tensor> arrays[] = {{"b1", integers != 0},
                                                   {"i8", integers},
                                                   {"f4", integers.to(float32)},
                                                   {"f8", integers.to(float64)},
                                                   {"scalar", tensor(-1.5, {.dtype = float64})},
                                                   {"one_dimension", tensor({-1.5, 0.25}, {.requires_grad = true})},
                                                   {"empty", zeros({0, 3})}};
  const std::string path = folder.path + "/x.npy";
  for (const auto& array : arrays) {
    CAPTURE(array.first);
    write_npy(path, array.second);
    CHECK(contents(path) == contents(kNpyFolder + array.first + ".npy"));
  }
  write_npy(path, integers.t());
  CHECK(same(read_npy(path), integers.t()));
}

TEST_CASE("npy files that are malformed are refused, with the byte") {
  const auto error_in = [](const std::string& bytes) { return error_of([&] { parse_npy(bytes, {}, "x.npy"); }); };
  const auto with_header = [&](const std::string& header) { return error_in(npy_bytes(header)); };
  CHECK(error_in("") == "x.npy: byte 0: is not an npy file");
  CHECK(error_in("\x93NUMPY") == "x.npy: byte 6: the file ends before its format version");
  CHECK(error_in("\x93NUMPY\x04\x01") == "x.npy: byte 6: format version 4.1, wanted 1.0, 2.0 or 3.0");
  CHECK(error_in(npy_bytes("{}").substr(0, 9)) ==
        "x.npy: byte 8: the header is longer than the file: is it truncated?");
  CHECK(error_in(npy_bytes("{}").substr(0, 11)) ==
        "x.npy: byte 8: the header is longer than the file: is it truncated?");
  CHECK(with_header("[]") == "x.npy: byte 10: the header is no dictionary of NumPy's: wanted {");
  CHECK(with_header("{'descr") == "x.npy: byte 17: the header is no dictionary of NumPy's: wanted '");
  CHECK(with_header("{'data': 1}") == "x.npy: byte 11: the header has an unknown key 'data'");
  CHECK(with_header("{'shape': (), 'shape': ()}") == "x.npy: byte 24: the header has the key 'shape' twice");
  CHECK(with_header("{'fortran_order': 0}") == "x.npy: byte 28: fortran_order is neither True nor False");
  CHECK(with_header("{'shape': (-1,)}") == "x.npy: byte 21: the shape holds what is no size");
  CHECK(with_header("{'shape': (99999999999999999999,)}") == "x.npy: byte 21: the shape holds what is no size");
  CHECK(with_header("{'shape': (1,1,1,1,1,1,1,1,1)}") == "x.npy: byte 37: the shape has more than 8 sizes");
  CHECK(with_header("{'shape': (1 1)}") == "x.npy: byte 23: the header is no dictionary of NumPy's: wanted )");
  CHECK(with_header("{'shape': (), 'descr': '<f4'}") == "x.npy: byte 39: the header has no fortran_order");
  CHECK(with_header("{'descr': '|f4'}").starts_with("x.npy: byte 20: arrays of '|f4' are not supported"));
  CHECK(with_header("{'descr': '|O'}").starts_with("x.npy: byte 20: arrays of '|O' are not supported"));
  const std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}";
  CHECK(same(parse_npy(npy_bytes(header, std::string(8, '\0'))), zeros(2)));
  CHECK(with_header(header + "x") == "x.npy: byte 65: the header goes on after its end");
  CHECK(error_in(npy_bytes(header, "1234567")) ==
        "x.npy: byte 65: an array of the shape [2] follows, of 8 bytes; the file has 7 more: is it truncated?");
  CHECK(error_in(npy_bytes("{'descr':'|b1','fortran_order':False,'shape':(2,)}", "\1\2")) ==
        "x.npy: byte 61: a boolean is 0 or 1");
}

TEST_CASE("arrays spoiled anywhere are read whole or refused with an Error") {
  const std::string npy = contents(kNpyFolder + "fortran.npy"), idx = idx_bytes(8, {2, 3}, {0, 1, 2, 3, 4, 5});
  int refused = 0;
  const auto try_to = [&](const auto& read) { refused += error_of(read).empty() ? 0 : 1; };
  const auto spoil = [&](const std::string& whole, const auto& parse) {
    for (std::size_t at = 0; at < whole.size(); ++at) {
      try_to([&] { parse(whole.substr(0, at)); });
      for (const char byte : {'\0', '\xFF', '(', '\'', '9', ' ', '>', '\x80'}) {
        std::string spoiled = whole;
        spoiled[at] = byte;
        try_to([&] { parse(spoiled); });
      }
    }
  };
  spoil(npy, [](const std::string& bytes) { parse_npy(bytes); });
  spoil(idx, [](const std::string& bytes) { parse_idx(bytes); });
  CHECK(refused > 600);
}
