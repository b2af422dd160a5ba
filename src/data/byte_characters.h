// GPT-2's table of characters that stand for bytes, so that any bytes are printable text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace descent::data {

/// Bytes as characters, in UTF-8: those that Latin-1 has a visible character for as that, the others, in their order,
/// as U+0100, U+0101, ...
std::string characters_of_bytes(std::string_view bytes);
/// And back; nothing if some character stands for no byte.
std::optional<std::string> bytes_of_characters(std::string_view characters);

/// The bytes in the order of their characters, in which they are GPT-2's first 256 tokens.
std::string bytes_in_order();

}  // namespace descent::data
