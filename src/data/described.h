// What a state dict says of the data that it belongs to.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "descent/create.h"
#include "descent/state_dict.h"

namespace descent::data {

using Description = std::map<std::string, std::int64_t>;

inline StateDict with_data(StateDict state, const Description& description) {
  for (const auto& [name, number] : description) state.emplace(name, full({}, number));
  return state;
}

/// The rest of `state`. An Error that begins with `what` if it does not say the same of its data.
inline StateDict without_data(const std::string& what, StateDict state, const Description& description) {
  for (const auto& [name, number] : description) {
    const auto found = state.find(name);
    if (found == state.end()) fail(what, ": missing ", name);
    if (found->second.numel() != 1 || found->second.dtype() != int64) fail(what, ": ", name, " is not a number");
    if (const auto saved = found->second.item<std::int64_t>(); saved != number)
      fail(what, ": ", name, " was ", saved, " and is ", number);
    state.erase(found);
  }
  return state;
}

}  // namespace descent::data
