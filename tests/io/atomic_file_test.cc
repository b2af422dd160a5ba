#include "descent/atomic_file.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "descent/error.h"
#include "io/safetensors_format.h"
#include "temporary_folder.h"

using namespace descent;
using namespace descent::io;
namespace fs = std::filesystem;

namespace {

std::ptrdiff_t files_in(const std::string& folder) { return std::distance(fs::directory_iterator(folder), {}); }

void replace(const std::string& path, std::string_view text) {
  AtomicFile file(path);
  file.write(text);
  file.commit();
}

std::string replace_error(const std::string& path, std::string_view text = "new") {
  try {
    replace(path, text);
  } catch (const Error& error) {
    return error.what();
  }
  return "none";
}

/// What `action` returns when a process of its own runs it, so that limits and mounts stay there.
template <class F>
std::string in_child(F action) {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    std::string result;
    try {
      result = action();
    } catch (const std::exception& error) {
      result = concat("threw ", error.what());
    }
    _exit(write(ends[1], result.data(), result.size()) == static_cast<ssize_t>(result.size()) ? 0 : 1);
  }
  close(ends[1]);
  std::string result;
  char buffer[512];
  for (ssize_t count; (count = read(ends[0], buffer, sizeof buffer)) > 0;)
    result.append(buffer, static_cast<std::size_t>(count));
  close(ends[0]);
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  return result;
}

mode_t permissions(const std::string& path) {
  struct stat status;
  REQUIRE(stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777;
}

}  // namespace

TEST_CASE("a commit replaces the file") {
  const TemporaryFolder folder;
  const std::string path = folder.path + "/file";
  replace(path, "one");
  CHECK(contents(path) == "one");
  {
    AtomicFile file(path);
    file.write("tw");
    file.write("o");
    CHECK(contents(path) == "one");
    file.commit();
    CHECK(contents(path) == "two");
  }
  CHECK(contents(path) == "two");
  CHECK(files_in(folder.path) == 1);
}

TEST_CASE("without a commit the earlier file stays") {
  const TemporaryFolder folder;
  const std::string path = folder.path + "/file";
  { AtomicFile(path).write("new"); }
  CHECK(files_in(folder.path) == 0);
  replace(path, "earlier");
  { AtomicFile(path).write("new"); }
  CHECK(contents(path) == "earlier");
  CHECK(files_in(folder.path) == 1);
}

TEST_CASE("two versions at once: the last to commit stays") {
  const TemporaryFolder folder;
  const std::string path = folder.path + "/file";
  AtomicFile first(path), second(path);
  first.write("first");
  second.write("second");
  second.commit();
  first.commit();
  CHECK(contents(path) == "first");
  CHECK(files_in(folder.path) == 1);
}

TEST_CASE("a path without a folder") {
  const TemporaryFolder folder;
  CHECK(in_child([&] { return chdir(folder.path.c_str()) == 0 ? replace_error("file", "here") : "chdir failed"; }) ==
        "none");
  CHECK(contents(folder.path + "/file") == "here");
}

TEST_CASE("permissions") {
  const TemporaryFolder folder;
  const std::string path = folder.path + "/file";
  const mode_t mask = umask(027);
  replace(path, "x");
  umask(mask);
  CHECK(permissions(path) == 0640);
  for (const mode_t mode : {0600, 0666, 0755}) {
    REQUIRE(chmod(path.c_str(), mode) == 0);
    replace(path, "y");
    CHECK(permissions(path) == mode);
  }
}

TEST_CASE("symbolic links are followed") {
  const TemporaryFolder folder;
  fs::create_directory(folder.path + "/real");
  fs::create_symlink("real/file", folder.path + "/link");
  fs::create_symlink(folder.path + "/link", folder.path + "/second");
  replace(folder.path + "/second", "one");
  CHECK(contents(folder.path + "/real/file") == "one");
  replace(folder.path + "/link", "two");
  CHECK(contents(folder.path + "/real/file") == "two");
  CHECK(fs::is_symlink(folder.path + "/link"));
  CHECK(fs::is_symlink(folder.path + "/second"));
  fs::create_symlink("loop", folder.path + "/loop");
  CHECK(replace_error(folder.path + "/loop") ==
        folder.path + "/loop: cannot be written: Too many levels of symbolic links");
}

