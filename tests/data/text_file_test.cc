#include "descent/data/text_file.h"

#include <doctest/doctest.h>
#include <zlib.h>

#include "error_of.h"
#include "temporary_folder.h"

using namespace descent;

TEST_CASE("a text is read from a file, plain or gzip, without its byte order mark") {
  const TemporaryFolder folder;
  const std::string path = folder.path + "/text.txt";
  const std::string text = "Caf\u00e9\r\nl\u2019\u00e9t\u00e9\n";
  std::ofstream(path, std::ios::binary) << text;
  CHECK(data::read_text(path) == text);
  std::ofstream(path, std::ios::binary) << "\xEF\xBB\xBF" << text;
  CHECK(data::read_text(path) == text);
  std::ofstream(path, std::ios::binary).close();
  CHECK(data::read_text(path).empty());

  const gzFile file = gzopen(path.c_str(), "wb");
  gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
  gzclose(file);
  CHECK(data::read_text(path) == text);
}

TEST_CASE("a file that is no text is refused") {
  const TemporaryFolder folder;
  const std::string path = folder.path + "/text.txt";
  const auto refusal = [&](const std::string& bytes, const data::TextOptions& options = {}) {
    std::ofstream(path, std::ios::binary) << bytes;
    return error_of([&] { data::read_text(path, options); });
  };
  CHECK(error_of([&] { data::read_text(path); }) == path + ": cannot be opened: No such file or directory");
  CHECK(refusal("caf\xE9") == path + ": byte 3 is not UTF-8");
  CHECK(refusal(std::string("a\0b", 3)) == path + ": byte 1 is NUL");
  CHECK(refusal("\x1f\x8b\x08") == path + ": the gzip stream ends early, after 0 bytes: is the file truncated?");
  CHECK(refusal("abc", {.max_bytes = 2}) == path + ": more than 2 bytes, the limit for one file");
}
