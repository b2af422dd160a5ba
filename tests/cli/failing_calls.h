// What the libraries that are loaded before the C library of a program (LD_PRELOAD) share: they make the call fail that
// DESCENT_FAILING_CALL counts, from 1, and with DESCENT_FAILING_ON all that follow. How many there were is written to
// the descriptor that DESCENT_COUNT_TO names.
#pragma once

#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>

namespace {

std::atomic<long> count = 0;
long failing = 0;
bool goes_on = false;

__attribute__((constructor)) void read_environment() {
  const char* wish = std::getenv("DESCENT_FAILING_CALL");
  goes_on = std::getenv("DESCENT_FAILING_ON") != nullptr;
  count = 0;
  failing = wish ? std::atol(wish) : 0;
}

__attribute__((destructor)) void tell_count() {
  const char* descriptor = std::getenv("DESCENT_COUNT_TO");
  if (!descriptor) return;
  const long all = count;
  if (::syscall(SYS_write, std::atoi(descriptor), &all, sizeof all) < 0) ::_exit(1);
}

/// Counts a call; whether it fails, with this errno.
bool fails(int error) {
  const long now = ++count;
  if (failing == 0 || now < failing || (now > failing && !goes_on)) return false;
  errno = error;
  return true;
}

}  // namespace
