// Arrays in files: IDX, the format of MNIST, and npy, NumPy's.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "descent/export.h"
#include "descent/tensor.h"

namespace descent {
namespace DESCENT_EXPORT data {

struct ArrayOptions {
  /// What the numbers become. Default: int64 for integers, float32 and float64 for real numbers of up to 4 and of 8
  /// bytes, bool for booleans.
  std::optional<DType> dtype = std::nullopt;
  /// The most bytes to read, after decompression.
  std::size_t max_bytes = std::size_t{16} << 30;
};

/// The array in the IDX file at `path`, plain or gzip: unsigned or signed bytes, integers of 2 or 4 bytes, float32 or
/// float64, big-endian.
///
///   auto images = data::read_idx("train-images-idx3-ubyte.gz", {.dtype = float32}) / 255;  // [60000, 28, 28]
///   auto labels = data::read_idx("train-labels-idx1-ubyte.gz");                            // [60000], int64
///
/// An Error names the file, the byte and what is wrong there: no IDX, a type that it does not have, more than kMaxRank
/// dimensions, fewer or more elements than the sizes say. Memory is taken for what is in the file, not for what its
/// sizes promise.
///
/// Source: LeCun, Cortes and Burges, "The MNIST database of handwritten digits", where the format is described.
Tensor read_idx(const std::string& path, const ArrayOptions& options = {});
/// The same from memory, decompressed; messages call it `source`.
Tensor parse_idx(std::string_view bytes, const ArrayOptions& options = {}, const std::string& source = "idx");

/// The array in the npy file at `path`, plain or gzip, of format version 1, 2 or 3, in C or Fortran order: booleans,
/// integers of 1 to 8 bytes, signed or not, and real numbers of 2, 4 or 8, of either byte order. Nothing in a file is
/// run: arrays of Python objects are refused.
///
/// An Error names the file, the byte and what is wrong there, as read_idx's do.
///
/// Source: NumPy's numpy.lib.format.
Tensor read_npy(const std::string& path, const ArrayOptions& options = {});
/// The same from memory, decompressed; messages call it `source`.
Tensor parse_npy(std::string_view bytes, const ArrayOptions& options = {}, const std::string& source = "npy");

/// Writes `tensor` to the file at `path`, in place of an earlier one whole or not at all (see AtomicFile). The bytes
/// are those of numpy.save.
void write_npy(const std::string& path, const Tensor& tensor);

}  // namespace data
}  // namespace descent
