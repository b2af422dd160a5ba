// Texts in files.
#pragma once

#include <cstddef>
#include <string>

#include "descent/export.h"

namespace descent {
namespace DESCENT_EXPORT data {

struct TextOptions {
  /// The most bytes to read, after decompression.
  std::size_t max_bytes = std::size_t{16} << 30;
};

/// The text in the file at `path`, "-" for standard input; gzip-compressed files are recognised by their first bytes.
/// It is UTF-8; a byte order mark before it is left out, line ends stay as they are.
///
/// An Error names the file and what is wrong: it cannot be read, the byte that is NUL or not UTF-8, a gzip stream that
/// is corrupt or ends early, more than `max_bytes`.
std::string read_text(const std::string& path, const TextOptions& options = {});

}  // namespace data
}  // namespace descent
