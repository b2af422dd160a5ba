// What the safetensors fuzzer runs on each input, and the tests on its corpus.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "descent/error.h"
#include "fuzz/check.h"
#include "io/safetensors_format.h"

namespace descent::fuzz {

/// Reads the input as a file, then writes the header of what it holds and reads that.
inline void run_safetensors(std::span<const std::uint8_t> input) {
  io::SafetensorsHeader header;
  try {
    header = io::parse_safetensors(std::as_bytes(input), input.size(), "fuzz");
  } catch (const Error& error) {
    const std::string_view message = error.what();
    check(!message.empty() && message.find('\n') == message.npos, "an error is one line");
    return;
  }
  std::uint64_t end = header.data_offset;
  std::vector<io::SafetensorsTensor> tensors;
  for (const io::SafetensorsEntry& entry : header.entries) {
    std::uint64_t elements = 1;
    for (const std::int64_t size : entry.shape) elements *= static_cast<std::uint64_t>(size);
    check(elements * size_of(entry.dtype) == entry.length, "a tensor has the bytes of its shape");
    check(header.data_offset + entry.offset == end, "tensors follow each other");
    end += entry.length;
    tensors.push_back({entry.name, entry.dtype, entry.shape,
                       std::as_bytes(input).subspan(header.data_offset + entry.offset, entry.length)});
  }
  check(end == input.size(), "tensors fill the file");

  const std::string written = io::safetensors_header(tensors, header.metadata, "fuzz");
  check(written.size() % 8 == 0, "tensors are aligned");
  const io::SafetensorsHeader again = io::parse_safetensors(
      std::as_bytes(std::span(written)), written.size() + (input.size() - header.data_offset), "fuzz");
  check(again.metadata == header.metadata && again.entries.size() == header.entries.size(), "a header keeps its size");
  for (std::size_t i = 0; i < header.entries.size(); ++i) {
    const io::SafetensorsEntry &before = header.entries[i], &after = again.entries[i];
    check(after.name == before.name && after.dtype == before.dtype && after.shape == before.shape &&
              after.offset == before.offset && after.length == before.length,
          "tensors keep their description");
  }
}

}  // namespace descent::fuzz
