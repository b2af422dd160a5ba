#include "program/native/cache_folder.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>
#include <vector>

#include "descent/error.h"

namespace descent::program::native {
namespace {

[[noreturn]] void fail_for(const std::string& folder) { fail("the folder ", folder, ": ", std::strerror(errno)); }

}  // namespace

bool is_ours(const struct stat& status) { return status.st_uid == geteuid() && (status.st_mode & 022) == 0; }

std::string cache_folder() {
  const char* cache = std::getenv("XDG_CACHE_HOME");
  const char* home = std::getenv("HOME");
  std::string folder;
  if (cache && *cache == '/')
    folder = cache;
  else if (home && *home == '/')
    folder = concat(home, "/.cache");
  else
    fail("neither HOME nor XDG_CACHE_HOME says where to keep it");
  for (const char* part : {"", "/descent", "/native"}) {
    folder += part;
    if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) fail_for(folder);
  }
  char* real = realpath(folder.c_str(), nullptr);
  if (!real) fail_for(folder);
  folder = real;
  std::free(real);
  struct stat status;
  if (stat(folder.c_str(), &status) != 0) fail_for(folder);
  if (!is_ours(status)) fail("the folder ", folder, " belongs to somebody else, or others may write to it");
  for (std::string above = folder; !above.empty();) {
    above.resize(above.rfind('/'));
    if (stat(above.empty() ? "/" : above.c_str(), &status) != 0) fail_for(above);
    const bool is_trusted = status.st_uid == 0 || status.st_uid == geteuid();
    if (!is_trusted || ((status.st_mode & 022) != 0 && (status.st_mode & S_ISVTX) == 0))
      fail("the folder ", above, ", in which ", folder, " is, belongs to somebody else, or others may write to it");
  }
  return folder;
}

void say_used(const std::string& path) {
  const timespec times[] = {{.tv_sec = 0, .tv_nsec = UTIME_NOW}, {.tv_sec = 0, .tv_nsec = UTIME_OMIT}};
  utimensat(AT_FDCWD, path.c_str(), times, 0);
}

void keep_latest_used(const std::string& folder, std::uintmax_t bytes) {
  namespace fs = std::filesystem;
  struct Entry {
    timespec used;
    std::uintmax_t size;
    fs::path path;
  };
  std::vector<Entry> entries;
  std::error_code error;
  std::uintmax_t total = 0;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    struct stat status;
    if (lstat(at->path().c_str(), &status) != 0) continue;  // another process may have removed it
    entries.push_back({status.st_atim, static_cast<std::uintmax_t>(status.st_size), at->path()});
    total += entries.back().size;
  }
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::pair(a.used.tv_sec, a.used.tv_nsec) < std::pair(b.used.tv_sec, b.used.tv_nsec);
  });
  for (const Entry& entry : entries) {
    if (total <= bytes) break;
    if (fs::remove(entry.path, error)) total -= entry.size;
  }
}

}  // namespace descent::program::native
