#include "program/native/compiler.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "descent/error.h"
#include "kernels/elementwise.h"

extern char** environ;

namespace descent::program::native {
namespace {

// What makes the compiler's code for the instruction set that the kernels use.
std::vector<std::string> machine_options() {
  const std::string_view target = kernels::cpu_target();
  if (target == "AVX3")
    return {"-mavx512f", "-mavx512bw", "-mavx512dq", "-mavx512vl", "-mavx2", "-mfma", "-mprefer-vector-width=512"};
  if (target == "AVX2") return {"-mavx2", "-mfma"};
  return {};
}

// What a child says, until it and its children are gone; the beginning of it.
struct Said {
  std::string text;
  bool in_time;
};
Said listen(int pipe, std::chrono::steady_clock::time_point end) {
  constexpr std::size_t kMost = 2000;
  std::string text;
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now()).count();
    if (left <= 0) return {text, false};
    pollfd waiting{pipe, POLLIN, 0};
    const int ready = poll(&waiting, 1, static_cast<int>(left));
    if (ready < 0 && errno != EINTR) return {text, true};
    if (ready <= 0) continue;
    char bytes[512];
    const ssize_t count = read(pipe, bytes, sizeof bytes);
    if (count == 0 || (count < 0 && errno != EINTR)) return {text, true};
    if (count > 0 && text.size() < kMost) text.append(bytes, static_cast<std::size_t>(count));
  }
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

// Waits for the child; whether it ended by itself with 0. Who handles SIGCHLD in this process may have been first: then
// what the child left has to speak for it.
bool ended_well(pid_t child) {
  int status = 0;
  pid_t waited = 0;
  do waited = waitpid(child, &status, 0);
  while (waited < 0 && errno == EINTR);
  return waited < 0 || (WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

}  // namespace

std::vector<std::string> compiler_command() {
  const char* named = std::getenv("DESCENT_CC");
  const std::string compiler = named && *named ? named : "cc";
  if (compiler == "off") return {};
  // As the kernels: nothing contracted or reordered. That no one asks for floating point's exceptions, or for errno,
  // changes no result. GCC would make x * x of pow(x, 2), whose last bit differs.
  std::vector<std::string> command = {compiler,
                                      "-std=c99",
                                      "-O3",
                                      "-fPIC",
                                      "-shared",
                                      "-w",
                                      "-ffp-contract=off",
                                      "-fno-math-errno",
                                      "-fno-trapping-math",
                                      "-fno-builtin-pow",
                                      "-fno-strict-aliasing"};
  for (std::string& option : machine_options()) command.push_back(std::move(option));
  return command;
}

std::string compile_library(std::vector<std::string> command, const std::string& source_path,
                            const std::string& library_path, std::chrono::milliseconds limit) {
  command.insert(command.end(), {"-o", library_path, source_path, "-lm"});
  std::vector<char*> arguments;
  for (std::string& argument : command) arguments.push_back(argument.data());
  arguments.push_back(nullptr);

  int pipe[2];
  if (pipe2(pipe, O_CLOEXEC) != 0) return concat("no pipe to ", command[0], ": ", std::strerror(errno));
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files, pipe[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&files, pipe[1], STDERR_FILENO);
  // A group of its own, so that what it starts ends with it; and the signals as a program expects them.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none, usual;
  sigemptyset(&none);
  sigemptyset(&usual);
  for (const int signal : {SIGCHLD, SIGPIPE, SIGINT, SIGTERM}) sigaddset(&usual, signal);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &usual);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  pid_t child = 0;
  const int error = posix_spawnp(&child, command[0].c_str(), &files, &attributes, arguments.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  close(pipe[1]);
  if (error != 0) {
    close(pipe[0]);
    return concat("the compiler ", command[0], " cannot be started: ", std::strerror(error));
  }
  const Said said = listen(pipe[0], std::chrono::steady_clock::now() + limit);
  close(pipe[0]);
  if (!said.in_time) kill(-child, SIGKILL);
  const bool well = ended_well(child);
  if (!said.in_time)
    return concat("the compiler ", command[0], " took longer than ", limit.count() / 1000.0, " s and was stopped");
  if (!well)
    return concat("the compiler ", command[0], " failed", said.text.empty() ? "" : ": ", first_line(said.text));
  return "";
}

}  // namespace descent::program::native
