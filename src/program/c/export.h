#pragma once

#include <string>

#include "descent/export_c.h"
#include "program/routine.h"

namespace descent::program::c {

/// export_c (descent/export_c.h) of a routine's program.
void export_program(const Routine& routine, const std::string& path, const ExportOptions& options);

}  // namespace descent::program::c
