#include "descent/compile.h"

#include "program/c/export.h"
#include "program/replayer.h"

namespace descent::detail {
namespace {

// Not in line, or it would have every call make room for it.
[[gnu::noinline, noreturn]] void fail_for_count(std::int64_t count) {
  fail("compile: repeat(", count, "): a function is called at least once");
}

}  // namespace

CompiledFunction::CompiledFunction(Function function, const CompileOptions& options)
    : function_(std::move(function)),
      replayer_(std::make_unique<program::Replayer>(program::Capture::Refusal::throws, options.native)) {}
CompiledFunction::CompiledFunction(CompiledFunction&&) noexcept = default;
CompiledFunction& CompiledFunction::operator=(CompiledFunction&&) noexcept = default;
CompiledFunction::~CompiledFunction() = default;

std::vector<Tensor>& CompiledFunction::run(Arguments arguments, std::int64_t count) {
  if (count < 1) [[unlikely]]
    fail_for_count(count);
  return replayer_->run(arguments, count, function_);
}

std::vector<Tensor> without_history(std::vector<Tensor> results) {
  for (Tensor& result : results)
    if (impl_of(result, "compile: a result").requires_grad) result = result.detach();
  return results;
}

ExportedC CompiledFunction::to_c(const ExportOptions& options) const {
  const program::Routine* routine = replayer_->latest();
  if (!routine) fail("export_c: the function has no program yet; call it once before");
  return program::c::exported(*routine, options);
}

std::string CompiledFunction::program() const { return replayer_->program(); }

}  // namespace descent::detail
