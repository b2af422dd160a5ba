#pragma once

#include <string>

namespace descent::io {

/// Makes the entries of a folder durable; an errno, 0 for success and where the file system cannot do it.
int sync_folder(const std::string& folder);

/// Makes a folder and those around it, as far as they are not there, durably. An Error names the path and the reason.
void make_folder(const std::string& folder);

}  // namespace descent::io
