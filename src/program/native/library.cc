#include "program/native/library.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "descent/error.h"
#include "program/native/cache_folder.h"
#include "program/native/compiler.h"

namespace descent::program::native {
namespace {

std::uint64_t hash_of(std::string_view text, std::uint64_t start) {
  std::uint64_t hash = start;  // FNV-1a
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

std::string name_of(std::string_view text) {
  char name[40];
  std::snprintf(name, sizeof name, "%016llx%016llx", static_cast<unsigned long long>(hash_of(text, 0xcbf29ce484222325)),
                static_cast<unsigned long long>(hash_of(text, 0x84222325cbf29ce4)));
  return name;
}

[[noreturn]] void fail_with(const std::string& what) { fail(what, ": ", std::strerror(errno)); }

class File {
 public:
  explicit File(int number) : number_(number) {}
  ~File() {
    if (number_ >= 0) close(number_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  int number() const { return number_; }

 private:
  int number_;
};

// A library in the cache is what the linker made, the text it was made of, and this.
struct Footer {
  char magic[8];
  std::uint64_t library_size, text_size;
  std::uint64_t checksum;  // of both
};
constexpr char kMagic[] = "descent1";

std::optional<std::string> contents_of(const std::string& path) {
  const File file(open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  struct stat status;
  if (file.number() < 0 || fstat(file.number(), &status) != 0 || !S_ISREG(status.st_mode) || !is_ours(status))
    return {};
  std::string contents(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t done = 0;
  while (done < contents.size()) {
    const ssize_t count = read(file.number(), contents.data() + done, contents.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return {};
    done += static_cast<std::size_t>(count);
  }
  return contents;
}

bool is_whole(std::string_view contents, std::string_view text) {
  Footer footer;
  if (contents.size() < sizeof footer) return false;
  std::memcpy(&footer, contents.data() + contents.size() - sizeof footer, sizeof footer);
  const std::string_view body = contents.substr(0, contents.size() - sizeof footer);
  return std::memcmp(footer.magic, kMagic, sizeof footer.magic) == 0 && footer.text_size == text.size() &&
         footer.library_size + footer.text_size == body.size() && body.substr(footer.library_size) == text &&
         footer.checksum == hash_of(body, 0xcbf29ce484222325);
}

void write_file(const std::string& path, std::string_view contents) {
  const File file(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (file.number() < 0) fail_with(path);
  while (!contents.empty()) {
    const ssize_t count = write(file.number(), contents.data(), contents.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) fail_with(path);
    contents.remove_prefix(static_cast<std::size_t>(count));
  }
}

// Files that go when this does.
class Temporaries {
 public:
  explicit Temporaries(const std::string& path) : path_(path) {}
  ~Temporaries() {
    unlink(source().c_str());
    unlink(library().c_str());
  }
  Temporaries(const Temporaries&) = delete;
  Temporaries& operator=(const Temporaries&) = delete;

  std::string source() const { return path_ + ".c"; }
  std::string library() const { return path_ + ".so"; }

 private:
  std::string path_;
};

void make(const std::string& path, const std::string& source, const std::vector<std::string>& command,
          std::string_view text) {
  static std::atomic<int> made = 0;
  const Temporaries temporaries(concat(path, ".tmp-", getpid(), "-", made++));
  write_file(temporaries.source(), source);
  const std::string error = compile_library(command, temporaries.source(), temporaries.library(), compiler_limit);
  if (!error.empty()) fail(error);
  std::optional<std::string> library = contents_of(temporaries.library());
  if (!library) fail("the compiler ", command[0], " made nothing");
  Footer footer{{}, library->size(), text.size(), 0};
  std::memcpy(footer.magic, kMagic, sizeof footer.magic);
  *library += text;
  footer.checksum = hash_of(*library, 0xcbf29ce484222325);
  library->append(reinterpret_cast<const char*>(&footer), sizeof footer);
  write_file(temporaries.library(), *library);
  if (rename(temporaries.library().c_str(), path.c_str()) != 0) fail_with(path);
}

constexpr std::uintmax_t kMostCached = std::uintmax_t{256} << 20;

std::shared_ptr<const Library> load(const std::string& source, const std::vector<std::string>& command) {
  std::string text;
  for (const std::string& word : command) text += word + " ";
  text += "\n" + source;
  const std::string folder = cache_folder(), path = concat(folder, "/", name_of(text), ".so");
  const std::optional<std::string> cached = contents_of(path);
  if (cached && is_whole(*cached, text)) {
    say_used(path);
  } else {
    make(path, source, command, text);
    keep_latest_used(folder, kMostCached);
  }
  auto library = std::make_shared<const Library>(path);
  if (!library->is_open()) fail(path, " cannot be loaded: ", dlerror());
  return library;
}

}  // namespace

Library::Library(const std::string& path) : handle_(dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) {}
Library::~Library() {
  if (handle_) dlclose(handle_);
}

Function Library::function(const std::string& name) const {
  return reinterpret_cast<Function>(dlsym(handle_, name.c_str()));
}

std::shared_ptr<const Library> library_of(const std::string& source) {
  static std::mutex mutex;
  static std::map<std::string, std::weak_ptr<const Library>, std::less<>> loaded;
  const std::vector<std::string> command = compiler_command();
  if (command.empty() || gave_up) return nullptr;
  const std::lock_guard lock(mutex);
  if (auto library = loaded[source].lock()) return library;
  try {
    auto library = load(source, command);
    loaded[source] = library;
    return library;
  } catch (const Error& error) {
    gave_up = true;
    std::fprintf(stderr, "descent: no native code, steps run on Descent's own kernels: %s\n", error.what());
    return nullptr;
  }
}

}  // namespace descent::program::native
