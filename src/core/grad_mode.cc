#include "descent/grad_mode.h"

#include <utility>

#include "core/apply.h"

namespace descent {

NoGrad::NoGrad() : before_(std::exchange(apply_mode.records, false)) {}
NoGrad::~NoGrad() { apply_mode.records = before_; }

EnableGrad::EnableGrad() : before_(std::exchange(apply_mode.records, true)) {}
EnableGrad::~EnableGrad() { apply_mode.records = before_; }

bool is_grad_enabled() { return apply_mode.records; }

}  // namespace descent
