// Numbers of things, for messages.
#pragma once

#include <string>
#include <string_view>

#include "descent/error.h"

namespace descent::data {

/// "1 row", "2 rows".
inline std::string counted(std::size_t count, std::string_view thing) {
  return concat(count, ' ', thing, count == 1 ? "" : "s");
}

}  // namespace descent::data
