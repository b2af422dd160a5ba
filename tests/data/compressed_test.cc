// Tables in gzip, zstd and zip, in pipes, and files of other kinds.
#include <doctest/doctest.h>
#include <unistd.h>
#include <zstd.h>

#include <string>
#include <thread>

#include "csv_helpers.h"

namespace {

std::string zstd_compressed(const std::string& text) {
  std::string result(ZSTD_compressBound(text.size()), '\0');
  const std::size_t size = ZSTD_compress(result.data(), result.size(), text.data(), text.size(), 3);
  REQUIRE(ZSTD_isError(size) == 0);
  result.resize(size);
  return result;
}

void append_number(std::string& bytes, std::uint64_t number, int size) {
  for (int i = 0; i < size; ++i) bytes += static_cast<char>(number >> 8 * i);
}

/// A member of a zip archive: deflated if the text is, as a pipe's would be with its sizes behind it.
struct ZipMember {
  std::string name, text;
  bool deflated = true, described = false;
  int flags = 0, method = -1;
};

std::string zipped(const std::vector<ZipMember>& members) {
  std::string archive;
  for (const ZipMember& member : members) {
    // gzip's raw stream stands between a header of 10 bytes and a trailer of 8.
    std::string bytes = member.text;
    if (member.deflated) bytes = gzipped(member.text).substr(10, gzipped(member.text).size() - 18);
    const std::uint64_t checksum =
        crc32(0, reinterpret_cast<const Bytef*>(member.text.data()), static_cast<uInt>(member.text.size()));
    const auto add_sizes = [&](bool real) {
      append_number(archive, real ? checksum : 0, 4);
      append_number(archive, real ? bytes.size() : 0, 4);
      append_number(archive, real ? member.text.size() : 0, 4);
    };
    archive += "PK\x03\x04";
    append_number(archive, 20, 2);
    append_number(archive, static_cast<std::uint64_t>(member.flags | (member.described ? 8 : 0)), 2);
    append_number(archive, static_cast<std::uint64_t>(member.method >= 0 ? member.method : member.deflated ? 8 : 0), 2);
    append_number(archive, 0, 4);
    add_sizes(!member.described);
    append_number(archive, member.name.size(), 2);
    append_number(archive, 0, 2);
    archive += member.name + bytes;
    if (member.described) {
      archive += "PK\x07\x08";
      add_sizes(true);
    }
  }
  // Where the directory begins, reading ends.
  return archive + "PK\x01\x02" + std::string(42, '\0');
}

const std::string kText = "a,b\n1,x\n2,y\n";

}  // namespace

TEST_CASE("zstd") {
  const std::string compressed = zstd_compressed(kText);
  CHECK(cells(descent::data::parse_csv(compressed), "b") == "x|y");
  CHECK(cells(descent::data::parse_csv(compressed + zstd_compressed("3,z\n")), "b") == "x|y|z");
  CHECK(error_of_csv(compressed.substr(0, compressed.size() - 3)) ==
        "t.csv: the zstd stream ends early, after 9 bytes: is the file truncated?");
  CHECK(error_of_csv(compressed + "xyz1") ==
        "t.csv: the zstd stream is corrupt after 12 bytes (Unknown frame descriptor)");
}

TEST_CASE("zip archives of one file") {
  for (const bool deflated : {true, false})
    CHECK(cells(descent::data::parse_csv(zipped({{"t.csv", kText, deflated}})), "b") == "x|y");
  CHECK(cells(descent::data::parse_csv(zipped({{"t.csv", kText, true, true}})), "b") == "x|y");
  // What archivers add, before and after.
  CHECK(cells(descent::data::parse_csv(
                  zipped({{"data/", "", false}, {"data/t.csv", kText}, {"__MACOSX/data/._t.csv", "nothing"}})),
              "b") == "x|y");

  CHECK(error_of_csv(zipped({{"a.csv", kText}, {"b.csv", kText}})) ==
        "t.csv: is a zip archive of several files, 'a.csv' and 'b.csv' among them; wanted one");
  CHECK(error_of_csv(zipped({{"data/", "", false}})) == "t.csv: is a zip archive without a file inside");
  CHECK(error_of_csv(zipped({{"a.csv", kText, true, false, 1}})) == "t.csv: 'a.csv' inside is encrypted");
  CHECK(error_of_csv(zipped({{"a.csv", kText, true, false, 0, 12}})) ==
        "t.csv: 'a.csv' inside is compressed by method 12 of zip; wanted deflate, as most programs write");
  CHECK(error_of_csv(zipped({{"a.csv", kText, false, true}})) ==
        "t.csv: 'a.csv' inside is stored, and where it ends is not said ahead");
  CHECK(error_of_csv(zipped({{"xl/workbook.xml", kText}})) == "t.csv: is an Excel workbook; save the sheet as CSV");
  std::string spoilt = zipped({{"a.csv", kText, false}});
  spoilt[spoilt.find("1,x")] = '7';
  CHECK(error_of_csv(spoilt) == "t.csv: the zip stream is corrupt after 12 bytes (incorrect data check)");
  const std::string whole = zipped({{"a.csv", kText}});
  for (std::size_t size = 4; size < whole.size() - 46; ++size) {
    CAPTURE(size);
    CHECK(error_of_csv(whole.substr(0, size)).find("the zip stream ends early") != std::string::npos);
  }
}

