// Where results go: a file that is replaced whole, standard output, or a pipe or device that is there.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "descent/atomic_file.h"
#include "interruption.h"

namespace descent::cli {

/// Whether `path` means standard output: "-", "/dev/stdout", "/dev/fd/1". What it is redirected to is not replaced.
bool is_standard_output(const std::string& path);

/// An output, found to be writable before the work is done, not after.
class OutputFile {
 public:
  /// An Error if `path` cannot be written: its folder is not there, or it is a folder, a pipe without a reader, or one
  /// the process may not write; a UsageError if it is one of `inputs`.
  OutputFile(std::string path, std::initializer_list<std::string> inputs);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  const std::string& path() const { return path_; }
  bool is_standard_output() const { return standard_; }
  /// Writes some of what there is to write, and finish() the rest: a regular file holds the earlier bytes whole until
  /// then, and the new ones whole after it. Others have each part at once.
  void write(std::string_view bytes);
  void finish();
  /// The same with what `save(path)` puts into a file. If it cannot be written, what there is to write goes into a file
  /// of the folder for temporary files that stays, and the Error says so.
  template <class F>
  void write_file(const F& save) {
    try {
      if (!standard_ && descriptor_ < 0) return save(path_);
      const TemporaryFile file;
      save(file.path);
      write(file.contents());
      finish();
    } catch (const Error& error) {
      fail(error.what(), "; ", saved_elsewhere(save));
    }
  }

 private:
  struct TemporaryFile {
    TemporaryFile();
    ~TemporaryFile();
    std::string contents() const;
    /// It stays; its path.
    std::string keep();
    std::string path;
  };

  template <class F>
  static std::string saved_elsewhere(const F& save) {
    try {
      TemporaryFile file;
      save(file.path);
      return concat("it is in ", file.keep(), " instead");
    } catch (const Error& error) {
      return concat("nor elsewhere: ", error.what());
    }
  }

  std::string path_;
  bool standard_;
  int descriptor_ = -1;  // of a pipe or a device
  std::optional<AtomicFile> file_;
  std::optional<RemovedAtSignal> removed_at_signal_;
};

}  // namespace descent::cli
