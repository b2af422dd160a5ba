// Reductions, scans and sorts over the middle dimension of contiguous [outer, n, inner] data.
//
// A sum adds in a fixed number of virtual lanes and a fixed tree of blocks that depend on `n` and `inner` alone: the
// same bits at every vector width and on any number of threads, and an error that grows with log(n), not n.
#pragma once

#include <cstdint>

#include "descent/dtype.h"

namespace descent::kernels {

/// sum, prod: float32, float64, int64 (out has the input's type; integers wrap around). sum_of_squares: float32,
/// float64; the bits of the sum of what was squared before. maximum, minimum: every type; a
/// NaN wins. any, all: bool. argmax, argmin: every type to int64, the first of equals; a NaN wins. Of n == 0: sums 0,
/// prod 1, any false, all true; the others require n > 0.
enum class ReduceOp : std::uint8_t { sum, sum_of_squares, prod, maximum, minimum, any, all, argmax, argmin };

/// out[o, i] = reduction over j of in[o, j, i].
void reduce(ReduceOp reduction, DType type, const void* in, std::int64_t outer, std::int64_t n, std::int64_t inner,
            void* out);

/// out[o, j, i] = sum or product over k <= j of in[o, k, i]; float32 (accumulated in double, as PyTorch does), float64,
/// int64. In order; where inner == 1 four elements after four, each four joined in pairs. `out` may be `in`.
enum class Scan : std::uint8_t { sum, prod };
void scan(Scan scan, DType type, const void* in, std::int64_t outer, std::int64_t n, std::int64_t inner, void* out);

/// out[r, :] = the positions that sort row r of in [rows, n], stably; a NaN is larger than all. Every type.
void argsort(DType type, const void* in, std::int64_t rows, std::int64_t n, bool descending, std::int64_t* out);

/// out[r, :] = the positions of the k largest (or smallest) of each row, best first, equals by position.
void arg_topk(DType type, const void* in, std::int64_t rows, std::int64_t n, std::int64_t k, bool largest,
              std::int64_t* out);

}  // namespace descent::kernels
