#include "descent/optim/state_archive.h"

#include "descent/create.h"

namespace descent::optim {
namespace {

std::string group_prefix(std::size_t group) { return concat("param_groups.", group, '.'); }
std::string state_prefix(std::size_t parameter) { return concat("state.", parameter, '.'); }

// The numbers of a group's parameters, as PyTorch keeps them.
Tensor parameter_numbers(std::size_t first, std::size_t count) {
  return arange(static_cast<std::int64_t>(first), static_cast<std::int64_t>(first + count));
}

}  // namespace

void StateWriter::begin_group(std::size_t group, std::size_t first, std::size_t count) {
  prefix_ = group_prefix(group);
  write("params", parameter_numbers(first, count));
}

void StateWriter::begin_state(std::size_t parameter) { prefix_ = state_prefix(parameter); }

void StateWriter::write(std::string_view name, const Scalar& value) { write(name, static_cast<const Tensor&>(value)); }
void StateWriter::write(std::string_view name, bool value) { write(name, full({}, value)); }
void StateWriter::write(std::string_view name, std::int64_t value) { write(name, full({}, value)); }
void StateWriter::write(std::string_view name, const Tensor& tensor) {
  if (tensor.defined()) state_.emplace(prefix_ + std::string(name), tensor);
}
void StateWriter::write(std::string_view name, const std::vector<Tensor>& tensors) {
  for (std::size_t i = 0; i < tensors.size(); ++i) write(concat(name, '.', i), tensors[i]);
}

void StateReader::begin_group(std::size_t group, std::size_t count) {
  prefix_ = group_prefix(group);
  find("params", Dims(static_cast<std::int64_t>(count)));
}

bool StateReader::has_state(std::size_t parameter) const {
  const std::string prefix = state_prefix(parameter);
  const auto next = state_.lower_bound(prefix);
  return next != state_.end() && next->first.starts_with(prefix);
}

void StateReader::begin_state(std::size_t parameter) { prefix_ = state_prefix(parameter); }

bool StateReader::has(std::string_view name) const { return state_.contains(prefix_ + std::string(name)); }

const Tensor* StateReader::find(std::string_view name, const Dims& shape, bool optional) {
  const std::string key = prefix_ + std::string(name);
  const auto found = state_.find(key);
  if (found == state_.end()) {
    if (!optional) problems_ += concat("; missing ", key);
    return nullptr;
  }
  read_.insert(key);
  if (!(found->second.sizes() == shape)) {
    problems_ += concat("; ", key, " of ", found->second.sizes(), " where ", shape, " is wanted");
    return nullptr;
  }
  return &found->second;
}

void StateReader::read(std::string_view name, Scalar& value) {
  if (const Tensor* tensor = find(name, {})) value = tensor->item<double>();
}
void StateReader::read(std::string_view name, bool& value) {
  if (const Tensor* tensor = find(name, {})) value = tensor->item<bool>();
}
void StateReader::read(std::string_view name, std::int64_t& value) {
  if (const Tensor* tensor = find(name, {})) value = tensor->item<std::int64_t>();
}

void StateReader::read(std::string_view name, Tensor& tensor, const Tensor& p) {
  const bool optional = !tensor.defined();
  const Tensor& like = optional ? p : tensor;
  if (const Tensor* saved = find(name, like.sizes(), optional)) tensor = saved->detach().to(like.dtype()).clone();
}

void StateReader::read(std::string_view name, std::vector<Tensor>& tensors, const Tensor& p) {
  if (tensors.empty()) {
    while (has(concat(name, '.', tensors.size()))) tensors.emplace_back();
  }
  for (std::size_t i = 0; i < tensors.size(); ++i) read(concat(name, '.', i), tensors[i], p);
}

void write_state(const Tensor& from, Tensor& to) {
  if (from.defined() && to.defined() && from.sizes() == to.sizes())
    to.copy_(from);
  else
    to = from;
}

void write_state(const std::vector<Tensor>& from, std::vector<Tensor>& to) {
  to.resize(from.size());
  for (std::size_t i = 0; i < from.size(); ++i) write_state(from[i], to[i]);
}

void StateReader::finish() const {
  std::string problems = problems_;
  for (const auto& [key, tensor] : state_) {
    if (!read_.contains(key)) problems += concat("; unexpected ", key);
  }
  if (!problems.empty()) fail(optimizer_, ": load_state_dict: ", problems.substr(2));
}

}  // namespace descent::optim
