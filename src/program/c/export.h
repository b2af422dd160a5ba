#pragma once

#include <string>

#include "descent/export_c.h"
#include "program/routine.h"

namespace descent::program::c {

/// A routine's program in C (descent/export_c.h).
ExportedC exported(const Routine& routine, const ExportOptions& options);

}  // namespace descent::program::c
