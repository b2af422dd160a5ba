#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "descent/export.h"
#include "descent/tensor.h"
#include "descent/train/histogram.h"

namespace descent {
namespace DESCENT_EXPORT report {

/// A file that TensorBoard shows: events, each with a step, a tag ("loss/training"; what stands before the slash
/// groups) and a value.
///
/// A new file, "events.out.tfevents.SECONDS.PROCESS.N", in `folder`, which is made if it is not there; TensorBoard
/// shows a folder as one run. What was written is in the file, whole, after flush() and at the end. Every member but
/// the destructor throws an Error that names the path and the system's reason.
///
/// Source: TensorFlow's TFRecord and event.proto, summary.proto: docs/pictures.md says which parts.
class EventFile {
 public:
  explicit EventFile(const std::string& folder);

  /// A point of a curve; TensorBoard keeps it as float32.
  void scalar(std::string_view tag, std::int64_t step, double value);
  /// How numbers are distributed; without numbers there is no event.
  void histogram(std::string_view tag, std::int64_t step, const train::Histogram& histogram);
  /// The same of the elements of a tensor of numbers.
  void histogram(std::string_view tag, std::int64_t step, const Tensor& values) {
    histogram(tag, step, train::histogram_of(values));
  }
  /// UTF-8, which TensorBoard takes for Markdown.
  void text(std::string_view tag, std::int64_t step, std::string_view text);
  void flush();

  const std::string& path() const { return path_; }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  [[noreturn]] void fail_now() const;
  void event(std::int64_t step, std::string_view content);
  void summary(std::string_view tag, std::int64_t step, std::string_view value);

  std::string path_;
  std::unique_ptr<std::FILE, Close> file_;
};

}  // namespace report
}  // namespace descent
