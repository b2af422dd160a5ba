#include "core/op.h"

namespace descent {

constinit const OpList* OpList::first_ = nullptr;

}  // namespace descent
