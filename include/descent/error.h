// The one exception type of Descent.
#pragma once

#include <sstream>
#include <stdexcept>
#include <string>

namespace descent {

/// What every failure of Descent throws. The message is one line that names the operation, what it got and what it
/// wanted.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Its arguments, printed one after another.
template <class... Parts>
std::string concat(const Parts&... parts) {
  std::ostringstream out;
  (out << ... << parts);
  return std::move(out).str();
}

template <class... Parts>
[[noreturn]] void fail(const Parts&... parts) {
  throw Error(concat(parts...));
}

}  // namespace descent
