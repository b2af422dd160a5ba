#include "descent/state_dict.h"

#include <set>
#include <string_view>

#include "descent/grad_mode.h"

namespace descent {

void copy_state(const std::string& what, const std::vector<std::pair<std::string, Tensor>>& targets,
                const StateDict& source, bool strict) {
  std::string missing, unexpected, misshapen;
  const auto list = [](std::string& names, const auto&... parts) {
    names += concat(names.empty() ? "" : ", ", parts...);
  };
  std::set<std::string_view> wanted;
  for (const auto& [name, target] : targets) {
    wanted.insert(name);
    const auto found = source.find(name);
    if (found == source.end()) {
      list(missing, name);
    } else if (!(found->second.sizes() == target.sizes())) {
      list(misshapen, name, " of ", found->second.sizes(), " where ", target.sizes(), " is wanted");
    }
  }
  for (const auto& [name, tensor] : source) {
    if (!wanted.contains(name)) list(unexpected, name);
  }

  std::string problems;
  const auto report = [&](const char* kind, const std::string& names) {
    if (!names.empty()) problems += concat(problems.empty() ? ": " : "; ", kind, " ", names);
  };
  if (strict) {
    report("missing", missing);
    report("unexpected", unexpected);
  }
  report("another shape:", misshapen);
  if (!problems.empty()) fail(what, problems);

  const NoGrad no_grad;
  for (const auto& [name, target] : targets) {
    if (const auto found = source.find(name); found != source.end()) target.copy_(found->second);
  }
}

StateDict under(const std::string& prefix, const StateDict& state) {
  StateDict part;
  for (auto it = state.lower_bound(prefix); it != state.end() && it->first.starts_with(prefix); ++it) {
    part.emplace(it->first.substr(prefix.size()), it->second);
  }
  return part;
}

void insert_under(const std::string& prefix, const StateDict& part, StateDict& state) {
  for (const auto& [name, tensor] : part) state.emplace(prefix + name, tensor);
}

}  // namespace descent
