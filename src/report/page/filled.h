#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "descent/json.h"

namespace descent::report {

/// JSON that is the same inside a script element: without "<" it neither ends that nor begins a comment.
/// What is not ASCII is escaped, too.
std::string in_script(const JsonObject& object);

/// `page` with each of its places {{name}} filled; the parts in the order of their places, so that nothing is looked
/// for in what was put in.
std::string filled(std::string_view page, std::initializer_list<std::pair<std::string_view, std::string>> parts);

}  // namespace descent::report
