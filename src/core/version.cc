#include "descent/version.h"

#include <string>

namespace descent {

const char* version() {
  static const std::string text = std::to_string(DESCENT_VERSION_MAJOR) + '.' + std::to_string(DESCENT_VERSION_MINOR) +
                                  '.' + std::to_string(DESCENT_VERSION_PATCH);
  return text.c_str();
}

}  // namespace descent
