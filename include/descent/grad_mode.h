// Whether ops record the history that gradients flow back along.
#pragma once

#include "descent/export.h"

namespace DESCENT_EXPORT descent {

/// While one lives, ops on this thread do not record history.
class NoGrad {
 public:
  NoGrad();
  ~NoGrad();
  NoGrad(const NoGrad&) = delete;
  NoGrad& operator=(const NoGrad&) = delete;

 private:
  bool before_;
};

/// While one lives, ops on this thread record history again, inside a NoGrad.
class EnableGrad {
 public:
  EnableGrad();
  ~EnableGrad();
  EnableGrad(const EnableGrad&) = delete;
  EnableGrad& operator=(const EnableGrad&) = delete;

 private:
  bool before_;
};

/// Whether ops on this thread record history.
bool is_grad_enabled();

}  // namespace descent
