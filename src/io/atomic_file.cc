#include "descent/atomic_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <mutex>
#include <utility>

#include "descent/error.h"
#include "io/folder.h"

namespace descent {
namespace {

constexpr std::string_view kBegin = ".descent-", kEnd = ".tmp";

/// Where the links that begin at `path` end, whether there is a file or not.
std::filesystem::path follow_links(std::filesystem::path path) {
  constexpr int most = 40;  // as Linux does
  std::error_code error;
  for (int i = 0; i < most && std::filesystem::is_symlink(std::filesystem::symlink_status(path, error)); ++i)
    path = path.parent_path() / std::filesystem::read_symlink(path, error);
  return path;
}

std::string folder_of(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

/// Whether `file` is what has that name.
bool is_at(int file, const std::string& path) {
  struct stat open, named;
  return ::fstat(file, &open) == 0 && ::lstat(path.c_str(), &named) == 0 && open.st_dev == named.st_dev &&
         open.st_ino == named.st_ino;
}

/// Removes the temporary files in `folder` that nobody writes any more. What cannot be looked at stays.
void remove_stale(const std::string& folder) {
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(::opendir(folder.c_str()), ::closedir);
  if (!entries) return;
  while (const dirent* entry = ::readdir(entries.get())) {
    const std::string_view name = entry->d_name;
    if (!name.starts_with(kBegin) || !name.ends_with(kEnd)) continue;
    const std::string path = concat(folder, '/', name);
    const int file = ::open(path.c_str(), O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0) continue;
    struct stat status;
    const bool is_stale = ::fstat(file, &status) == 0 && S_ISREG(status.st_mode) &&
                          ::flock(file, LOCK_EX | LOCK_NB) == 0 && is_at(file, path);
    if (is_stale) ::unlink(path.c_str());
    ::close(file);
  }
}

}  // namespace

/// Those that there are: the temporary files go when the process exits, which calls no destructor of what lies on
/// stacks.
class AtomicFile::List {
 public:
  static List& instance() {
    static List& list = *new List;  // never destroyed: it may be asked while the process exits
    return list;
  }
  void add(AtomicFile& file) {
    const std::lock_guard lock(mutex_);
    file.next_ = std::exchange(first_, &file);
  }
  void remove(AtomicFile& file) {
    const std::lock_guard lock(mutex_);
    for (AtomicFile** at = &first_; *at; at = &(*at)->next_) {
      if (*at != &file) continue;
      *at = file.next_;
      return;
    }
  }

 private:
  List() {
    std::atexit([] {
      List& list = instance();
      const std::lock_guard lock(list.mutex_);
      for (AtomicFile* file = list.first_; file; file = file->next_) file->remove_temporary();
    });
  }

  std::mutex mutex_;
  AtomicFile* first_ = nullptr;
};

AtomicFile::AtomicFile(const std::string& path)
    : path_(path), target_(follow_links(path).string()), process_(::getpid()) {
  struct stat earlier;
  const bool exists = ::stat(target_.c_str(), &earlier) == 0;
  if (!exists && errno != ENOENT) fail_with(errno);
  if (exists && S_ISDIR(earlier.st_mode)) fail_with(EISDIR);
  if (exists && !S_ISREG(earlier.st_mode)) fail(path_, ": cannot be written: not a regular file");
  if (exists && ::access(target_.c_str(), W_OK) != 0) fail_with(errno);

  List& list = List::instance();
  const std::string folder = folder_of(target_);
  remove_stale(folder);
  const mode_t permissions = exists ? earlier.st_mode & 0777 : 0666;
  while (!open_temporary(folder, permissions)) {
  }
  if (exists) {
    // Neither is worth failing for: only root may give a file away, and some file systems have no permissions.
    [[maybe_unused]] const int owner = ::fchown(file_, earlier.st_uid, earlier.st_gid);
    [[maybe_unused]] const int mode = ::fchmod(file_, permissions);
  }
  list.add(*this);
}

/// False: the name was taken, or the file was taken for a stale one before it had its lock.
bool AtomicFile::open_temporary(const std::string& folder, unsigned permissions) {
  static std::atomic<unsigned> counter = 0;
  std::string name = concat(folder, '/', kBegin, process_, '-', counter++, kEnd);
  file_ = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, permissions);
  if (file_ < 0 && errno == EEXIST) return false;
  if (file_ < 0) fail_with(errno);
  temporary_ = std::move(name);
  // Where there are no locks nobody can take it for a stale one.
  if (::flock(file_, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) {
    if (is_at(file_, temporary_)) return true;
  }
  ::close(std::exchange(file_, -1));
  temporary_.clear();
  return false;
}

AtomicFile::~AtomicFile() {
  List::instance().remove(*this);
  remove_temporary();
  if (file_ >= 0) ::close(file_);
}

/// The child of a fork leaves it to its parent.
void AtomicFile::remove_temporary() {
  if (!temporary_.empty() && process_ == ::getpid()) ::unlink(temporary_.c_str());
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
  const std::string folder = folder_of(target_);  // now: once the file is in place nothing else may fail
  if (::fsync(file_) != 0) fail_with(errno);
  // Not closed before, which would end the lock; what close() could report, fsync() has.
  if (::rename(temporary_.c_str(), target_.c_str()) != 0) fail_with(errno);
  temporary_.clear();
  ::close(std::exchange(file_, -1));
  if (const int error = io::sync_folder(folder))
    fail(path_, ": is in place, but its folder could not be made durable: ", std::strerror(error));
}

void AtomicFile::fail_with(int error) const { fail(path_, ": cannot be written: ", std::strerror(error)); }

}  // namespace descent
