// Makes calls that change the disk fail (failing_calls.h): an open that makes a file, a write, fsync, close or rename.
// A failing write takes half of the bytes first.
#include <fcntl.h>

#include <cstdarg>

#include "cli/failing_calls.h"

extern "C" {
int open(const char* path, int flags, ...) {
  mode_t mode = 0;
  if ((flags & O_CREAT) != 0) {
    va_list arguments;
    va_start(arguments, flags);
    mode = va_arg(arguments, mode_t);
    va_end(arguments);
    if (fails(ENOSPC)) return -1;
  }
  return static_cast<int>(::syscall(SYS_openat, AT_FDCWD, path, flags, mode));
}

ssize_t write(int descriptor, const void* bytes, std::size_t size) {
  if (descriptor <= STDERR_FILENO || !fails(ENOSPC)) return ::syscall(SYS_write, descriptor, bytes, size);
  if (size / 2 > 0) ::syscall(SYS_write, descriptor, bytes, size / 2);
  errno = ENOSPC;
  return -1;
}

int fsync(int descriptor) { return fails(ENOSPC) ? -1 : static_cast<int>(::syscall(SYS_fsync, descriptor)); }

int close(int descriptor) {
  const int result = static_cast<int>(::syscall(SYS_close, descriptor));
  return fails(ENOSPC) ? -1 : result;
}

int rename(const char* from, const char* to) {
  return fails(ENOSPC) ? -1 : static_cast<int>(::syscall(SYS_rename, from, to));
}
}
