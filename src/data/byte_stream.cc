#include "data/byte_stream.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "descent/error.h"

namespace descent::data {

std::string name_of_input(const std::string& path) { return path == "-" ? "standard input" : path; }

FileStream::FileStream(const std::string& path)
    : source_(name_of_input(path)), file_(path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
  if (file_ < 0) fail(source_, ": cannot be opened: ", std::strerror(errno));
  struct stat status;
  if (::fstat(file_, &status) != 0 || !S_ISREG(status.st_mode)) return;
  size_ = static_cast<std::size_t>(status.st_size);
  // Standard input may be a file that others have read from.
  rewinds_ = file_ != STDIN_FILENO;
}

FileStream::~FileStream() {
  if (file_ > STDERR_FILENO) ::close(file_);
}

std::size_t FileStream::read(char* out, std::size_t room) {
  while (true) {
    const ssize_t count = ::read(file_, out, room);
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR) fail(source_, ": cannot be read: ", std::strerror(errno));
  }
}

void FileStream::rewind() {
  if (::lseek(file_, 0, SEEK_SET) != 0) fail(source_, ": cannot be read again: ", std::strerror(errno));
}

std::size_t HeldStream::read(char* out, std::size_t room) {
  if (position_ == held_.size())
    held_.append(out, in_.read(out, room));
  else
    room = held_.copy(out, room, position_);
  const std::size_t count = std::min(room, held_.size() - position_);
  position_ += count;
  return count;
}

std::size_t MemoryStream::read(char* out, std::size_t room) {
  const std::size_t count = bytes_.copy(out, room);
  bytes_.remove_prefix(count);
  return count;
}

std::string_view PeekedStream::peek(std::size_t count) {
  // A line end ends it, too: of a pipe there may be no more for long.
  while (ahead_.size() < count && ahead_.find('\n') == ahead_.npos) {
    const std::size_t before = ahead_.size();
    ahead_.resize(count);
    const std::size_t more = in_.read(ahead_.data() + before, count - before);
    ahead_.resize(before + more);
    if (more == 0) break;
  }
  return std::string_view(ahead_).substr(0, count);
}

std::size_t PeekedStream::read(char* out, std::size_t room) {
  if (ahead_.empty()) return in_.read(out, room);
  const std::size_t count = ahead_.copy(out, room);
  ahead_.erase(0, count);
  return count;
}

}  // namespace descent::data
