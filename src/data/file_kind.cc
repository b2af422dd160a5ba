#include "data/file_kind.h"

#include <algorithm>

namespace descent::data {
namespace {

struct Kind {
  std::string_view magic, what;
  /// Whether a column could be called as the magic begins: only bytes that no text has tell the two apart.
  bool may_be_text = false;
};

/// Whether there is a control character that is neither a tab nor the end of a line.
bool has_bytes_of_no_text(std::string_view bytes) {
  return std::ranges::any_of(bytes, [](unsigned char c) { return c < ' ' && c != '\t' && c != '\n' && c != '\r'; });
}

// The zeros within a magic are counted: hence the literals of string_view.
using namespace std::literals;
constexpr std::string_view kPickle = "is a pickle of Python's, which is not read; write the table as CSV";
constexpr std::string_view kWebPage = "is a web page (HTML), not the table that was perhaps behind it";
constexpr Kind kKinds[] = {
    {"PAR1"sv,
     "is a Parquet file; convert it, as with pandas: python3 -c 'import pandas; "
     "pandas.read_parquet(\"FILE\").to_csv(\"FILE.csv\", index=False)', or with DuckDB: duckdb -c \"COPY (FROM "
     "'FILE.parquet') TO 'FILE.csv'\""sv,
     true},
    {"ARROW1"sv,
     "is an Arrow (Feather) file; convert it, as with pandas: python3 -c 'import pandas; "
     "pandas.read_feather(\"FILE\").to_csv(\"FILE.csv\", index=False)'"sv,
     true},
    {"FEA1"sv, "is a Feather file; convert it to CSV, as with pandas.read_feather and to_csv"sv, true},
    {"ORC"sv, "is an ORC file; convert it to CSV, as with pandas.read_orc and to_csv"sv, true},
    {"\x89HDF\r\n\x1a\n"sv, "is an HDF5 file; convert it to CSV, as with pandas.read_hdf and to_csv"sv},
    {"SQLite format 3\0"sv, "is an SQLite database; write the table as CSV: sqlite3 -header -csv FILE 'SELECT ...'"sv},
    {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv, "is an old Office document, probably an Excel workbook; save it as CSV"sv},
    {"\x93NUMPY"sv, "is an array of NumPy's (npy); write the table as CSV, as numpy.savetxt does"sv},
    {"Obj\x01"sv, "is an Avro file; convert it to CSV"sv},
    {"BZh"sv, "is compressed by bzip2, which is not read; give what it holds: bzcat FILE | descent ... -"sv, true},
    {"\xfd"
     "7zXZ\0"sv,
     "is compressed by xz, which is not read; give what it holds: xzcat FILE | descent ... -"sv},
    {"\x04\x22\x4d\x18"sv,
     "is compressed by lz4, which is not read; give what it holds: lz4cat FILE | descent ... -"sv},
    {"7z\xbc\xaf\x27\x1c"sv, "is a 7z archive, which is not read; extract the table first"sv},
    {"Rar!\x1a\x07"sv, "is a RAR archive, which is not read; extract the table first"sv},
    {"RDX"sv, "is a file of R's; write the table as CSV, as write.csv does"sv, true},
    {"\x80\x03"sv, kPickle},
    {"\x80\x04"sv, kPickle},
    {"\x80\x05"sv, kPickle},
    {"%PDF-"sv, "is a PDF; give the table as CSV"sv},
    {"{\\rtf"sv, "is a text with formatting (RTF); save it as plain text"sv},
    {"<!DOCTYPE"sv, kWebPage},
    {"<!doctype"sv, kWebPage},
    {"<html"sv, kWebPage},
    {"<?xml"sv, "is XML; give the table as CSV"sv},
    {"version https://git-lfs"sv, "is a pointer of Git LFS to the table; fetch it: git lfs pull"sv},
};

}  // namespace

std::string_view other_kind(std::string_view first) {
  for (const Kind& kind : kKinds)
    if (first.starts_with(kind.magic) && (!kind.may_be_text || has_bytes_of_no_text(first))) return kind.what;
  // The header of a safetensors file: the length of an object of JSON, in eight bytes, and the object.
  if (first.size() > 9 && first.substr(4, 4) == "\0\0\0\0"sv && first[8] == '{')
    return "is a safetensors file, perhaps a model; were model and table given the other way round?";
  return "";
}

}  // namespace descent::data
