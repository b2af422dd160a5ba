#include "descent/report/event_file.h"

#include <unistd.h>

#include <array>
#include <bit>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <span>
#include <vector>

#include "descent/error.h"
#include "io/folder.h"

namespace descent::report {

namespace {

static_assert(std::endian::native == std::endian::little, "numbers are copied as they lie");

template <class Number>
void append_bytes(std::string& out, Number number) {
  out.append(reinterpret_cast<const char*>(&number), sizeof number);
}

/// A message of protocol buffers, as far as events want it (https://protobuf.dev/programming-guides/encoding).
class Message {
 public:
  Message& integer(unsigned field, std::int64_t value) {
    key(field, 0);
    varint(static_cast<std::uint64_t>(value));
    return *this;
  }
  Message& number(unsigned field, double value) {
    key(field, 1);
    append_bytes(bytes_, value);
    return *this;
  }
  Message& number(unsigned field, float value) {
    key(field, 5);
    append_bytes(bytes_, value);
    return *this;
  }
  /// Text, or a message within.
  Message& bytes(unsigned field, std::string_view value) {
    key(field, 2);
    varint(value.size());
    bytes_ += value;
    return *this;
  }
  Message& numbers(unsigned field, std::span<const double> values) {
    return bytes(field, {reinterpret_cast<const char*>(values.data()), values.size_bytes()});
  }

  operator std::string_view() const { return bytes_; }

 private:
  void key(unsigned field, unsigned wire_type) { varint(field << 3 | wire_type); }
  void varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes_ += static_cast<char>(value | 0x80);
    bytes_ += static_cast<char>(value);
  }

  std::string bytes_;
};

// CRC-32C (Castagnoli), least bit first.
constexpr std::array<std::uint32_t, 256> kCrcOfByte = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0x82F63B78 : 0);
    table[byte] = crc;
  }
  return table;
}();

/// As TFRecord wants it: a checksum of data that hold checksums would be weak.
std::uint32_t masked_crc(std::string_view data) {
  std::uint32_t crc = ~std::uint32_t{0};
  for (const char byte : data) crc = crc >> 8 ^ kCrcOfByte[(crc ^ static_cast<unsigned char>(byte)) & 0xFF];
  return std::rotr(~crc, 15) + 0xA282EAD8;
}

/// Length, its checksum, data, their checksum.
std::string record_of(std::string_view data) {
  std::string record;
  append_bytes(record, static_cast<std::uint64_t>(data.size()));
  append_bytes(record, masked_crc(record));
  record += data;
  append_bytes(record, masked_crc(data));
  return record;
}

double seconds_since_1970() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace

// The numbers of the fields are those of TensorFlow's event.proto, summary.proto, tensor.proto and tensor_shape.proto.

EventFile::EventFile(const std::string& folder) {
  io::make_folder(folder);
  const std::string stem =
      concat("events.out.tfevents.", static_cast<std::int64_t>(seconds_since_1970()), '.', getpid());
  for (int n = 0; !file_; ++n) {
    path_ = (std::filesystem::path(folder) / concat(stem, '.', n)).string();
    file_.reset(std::fopen(path_.c_str(), "wbx"));
    if (!file_ && errno != EEXIST) fail_now();
  }
  event(0, Message().bytes(3, "brain.Event:2"));
  flush();
}

void EventFile::fail_now() const { fail(path_, ": cannot be written: ", std::strerror(errno)); }

void EventFile::scalar(std::string_view tag, std::int64_t step, double value) {
  summary(tag, step, Message().number(2, static_cast<float>(value)));
}

void EventFile::histogram(std::string_view tag, std::int64_t step, const train::Histogram& histogram) {
  if (histogram.counts.empty()) return;
  const std::vector<double> counts(histogram.counts.begin(), histogram.counts.end());
  double elements = 0;
  for (const double count : counts) elements += count;
  const Message message = Message()
                              .number(1, histogram.least)
                              .number(2, histogram.greatest)
                              .number(3, elements)
                              .number(4, histogram.sum)
                              .number(5, histogram.sum_of_squares)
                              .numbers(6, histogram.limits())
                              .numbers(7, counts);
  summary(tag, step, Message().bytes(5, message));
}

void EventFile::text(std::string_view tag, std::int64_t step, std::string_view text) {
  const Message metadata = Message().bytes(1, Message().bytes(1, "text"));
  const Message shape = Message().bytes(2, Message().integer(1, 1));
  const Message tensor = Message().integer(1, 7).bytes(2, shape).bytes(8, text);  // 7: DT_STRING
  summary(tag, step,
          concat(std::string_view(Message().bytes(8, tensor)), std::string_view(Message().bytes(9, metadata))));
}

void EventFile::summary(std::string_view tag, std::int64_t step, std::string_view value) {
  const std::string tagged = concat(std::string_view(Message().bytes(1, tag)), value);
  event(step, Message().bytes(5, Message().bytes(1, tagged)));
}

void EventFile::event(std::int64_t step, std::string_view content) {
  const Message when = Message().number(1, seconds_since_1970()).integer(2, step);
  const std::string record = record_of(concat(std::string_view(when), content));
  if (std::fwrite(record.data(), 1, record.size(), file_.get()) != record.size()) fail_now();
}

void EventFile::flush() {
  if (std::fflush(file_.get()) != 0) fail_now();
}

}  // namespace descent::report
