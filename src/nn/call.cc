#include "descent/nn/call.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <string>

#include "descent/nn/module.h"

namespace descent::nn::detail {

std::atomic<int> who_look_on = 0;

namespace {

struct Hook {
  ModuleId module;
  std::uint64_t id;
  ForwardPreHook before;  // this
  ForwardHook after;      // or that
};

// The hooks of all modules. There are few, and only while there are any does a call come here.
struct Hooks {
  std::mutex mutex;
  std::vector<std::shared_ptr<const Hook>> all;
  std::uint64_t next_id = 0;

  HookHandle add(Hook hook) {
    const std::lock_guard lock(mutex);
    const std::uint64_t id = hook.id = next_id++;
    all.push_back(std::make_shared<const Hook>(std::move(hook)));
    ++who_look_on;
    return HookHandle([this, id] { remove([id](const Hook& other) { return other.id == id; }); });
  }
  template <class Which>
  void remove(const Which& which) {
    std::vector<std::shared_ptr<const Hook>> removed;  // destroyed when the lock is gone: they may hold modules
    const std::lock_guard lock(mutex);
    const auto kept = std::stable_partition(all.begin(), all.end(), [&](const auto& hook) { return !which(*hook); });
    removed.assign(kept, all.end());
    all.erase(kept, all.end());
    who_look_on -= static_cast<int>(removed.size());
  }
  // A copy: a hook may add and remove hooks.
  std::vector<std::shared_ptr<const Hook>> of(ModuleId module) {
    const std::lock_guard lock(mutex);
    std::vector<std::shared_ptr<const Hook>> found;
    for (const auto& hook : all) {
      if (hook->module == module) found.push_back(hook);
    }
    return found;
  }
};

// Never destroyed: modules may live longer than what is destroyed at the end of the program.
Hooks& hooks() {
  static Hooks& hooks = *new Hooks;
  return hooks;
}

thread_local CallWatcher* watcher = nullptr;

}  // namespace

HookHandle add_forward_pre_hook(ModuleId module, ForwardPreHook hook) {
  return hooks().add({module, 0, std::move(hook), {}});
}

HookHandle add_forward_hook(ModuleId module, ForwardHook hook) { return hooks().add({module, 0, {}, std::move(hook)}); }

void forget_hooks(ModuleId module) noexcept {
  hooks().remove([module](const Hook& hook) { return hook.module == module; });
}

CallWatcher::CallWatcher() : before_(std::exchange(watcher, this)) { ++who_look_on; }

CallWatcher::~CallWatcher() {
  watcher = before_;
  --who_look_on;
}

Call::Call(ModuleId module, std::vector<Tensor> inputs) : module_(module), inputs_(std::move(inputs)) {
  for (const auto& hook : hooks().of(module_)) {
    if (hook->before) hook->before(inputs_);
  }
  if (watcher) watcher->begin(module_);
}

Call::~Call() {
  if (!ended_ && watcher) watcher->end(module_, {});
}

Tensor Call::end(std::vector<Tensor> outputs) {
  ended_ = true;
  if (watcher) watcher->end(module_, outputs);
  Tensor result;
  for (const auto& hook : hooks().of(module_)) {
    if (!hook->after) continue;
    const Tensor other = hook->after(inputs_, outputs);
    if (!other.defined()) continue;
    result = other;
    outputs = {other};
  }
  return result;
}

void refuse_replacement(ModuleId module) {
  fail("a hook returned a tensor to take the place of the result of ", name_of_type(*module.type),
       ", which is not one tensor");
}

}  // namespace descent::nn::detail