TEST_CASE("errors name the path and the reason") {
  const TemporaryFolder folder;
  CHECK(replace_error(folder.path) == folder.path + ": cannot be written: Is a directory");
  CHECK(replace_error(folder.path + "/no/file") ==
        folder.path + "/no/file: cannot be written: No such file or directory");
  CHECK(replace_error("/dev/null") == "/dev/null: cannot be written: not a regular file");
  replace(folder.path + "/file", "x");
  CHECK(replace_error(folder.path + "/file/below") == folder.path + "/file/below: cannot be written: Not a directory");

  // Root may write anywhere, so another user tries.
  REQUIRE(chmod(folder.path.c_str(), 0555) == 0);
  const auto as_user = [&](const std::string& path) {
    return in_child([&]() -> std::string {
      if (geteuid() == 0 && setuid(65534) != 0) return path + ": cannot be written: Permission denied";
      return replace_error(path);
    });
  };
  CHECK(as_user(folder.path + "/new") == folder.path + "/new: cannot be written: Permission denied");
  REQUIRE(chmod(folder.path.c_str(), 0777) == 0);
  REQUIRE(chmod((folder.path + "/file").c_str(), 0444) == 0);
  CHECK(as_user(folder.path + "/file") == folder.path + "/file: cannot be written: Permission denied");
  CHECK(contents(folder.path + "/file") == "x");
}

TEST_CASE("a limit on the size of files leaves the earlier file whole") {
  const TemporaryFolder folder;
  const std::string path = folder.path + "/file";
  const std::string large(200'000, 'x');
  replace(path, "earlier");
  CHECK(in_child([&] {
          // The write that crosses the limit is a short one; the next fails.
          signal(SIGXFSZ, SIG_IGN);
          const rlimit limit{100'001, 100'001};
          return setrlimit(RLIMIT_FSIZE, &limit) == 0 ? replace_error(path, large) : "no limit";
        }) == path + ": cannot be written: File too large");
  CHECK(contents(path) == "earlier");
  CHECK(files_in(folder.path) == 1);
}

TEST_CASE("a full file system leaves the earlier file whole") {
  const TemporaryFolder folder;
  const std::string path = folder.path + "/file";
  const std::string result = in_child([&]() -> std::string {
    // Only root can mount, which a user can be in a namespace of its own on most systems.
    const uid_t user = geteuid();
    const gid_t group = getegid();
    if (unshare(CLONE_NEWNS) != 0) {
      if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return "cannot mount";
      std::ofstream("/proc/self/setgroups") << "deny";
      std::ofstream("/proc/self/uid_map") << "0 " << user << " 1";
      std::ofstream("/proc/self/gid_map") << "0 " << group << " 1";
    }
    mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
    if (mount("tmpfs", folder.path.c_str(), "tmpfs", 0, "size=64k") != 0) return "cannot mount";
    replace(path, "earlier");
    const std::string error = replace_error(path, std::string(200'000, 'x'));
    return concat(error, "|", contents(path), "|", files_in(folder.path));
  });
  if (result == "cannot mount")
    MESSAGE("skipped: this user cannot mount a small file system");
  else
    CHECK(result == path + ": cannot be written: No space left on device|earlier|1");
}

TEST_CASE("whenever a process is killed, one version is whole") {
  const TemporaryFolder folder;
  const std::string path = folder.path + "/model";
  const auto values_of = [](std::int64_t version) {
    return std::vector<std::int64_t>(static_cast<std::size_t>(20'000 + version % 7 * 5'000), version);
  };
  // Calls `mark` between the steps of the save.
  const auto save = [&](std::int64_t version, auto mark) {
    const std::vector<std::int64_t> values = values_of(version);
    const auto bytes = std::as_bytes(std::span(values));
    const SafetensorsTensor tensor{"values", int64, {std::ssize(values)}, bytes};
    mark();
    AtomicFile file(path);
    mark();
    file.write(safetensors_header({&tensor, 1}, {{"version", std::to_string(version)}}, path));
    constexpr std::size_t pieces = 5;
    for (std::size_t i = 0; i < pieces; ++i) {
      mark();
      file.write(bytes.subspan(i * bytes.size() / pieces, bytes.size() / pieces));
    }
    mark();
    file.commit();
  };
  constexpr int marks_a_save = 8;
  std::int64_t version = 0;
  save(version, [] {});
  for (int kill_at = 1; kill_at <= 8 * marks_a_save; ++kill_at) {
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      try {
        for (std::int64_t next = version + 1;; ++next) {
          save(next, [&] {
            if (write(ends[1], "x", 1) != 1) _exit(1);
          });
        }
      } catch (const Error&) {
        _exit(1);
      }
    }
    close(ends[1]);
    char byte;
    for (int i = 0; i < kill_at; ++i) REQUIRE(read(ends[0], &byte, 1) == 1);
    REQUIRE(kill(child, SIGKILL) == 0);
    REQUIRE(waitpid(child, nullptr, 0) == child);
    close(ends[0]);

    const SafetensorsFile file(path);
    const std::int64_t found = std::stoll(file.header().metadata.at("version"));
    CHECK(found >= version + (kill_at - 1) / marks_a_save);
    version = found;
    std::vector<std::int64_t> values(values_of(version).size());
    file.read(file.header().entries.at(0), std::as_writable_bytes(std::span(values)));
    CHECK(values == values_of(version));
    for (const auto& entry : fs::directory_iterator(folder.path)) {
      if (entry.path() != path) fs::remove(entry.path());
    }
  }
}
