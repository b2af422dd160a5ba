// The folder of the user's cache in which compiled steps are kept.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <string>

namespace descent::program::native {

/// The folder, made if it is not there. An Error if others could put something into it, or put another in its place.
std::string cache_folder();

/// Whether a file or folder is the user's own, and not for others to write.
bool is_ours(const struct stat& status);

/// The file at `path` was used now.
void say_used(const std::string& path);

/// Removes those files of a folder that were used longest ago (by their time of access, which say_used() sets), until
/// the rest has at most `bytes`. What cannot be removed stays.
void keep_latest_used(const std::string& folder, std::uintmax_t bytes);

}  // namespace descent::program::native
