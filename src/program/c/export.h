#pragma once

#include <string>

#include "descent/export_c.h"
#include "program/routine.h"

namespace descent::program::c {

/// An Error unless C can call something so.
void check_name(const std::string& name);

/// A routine's program in C (descent/export_c.h).
ExportedC exported(const Routine& routine, const ExportOptions& options);

}  // namespace descent::program::c
