#include "descent/data/text_file.h"

#include <string_view>

#include "data/text_input.h"
#include "descent/error.h"

namespace descent::data {

std::string read_text(const std::string& path, const TextOptions& options) {
  const ByteBuffer bytes = read_input(path, options.max_bytes);
  std::string_view text = bytes.view();
  const std::size_t end = first_non_text_byte(text);
  if (end != text.size()) fail(name_of_input(path), ": byte ", end, text[end] == 0 ? " is NUL" : " is not UTF-8");
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  return std::string(text);
}

}  // namespace descent::data
