// What convolutions and their layers share.
#pragma once

#include "descent/dims.h"

namespace descent {

/// A list of an option's numbers: one for each of `rank` dimensions, none below `least`.
Dims numbers_of_dimensions(const char* option, const Dims& given, int rank, std::int64_t least);

}  // namespace descent
