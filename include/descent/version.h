// The version of these headers and of the library linked. The numbers stand here alone: CMake reads them.
#pragma once

#include "descent/export.h"

#define DESCENT_VERSION_MAJOR 0
#define DESCENT_VERSION_MINOR 1
#define DESCENT_VERSION_PATCH 0

/// One number to compare: 10000 major + 100 minor + patch.
#define DESCENT_VERSION (DESCENT_VERSION_MAJOR * 10000 + DESCENT_VERSION_MINOR * 100 + DESCENT_VERSION_PATCH)

namespace DESCENT_EXPORT descent {

/// "0.1.0": the version of the library, which with a shared one may be later than that of the headers.
const char* version();

}  // namespace descent
