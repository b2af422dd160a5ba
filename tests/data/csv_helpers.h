// What the tests of CSV files share.
#pragma once

#include <doctest/doctest.h>
#include <unistd.h>
#include <zlib.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include "descent/data/csv.h"

/// Its texts, or its numbers as they are printed; "-" where missing.
inline std::string cells(const descent::data::Column& column, std::size_t rows) {
  std::ostringstream out;
  for (std::size_t row = 0; row < rows; ++row) {
    if (row > 0) out << '|';
    if (column.missing(row))
      out << '-';
    else if (column.numeric)
      out << column.numbers[row];
    else
      out << column.text(row);
  }
  return out.str();
}

inline std::string cells(const descent::data::Table& table, std::string_view name) {
  REQUIRE(table.find(name) != nullptr);
  return cells(*table.find(name), table.rows);
}

inline std::string error_of_csv(std::string_view text, const descent::data::CsvOptions& options = {}) {
  try {
    descent::data::parse_csv(text, options, "t.csv");
  } catch (const descent::Error& error) {
    return error.what();
  }
  return "none";
}

inline std::string gzipped(const std::string& text) {
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string result(compressBound(text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(result.data());
  stream.avail_out = static_cast<uInt>(result.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  result.resize(stream.total_out);
  deflateEnd(&stream);
  return result;
}

/// A file that is removed at the end of the test.
struct TemporaryFile {
  std::string path;
  explicit TemporaryFile(std::string_view bytes) {
    path = std::filesystem::temp_directory_path() / "descent_csv_XXXXXX";
    const int file = mkstemp(path.data());
    REQUIRE(file >= 0);
    close(file);
    std::ofstream(path, std::ios::binary) << bytes;
  }
  ~TemporaryFile() { std::filesystem::remove(path); }
};

inline std::string error_of_file(const std::string& path, const descent::data::CsvOptions& options = {}) {
  try {
    descent::data::read_csv(path, options);
  } catch (const descent::Error& error) {
    return error.what();
  }
  return "none";
}
