#include "descent/compile.h"

#include "program/c/export.h"
#include "program/replayer.h"

namespace descent::detail {

CompiledFunction::CompiledFunction(Function function, const CompileOptions& options)
    : function_(std::move(function)),
      replayer_(std::make_unique<program::Replayer>(program::Capture::Refusal::throws, options.native)) {}
CompiledFunction::CompiledFunction(CompiledFunction&&) noexcept = default;
CompiledFunction& CompiledFunction::operator=(CompiledFunction&&) noexcept = default;
CompiledFunction::~CompiledFunction() = default;

std::vector<Tensor>& CompiledFunction::run(Arguments arguments, std::int64_t count) {
  if (count < 1) fail("compile: repeat(", count, "): a function is called at least once");
  return replayer_->run(arguments, count, [this](Arguments given) {
    std::vector<Tensor> results = function_(given);
    for (Tensor& result : results)
      result = impl_of(result, "compile: a result").requires_grad ? result.detach() : result;
    return results;
  });
}

ExportedC CompiledFunction::to_c(const ExportOptions& options) const {
  const program::Routine* routine = replayer_->latest();
  if (!routine) fail("export_c: the function has no program yet; call it once before");
  return program::c::exported(*routine, options);
}

std::string CompiledFunction::program() const { return replayer_->program(); }

}  // namespace descent::detail
