#include "descent/grad_mode.h"

#include "core/op.h"

namespace descent {

NoGrad::NoGrad() : before_(grad_enabled()) { set_grad_enabled(false); }
NoGrad::~NoGrad() { set_grad_enabled(before_); }

EnableGrad::EnableGrad() : before_(grad_enabled()) { set_grad_enabled(true); }
EnableGrad::~EnableGrad() { set_grad_enabled(before_); }

bool is_grad_enabled() { return grad_enabled(); }

}  // namespace descent
