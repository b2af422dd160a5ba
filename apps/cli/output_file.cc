#include "output_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <utility>

#include "command_line.h"
#include "descent/text.h"

namespace descent::cli {

namespace fs = std::filesystem;

bool is_standard_output(const std::string& path) {
  return path == "-" || path == "/dev/stdout" || path == "/dev/fd/1" || path == "/proc/self/fd/1";
}

namespace {

/// The open descriptor that `path` means, "/dev/stderr" or "/dev/fd/5"; -1: none.
int descriptor_of(const std::string& path) {
  if (path == "/dev/stderr") return STDERR_FILENO;
  int number = -1;
  for (const std::string_view folder : {"/dev/fd/", "/proc/self/fd/"})
    if (path.starts_with(folder) && read_number(std::string_view(path).substr(folder.size()), number)) return number;
  return -1;
}

}  // namespace

OutputFile::OutputFile(std::string path, std::initializer_list<std::string> inputs)
    : path_(std::move(path)), standard_(cli::is_standard_output(path_)) {
  if (standard_) return;
  if (path_.empty()) throw UsageError("--out: the name of the file is empty");
  if (const int open = descriptor_of(path_); open >= 0) {
    // A file behind it goes on where it is: what stands there is the caller's.
    descriptor_ = ::fcntl(open, F_DUPFD_CLOEXEC, 0);
    if (descriptor_ < 0) fail(path_, ": cannot be written: ", std::strerror(errno));
    return;
  }
  std::error_code error;
  for (const std::string& input : inputs)
    if (fs::equivalent(path_, input, error)) throw UsageError(path_ + ": is the input; nothing was overwritten");
  if (fs::is_directory(path_, error)) fail(path_, ": is a folder");
  if (fs::exists(path_, error) && !fs::is_regular_file(path_, error)) {
    // Without a reader a pipe would keep us waiting for ever.
    descriptor_ = ::open(path_.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    if (descriptor_ < 0)
      fail(path_, ": cannot be written: ", errno == ENXIO ? "nobody reads the pipe" : std::strerror(errno));
    ::fcntl(descriptor_, F_SETFL, ::fcntl(descriptor_, F_GETFL) & ~O_NONBLOCK);
    return;
  }
  const fs::path folder = fs::path(path_).has_parent_path() ? fs::path(path_).parent_path() : ".";
  if (!fs::is_directory(folder, error)) fail(path_, ": there is no folder ", in_quotes(folder.string()));
  // The temporary file it will be written to can be made: whatever else could be wrong is found out now.
  const AtomicFile probe(path_);
}

OutputFile::~OutputFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void OutputFile::write(std::string_view bytes) {
  if (standard_) {
    std::cout << bytes << std::flush;
    if (!std::cout) fail("standard output: cannot be written");
    return;
  }
  if (descriptor_ < 0) {
    if (!file_) {
      file_.emplace(path_);
      removed_at_signal_.emplace(file_->temporary());
    }
    return file_->write(bytes);
  }
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(path_, ": cannot be written: ", std::strerror(errno));
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

void OutputFile::finish() {
  if (file_) file_->commit();
}

OutputFile::TemporaryFile::TemporaryFile() : path((fs::temp_directory_path() / "descent-XXXXXX").string()) {
  const int file = ::mkstemp(path.data());
  if (file < 0) fail(path, ": cannot be created: ", std::strerror(errno));
  ::close(file);
}

OutputFile::TemporaryFile::~TemporaryFile() {
  if (!path.empty()) ::unlink(path.c_str());
}

std::string OutputFile::TemporaryFile::keep() { return std::exchange(path, ""); }

std::string OutputFile::TemporaryFile::contents() const {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace descent::cli
