#pragma once

#include <memory>

#include "descent/export.h"

namespace DESCENT_EXPORT descent {

/// A bool of which a compiled step (compile.h) takes note where it reads it: changed, the step is captured anew.
class Flag {
 public:
  Flag(bool value) : value_(std::make_shared<bool>(value)) {}
  Flag(const Flag& other) : Flag(*other.value_) {}
  Flag& operator=(bool value) {
    *value_ = value;
    return *this;
  }
  Flag& operator=(const Flag& other) { return *this = *other.value_; }
  ~Flag() = default;

  operator bool() const;

 private:
  std::shared_ptr<bool> value_;  // which outlives it where a step has seen it
};

}  // namespace descent
