#include "io/folder.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "descent/error.h"

namespace descent::io {

int sync_folder(const std::string& folder) {
  const int descriptor = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  // A folder may be writable but not readable.
  if (descriptor < 0) return errno == EACCES ? 0 : errno;
  const int error = ::fsync(descriptor) == 0 ? 0 : errno;
  ::close(descriptor);
  // Some network file systems cannot do it.
  return error == EINVAL || error == ENOTSUP ? 0 : error;
}

void make_folder(const std::string& folder) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path path(folder);
  if (fs::is_directory(path, error)) return;
  const fs::path around = path.parent_path();
  if (!around.empty() && around != path) make_folder(around.string());
  if (!fs::create_directory(path, error) && error) fail(folder, ": cannot be made: ", error.message());
  if (const int reason = sync_folder(around.string()); reason != 0)
    fail(folder, ": cannot be made durable: ", std::strerror(reason));
}

}  // namespace descent::io
