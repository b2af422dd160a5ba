// Files that are replaced whole or not at all.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "descent/export.h"

namespace DESCENT_EXPORT descent {

/// A new version of the file at a path. What is written goes to a temporary file in the same folder; commit() makes it
/// durable and puts it in place of the earlier version in one step, so that whatever happens (an error, a full disk, a
/// kill, a power cut) the path holds either the earlier version whole or the new one whole.
///
/// A symbolic link is followed: what it points to is replaced. The new file has the permissions of the earlier one, and
/// its owner where the process may give it away; without an earlier one, what the umask leaves of rw-rw-rw-.
///
/// The temporary file, ".descent-PID-N.tmp", goes with the object, or when the process exits. One that a killed process
/// left goes when the next AtomicFile is made in the folder: it is known by a lock that nobody holds any more.
///
/// Every member but the destructor throws an Error that names the path and the system's reason.
class AtomicFile {
 public:
  /// Refuses what is not a regular file, or what the process may not write.
  explicit AtomicFile(const std::string& path);
  /// Removes the temporary file unless committed.
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(std::span<const std::byte> bytes);
  void write(std::string_view text) { write(std::as_bytes(std::span(text))); }

  /// Call once, after the last write. Where only the folder cannot be made durable, the Error says that the file is in
  /// place: a power cut may bring the earlier one back.
  void commit();

  /// Where the bytes are until then, and "" from then on: for the handler of a signal, which removes it before it ends
  /// the process. The address of its characters stays what it is.
  const std::string& temporary() const { return temporary_; }

 private:
  class List;

  [[noreturn]] void fail_with(int error) const;
  bool open_temporary(const std::string& folder, unsigned permissions);
  void remove_temporary();

  std::string path_;
  std::string target_;
  std::string temporary_;  // empty: there is none, or it is in place
  int file_ = -1;
  int process_;                 // that made it
  AtomicFile* next_ = nullptr;  // of those that there are
};

/// An AtomicFile of this text.
inline void write_whole(const std::string& path, std::string_view text) {
  AtomicFile file(path);
  file.write(text);
  file.commit();
}

}  // namespace descent
