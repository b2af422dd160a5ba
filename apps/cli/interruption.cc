#include "interruption.h"

#include <unistd.h>

#include <atomic>
#include <csignal>

namespace descent::cli {

namespace {

constexpr int kSignals[] = {SIGINT, SIGTERM, SIGHUP};

volatile std::sig_atomic_t asked_by = 0;

void set_action(int signal, void (*action)(int)) {
  struct sigaction wanted {};
  wanted.sa_handler = action;
  wanted.sa_flags = SA_RESTART;
  ::sigaction(signal, &wanted, nullptr);
}

void replace_action(int signal, void (*before)(int), void (*after)(int)) {
  struct sigaction now {};
  if (::sigaction(signal, nullptr, &now) == 0 && now.sa_handler == before) set_action(signal, after);
}

/// Calls nothing that a handler may not.
void leave_word(int signal) {
  if (asked_by != 0) {
    set_action(signal, SIG_DFL);
    ::raise(signal);  // which is heard when this returns
  }
  asked_by = signal;
}

std::atomic<const char*> unwanted = nullptr;
static_assert(std::atomic<const char*>::is_always_lock_free);

void remove_and_end(int signal) {
  if (const char* path = unwanted) ::unlink(path);
  set_action(signal, SIG_DFL);
  ::raise(signal);  // which is heard when this returns
}

const char* name_of(int signal) { return signal == SIGINT ? "SIGINT" : signal == SIGTERM ? "SIGTERM" : "SIGHUP"; }

}  // namespace

Interruption::Interruption() {
  asked_by = 0;
  for (const int signal : kSignals) replace_action(signal, SIG_DFL, leave_word);
}

Interruption::~Interruption() {
  for (const int signal : kSignals) replace_action(signal, leave_word, SIG_DFL);
}

bool Interruption::is_asked() { return asked_by != 0; }

RemovedAtSignal::RemovedAtSignal(const std::string& path) {
  unwanted = path.c_str();
  for (const int signal : kSignals) replace_action(signal, SIG_DFL, remove_and_end);
}

RemovedAtSignal::~RemovedAtSignal() {
  for (const int signal : kSignals) replace_action(signal, remove_and_end, SIG_DFL);
  unwanted = nullptr;
}

Interrupted::Interrupted(const std::string& what)
    : Error(concat("stopped by ", name_of(asked_by), ": ", what)), status_(128 + asked_by) {}

void make_failed_writes_errors() {
  set_action(SIGPIPE, SIG_IGN);
  set_action(SIGXFSZ, SIG_IGN);
}

}  // namespace descent::cli
