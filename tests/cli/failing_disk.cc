// Loaded before the C library of a program (LD_PRELOAD), it makes the call that changes the disk fail that
// DESCENT_FAILING_CALL counts, from 1, and with DESCENT_FAILING_ON all that follow: an open that makes a file, a write,
// fsync, close or rename. A failing write takes half of the bytes first. How many there were is written to the
// descriptor that DESCENT_COUNT_TO names.
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdlib>

namespace {

std::atomic<long> count = 0;
long failing = 0;
bool goes_on = false;

__attribute__((constructor)) void read_environment() {
  const char* wish = std::getenv("DESCENT_FAILING_CALL");
  goes_on = std::getenv("DESCENT_FAILING_ON") != nullptr;
  failing = wish ? std::atol(wish) : 0;
}

__attribute__((destructor)) void tell_count() {
  const char* descriptor = std::getenv("DESCENT_COUNT_TO");
  if (!descriptor) return;
  const long all = count;
  if (::syscall(SYS_write, std::atoi(descriptor), &all, sizeof all) < 0) ::_exit(1);
}

bool fails() {
  const long now = ++count;
  if (failing == 0 || now < failing || (now > failing && !goes_on)) return false;
  errno = ENOSPC;
  return true;
}

}  // namespace

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
  return static_cast<int>(::syscall(SYS_openat, AT_FDCWD, path, flags, mode));
}

ssize_t write(int descriptor, const void* bytes, std::size_t size) {
  if (descriptor <= STDERR_FILENO || !fails()) return ::syscall(SYS_write, descriptor, bytes, size);
  if (size / 2 > 0) ::syscall(SYS_write, descriptor, bytes, size / 2);
  errno = ENOSPC;
  return -1;
}

int fsync(int descriptor) { return fails() ? -1 : static_cast<int>(::syscall(SYS_fsync, descriptor)); }

int close(int descriptor) {
  const int result = static_cast<int>(::syscall(SYS_close, descriptor));
  return fails() ? -1 : result;
}

int rename(const char* from, const char* to) {
  return fails() ? -1 : static_cast<int>(::syscall(SYS_rename, from, to));
}
}
