#include "descent/atomic_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "descent/error.h"

namespace descent {
namespace {

/// Where the links that begin at `path` end, whether there is a file or not.
std::filesystem::path follow_links(std::filesystem::path path) {
  constexpr int most = 40;  // as Linux does
  std::error_code error;
  for (int i = 0; i < most && std::filesystem::is_symlink(std::filesystem::symlink_status(path, error)); ++i)
    path = path.parent_path() / std::filesystem::read_symlink(path, error);
  return path;
}

/// Makes the entries of `folder` durable; an errno, 0 for success.
int sync_folder(const std::string& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  // A folder may be writable but not readable.
  if (descriptor < 0) return errno == EACCES ? 0 : errno;
  const int error = ::fsync(descriptor) == 0 ? 0 : errno;
  ::close(descriptor);
  // Some network file systems cannot do it.
  return error == EINVAL || error == ENOTSUP ? 0 : error;
}

}  // namespace

AtomicFile::AtomicFile(const std::string& path) : path_(path), target_(follow_links(path).string()) {
  struct stat earlier;
  const bool exists = ::stat(target_.c_str(), &earlier) == 0;
  if (!exists && errno != ENOENT) fail_with(errno);
  if (exists && S_ISDIR(earlier.st_mode)) fail_with(EISDIR);
  if (exists && !S_ISREG(earlier.st_mode)) fail(path_, ": cannot be written: not a regular file");
  if (exists && ::access(target_.c_str(), W_OK) != 0) fail_with(errno);

  const mode_t permissions = exists ? earlier.st_mode & 0777 : 0666;
  static std::atomic<unsigned> counter = 0;
  do {
    temporary_ = concat(target_, ".tmp-", ::getpid(), "-", counter++);
    file_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, permissions);
  } while (file_ < 0 && errno == EEXIST);
  if (file_ < 0) fail_with(errno);
  if (exists) {
    // Neither is worth failing for: only root may give a file away, and some file systems have no permissions.
    [[maybe_unused]] const int owner = ::fchown(file_, earlier.st_uid, earlier.st_gid);
    [[maybe_unused]] const int mode = ::fchmod(file_, permissions);
  }
}

AtomicFile::~AtomicFile() {
  if (file_ >= 0) ::close(file_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void AtomicFile::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(file_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail_with(errno);
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
}

void AtomicFile::commit() {
  if (::fsync(file_) != 0) fail_with(errno);
  if (::close(std::exchange(file_, -1)) != 0) fail_with(errno);
  if (::rename(temporary_.c_str(), target_.c_str()) != 0) fail_with(errno);
  temporary_.clear();
  const std::filesystem::path folder = std::filesystem::path(target_).parent_path();
  if (const int error = sync_folder(folder.empty() ? "." : folder.string())) fail_with(error);
}

void AtomicFile::fail_with(int error) const { fail(path_, ": cannot be written: ", std::strerror(error)); }

}  // namespace descent
