// Compressed bytes: gzip (RFC 1952), zstd (RFC 8878), and zip archives of one file.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "data/byte_stream.h"

namespace descent::data {

/// How many of a file's first bytes tell what it is.
inline constexpr std::size_t kMagicBytes = 64;

/// What is in `in`, which begins with `first`, kMagicBytes of it or all: a stream that reads from it, or null if it is
/// not compressed. Errors, here and as it is read, are in the name of `source`: what is corrupt, ends early, or grows
/// to more than 200 times its size and more than 64 MiB.
std::unique_ptr<ByteStream> decompress(ByteStream& in, std::string_view first, const std::string& source);

}  // namespace descent::data
