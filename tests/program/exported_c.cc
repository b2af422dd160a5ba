#include "program/exported_c.h"

#include <dlfcn.h>

#include <cstdlib>
#include <cstring>

#include "core/tensor_impl.h"
#include "descent/descent.h"

namespace descent {

ExportedLibrary::ExportedLibrary(const std::string& path) {
  const std::string library = path + ".so";
  const std::string command =
      "cc -std=c99 -pedantic -Wall -Wextra -Werror -O1 -fPIC -shared -fsanitize=undefined -fno-sanitize-recover -o '" +
      library + "' '" + path + "' -lm";
  if (std::system(command.c_str()) != 0) fail(path, " cannot be compiled");
  handle_ = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle_) fail(dlerror());
}

ExportedLibrary::~ExportedLibrary() { dlclose(handle_); }

void* ExportedLibrary::address_of(const std::string& name) const {
  void* const found = dlsym(handle_, name.c_str());
  if (!found) fail("there is no ", name);
  return found;
}

std::string difference_when_exported(const TensorFunction& function, const std::vector<Tensor>& arguments,
                                     const std::string& path) {
  CompiledTensorFunction compiled(function, {.native = false});
  std::vector<Tensor> expected;
  try {
    expected = compiled(arguments);
    detail::write_c(path, {.name = "f"}, [&](const ExportOptions& named) { return compiled.compiled().to_c(named); });
  } catch (const Error& error) {
    return error.what();
  }
  const ExportedLibrary library(path);
  std::vector<std::vector<std::byte>> results;
  for (const Tensor& result : expected)
    results.emplace_back(static_cast<std::size_t>(result.numel()) * size_of(result.dtype()) + 1);
  constexpr std::size_t kMost = 12;
  void* places[kMost] = {};
  std::size_t k = 0;
  if (arguments.size() + results.size() > kMost) fail("more arguments and results than the test has room for");
  for (const Tensor& argument : arguments) places[k++] = argument.impl()->data;
  for (std::vector<std::byte>& result : results) places[k++] = result.data();
  // As many pointers as it takes, and some that nobody looks at.
  library.find<void(void*, void*, void*, void*, void*, void*, void*, void*, void*, void*, void*, void*)>("f")(
      places[0], places[1], places[2], places[3], places[4], places[5], places[6], places[7], places[8], places[9],
      places[10], places[11]);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const Tensor got = empty(expected[i].sizes(), {.dtype = expected[i].dtype()});
    std::memcpy(got.impl()->data, results[i].data(), results[i].size() - 1);
    if (!same_bits_or_nan(got, expected[i]))
      return concat("result ", i, ":\n", got, "\ninstead of\n", expected[i], "\n", compiled.compiled().program());
  }
  return "";
}

bool is_export_refusal(const std::string& difference) {
  return difference.find("export_c: ") == 0 || is_refusal(difference);
}

}  // namespace descent
