#include "io/disk.h"

#if DESCENT_OWNS_THE_DISK

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace descent::disk {
namespace {

long left = -1;  // calls that do not fail; below 0: none fails
int error_of_failing = 0;
bool stays_failing = false, failed = false;

/// Whether this call fails.
bool fails() {
  if (left < 0) return false;
  if (left > 0) {
    --left;
    return false;
  }
  if (!stays_failing) left = -1;
  failed = true;
  errno = error_of_failing;
  return true;
}

struct Account {
  Watch* watch = nullptr;
  std::string folder;
  std::map<int, int> files;                    // descriptors: which file
  std::map<int, std::string> written, synced;  // files: their bytes, and what of them is durable
  std::map<std::string, int> names, durable_names;
  int folder_descriptor = -1;
  int made = 0;
} account;

/// The name within the folder; empty: it is elsewhere.
std::string name_of(const char* path) {
  const std::filesystem::path whole(path);
  return account.watch && whole.parent_path() == account.folder ? whole.filename().string() : "";
}

void changed() {
  if (!account.watch->after_change) return;
  Watch::Left left;
  for (const auto& [name, file] : account.durable_names) left.only_synced[name] = account.synced[file];
  for (const auto& [name, file] : account.names) left.names_first[name] = account.synced[file];
  account.watch->after_change(left, account.watch->context);
}

}  // namespace

Failing::Failing(long n, int error, bool from_then_on) {
  failed = false;
  error_of_failing = error;
  stays_failing = from_then_on;
  left = n;
}
Failing::~Failing() { left = -1; }
bool has_failed() { return failed; }

Watch::Watch(const std::string& folder) {
  account = {};
  account.watch = this;
  account.folder = folder;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream in(entry.path(), std::ios::binary);
    const int file = account.made++;
    account.synced[file] = account.written[file] = {std::istreambuf_iterator<char>(in), {}};
    account.durable_names[entry.path().filename().string()] = file;
  }
  account.names = account.durable_names;
}
Watch::~Watch() { account = {}; }

}  // namespace descent::disk

using namespace descent::disk;

extern "C" {

int open(const char* path, int flags, ...) {
  mode_t mode = 0;
  if ((flags & O_CREAT) != 0) {
    va_list arguments;
    va_start(arguments, flags);
    mode = va_arg(arguments, mode_t);
    va_end(arguments);
    if (fails()) return -1;
  }
  const int descriptor = static_cast<int>(syscall(SYS_openat, AT_FDCWD, path, flags, mode));
  if (descriptor < 0 || !account.watch) return descriptor;
  if (account.folder == path) account.folder_descriptor = descriptor;
  if (const std::string name = name_of(path); !name.empty() && (flags & O_CREAT) != 0) {
    account.files[descriptor] = account.names[name] = account.made++;
    changed();
  }
  return descriptor;
}

ssize_t write(int descriptor, const void* bytes, std::size_t count) {
  const bool broken = descriptor > 2 && fails();
  if (broken && count / 2 == 0) return -1;
  const ssize_t written = syscall(SYS_write, descriptor, bytes, broken ? count / 2 : count);
  if (const auto file = account.files.find(descriptor); file != account.files.end() && written > 0) {
    account.written[file->second].append(static_cast<const char*>(bytes), static_cast<std::size_t>(written));
    changed();
  }
  if (!broken) return written;
  errno = error_of_failing;
  return -1;
}

int fsync(int descriptor) {
  if (fails()) return -1;
  const int result = static_cast<int>(syscall(SYS_fsync, descriptor));
  if (const auto file = account.files.find(descriptor); file != account.files.end()) {
    account.synced[file->second] = account.written[file->second];
    changed();
  }
  if (account.watch && descriptor == account.folder_descriptor) {
    account.durable_names = account.names;
    changed();
  }
  return result;
}

int close(int descriptor) {
  if (account.files.erase(descriptor) == 0 && descriptor == account.folder_descriptor) account.folder_descriptor = -1;
  const int result = static_cast<int>(syscall(SYS_close, descriptor));
  return fails() ? -1 : result;
}

int rename(const char* from, const char* to) {
  if (fails()) return -1;
  const int result = static_cast<int>(syscall(SYS_rename, from, to));
  if (const std::string name = name_of(from); result == 0 && !name.empty()) {
    account.names[name_of(to)] = account.names[name];
    account.names.erase(name);
    changed();
  }
  return result;
}

int unlink(const char* path) {
  if (fails()) return -1;
  const int result = static_cast<int>(syscall(SYS_unlink, path));
  if (const std::string name = name_of(path); result == 0 && account.names.erase(name) > 0) changed();
  return result;
}

int remove(const char* path) { return unlink(path); }
}

#else

namespace descent::disk {

Failing::Failing(long, int, bool) {}
Failing::~Failing() = default;
bool has_failed() { return false; }
Watch::Watch(const std::string&) {}
Watch::~Watch() = default;

}  // namespace descent::disk

#endif
