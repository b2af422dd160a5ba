// The built command while it runs, to be sent signals.
#pragma once

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "command_folder.h"

class RunningCommand {
 public:
  /// In that folder, with standard output going to `out`, a descriptor, or nowhere. Its folder for temporary files is
  /// `folder`/tmp.
  RunningCommand(const Folder& folder, const std::vector<std::string>& arguments, int out = -1) {
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    std::filesystem::create_directory(folder.file("tmp"));
    // A signal that comes before the command runs is for the command, not for the handlers of these tests.
    sigset_t asked, before;
    ::sigemptyset(&asked);
    for (const int signal : kAsking) ::sigaddset(&asked, signal);
    ::sigprocmask(SIG_BLOCK, &asked, &before);
    process_ = ::fork();
    if (process_ != 0) ::sigprocmask(SIG_SETMASK, &before, nullptr);
    REQUIRE(process_ >= 0);
    if (process_ == 0) {
      const int null = ::open("/dev/null", O_RDWR);
      ::dup2(null, STDIN_FILENO);
      ::dup2(out < 0 ? null : out, STDOUT_FILENO);
      ::dup2(ends[1], STDERR_FILENO);
      if (::chdir(folder.file("").c_str()) != 0) ::_exit(126);
      ::setenv("TMPDIR", "tmp", 1);
      std::vector<std::string> words = {DESCENT_CLI};
      words.insert(words.end(), arguments.begin(), arguments.end());
      std::vector<char*> pointers;
      for (std::string& word : words) pointers.push_back(word.data());
      pointers.push_back(nullptr);
      for (const int signal : kAsking) ::signal(signal, SIG_DFL);
      ::sigprocmask(SIG_SETMASK, &before, nullptr);
      ::execv(DESCENT_CLI, pointers.data());
      ::_exit(127);
    }
    ::close(ends[1]);
    errors_ = ends[0];
  }
  ~RunningCommand() {
    if (process_ > 0) {
      ::kill(process_, SIGKILL);
      ::waitpid(process_, nullptr, 0);
    }
    ::close(errors_);
  }
  RunningCommand(const RunningCommand&) = delete;
  RunningCommand& operator=(const RunningCommand&) = delete;

  void send(int signal) const { REQUIRE(::kill(process_, signal) == 0); }
  /// Waits until it has said that on standard error.
  void wait_for(const std::string& text) {
    while (err_.find(text) == std::string::npos) REQUIRE(read_some());
  }
  /// Waits until it has ended, or so many microseconds; whether it has.
  bool ends_within(long microseconds) {
    const timespec time{microseconds / 1'000'000, microseconds % 1'000'000 * 1000};
    // What it says meanwhile must not fill the pipe: a few lines are all that it says under --quiet.
    pollfd end{errors_, 0, 0};
    return ::ppoll(&end, 1, &time, nullptr) > 0;
  }
  /// Waits for its end: its exit status, or minus the signal that ended it.
  int finish() {
    while (read_some()) {
    }
    int status = 0;
    REQUIRE(::waitpid(process_, &status, 0) == process_);
    process_ = -1;
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
  }
  /// What it has said on standard error.
  const std::string& err() const { return err_; }

 private:
  bool read_some() {
    char bytes[4096];
    const ssize_t count = ::read(errors_, bytes, sizeof bytes);
    if (count > 0) err_.append(bytes, static_cast<std::size_t>(count));
    return count > 0;
  }

  static constexpr int kAsking[] = {SIGINT, SIGTERM, SIGHUP};

  pid_t process_ = -1;
  int errors_ = -1;
  std::string err_;
};
