#include "descent/flag.h"

#include "core/observer.h"

namespace descent {

Flag::operator bool() const {
  const bool answer = *value_;
  if (apply_mode.observer) [[unlikely]]
    apply_mode.observer->assumed([value = value_, answer] { return *value == answer; });
  return answer;
}

}  // namespace descent
