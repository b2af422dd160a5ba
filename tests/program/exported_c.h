// Exported C, built as strictly as anybody might, and loaded.
#pragma once

#include <string>
#include <vector>

#include "program/when_compiled.h"

namespace descent {

class ExportedLibrary {
 public:
  /// Of the C file PATH.
  explicit ExportedLibrary(const std::string& path);
  ~ExportedLibrary();
  ExportedLibrary(const ExportedLibrary&) = delete;
  ExportedLibrary& operator=(const ExportedLibrary&) = delete;

  /// The function or array of that name.
  template <class T>
  T* find(const std::string& name) const {
    return reinterpret_cast<T*>(address_of(name));
  }

 private:
  void* address_of(const std::string& name) const;

  void* handle_ = nullptr;
};

/// Compiles `function`, calls it with the arguments, exports it to the C file `path` and calls that: "" where both give
/// the same, else what differs, or the Error of the export.
std::string difference_when_exported(const TensorFunction& function, const std::vector<Tensor>& arguments,
                                     const std::string& path);

/// Whether that is the Error of a function that cannot be compiled or exported.
bool is_export_refusal(const std::string& difference);

}  // namespace descent