TEST_CASE("what grows beyond measure is refused, and what a table takes is bounded") {
  // Ten megabytes of zeros are ten kilobytes of gzip; ten times as much is no table.
  const std::string zeros = "a\n" + std::string(std::size_t{100} << 20, '\n');
  const std::string message =
      "t.csv: grows to more than 200 times its size, which no table is known to do; decompress it first if it is "
      "meant so";
  CHECK(error_of_csv(gzipped(zeros)) == message);
  CHECK(error_of_csv(zstd_compressed(zeros)) == message);
  CHECK(error_of_csv(zipped({{"a.csv", zeros}})) == message);

  std::string rows = "a\n";
  for (int i = 0; i < 200'000; ++i) rows += "1\n";
  CHECK(error_of_csv(rows, {.max_memory = std::size_t{64} << 20}) == "none");
  CHECK(error_of_csv(rows, {.max_memory = 1'000'000}) ==
        "t.csv:200002: the table takes more than 1000000 bytes of memory, which is the limit");
}

TEST_CASE("files of other kinds are called by their name") {
  for (const auto& kind : std::vector<std::pair<std::string, std::string>>{
           {"PAR1\x15\x04", "Parquet file"},
           {std::string("ARROW1\0\0", 8), "Arrow (Feather) file"},
           {"\x89HDF\r\n\x1a\n", "HDF5 file"},
           {std::string("SQLite format 3\0", 16), "SQLite database"},
           {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel workbook"},
           {"BZh91AY&SY\x1c\x02", "bzip2"},
           {std::string("\xfd"
                        "7zXZ\0",
                        6),
            "xz"},
           {"<!DOCTYPE html>", "web page"},
           {"%PDF-1.7", "PDF"},
       }) {
    const auto& bytes = kind.first;
    const auto& what = kind.second;
    CAPTURE(what);
    const std::string error = error_of_csv(bytes + "rest");
    CHECK(error.starts_with("t.csv: is "));
    CHECK(error.find(what) != std::string::npos);
    CHECK(error.find('\n') == std::string::npos);
    CHECK(error_of_csv(gzipped(bytes + "rest")) == error);
  }
}

TEST_CASE("columns may be called as other kinds of files begin") {
  for (const std::string name : {"PAR1", "ORCID", "FEA1", "BZh", "RDX", "ARROW1"}) {
    CAPTURE(name);
    CHECK(descent::data::parse_csv(name + ",x\n1,2\n").columns[0].name == name);
  }
}

TEST_CASE("a pipe is read again where that is needed, and answered row by row") {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const int saved = dup(STDIN_FILENO);
  dup2(ends[0], STDIN_FILENO);
  // Texts behind numbers: their spelling is lost at first.
  std::string text = "a\n";
  for (int i = 0; i < 300'000; ++i) text += i < 100'000 ? "1.50\n" : "x\n";
  std::thread writer([&] {
    for (std::size_t at = 0; at < text.size();)
      at += static_cast<std::size_t>(write(ends[1], text.data() + at, text.size() - at));
    close(ends[1]);
  });
  const auto table = descent::data::read_csv("-");
  writer.join();
  CHECK(table.rows == 300'000);
  CHECK(table.columns[0].text(0) == "1.50");
  CHECK(table.columns[0].text(299'999) == "x");
  close(ends[0]);

  REQUIRE(pipe(ends) == 0);
  dup2(ends[0], STDIN_FILENO);
  const auto put = [&](std::string_view part) {
    REQUIRE(write(ends[1], part.data(), part.size()) == static_cast<ssize_t>(part.size()));
  };
  put("a,b\n");
  descent::data::CsvReader reader("-", {.number_columns = {"a", "b"}});
  CHECK(reader.empty_table().columns.size() == 2);
  for (int row = 0; row < 3; ++row) {
    put(std::to_string(row) + ",5");
    put("\n7,");
    // The next row has begun, and this one is given.
    const auto next = reader.next();
    REQUIRE(next.has_value());
    CHECK(next->rows == (row == 0 ? 1 : 2));
    CHECK(next->line_of(0) == static_cast<std::size_t>(row == 0 ? 2 : 2 * row + 1));
    put("8\n");
  }
  close(ends[1]);
  CHECK(reader.next()->columns[1].numbers[0] == 8);
  CHECK_FALSE(reader.next());
  close(ends[0]);
  dup2(saved, STDIN_FILENO);
  close(saved);
}
