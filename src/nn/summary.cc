#include "descent/nn/summary.h"

#include <algorithm>
#include <array>
#include <ostream>
#include <string_view>
#include <unordered_set>

#include "core/observer.h"
#include "descent/grad_mode.h"

namespace descent::nn {
namespace {

using detail::ModuleId;

std::int64_t bytes_of(const Tensor& x) { return x.numel() * static_cast<std::int64_t>(size_of(x.dtype())); }

// The modules in order, and what each holds itself.
struct Inventory final : Visitor {
  void enter(const Path& path, const ModuleInfo& info) override {
    for (const std::size_t around : open) has_layers[around] = true;
    LayerSummary layer;
    layer.name = to_string(path);
    layer.type = info.type_name();
    layer.depth = static_cast<int>(open.size());
    open.push_back(result.layers.size());
    result.layers.push_back(std::move(layer));
    ids.push_back(info.id);
    has_layers.push_back(false);
  }
  void leave(const Path&, const ModuleInfo&) override { open.pop_back(); }
  void parameter(const Path&, Parameter& parameter) override {
    if (!seen.insert(parameter.impl()).second) return;
    LayerSummary& layer = result.layers[open.back()];
    layer.parameters += parameter.numel();
    if (parameter.requires_grad()) layer.trainable += parameter.numel();
    result.parameter_bytes += bytes_of(parameter);
  }
  void buffer(const Path&, Buffer& buffer) override {
    if (seen.insert(buffer.impl()).second) result.parameter_bytes += bytes_of(buffer);
  }
  void training(Flag& flag) override { flags.emplace_back(&flag, flag); }

  Summary result;
  std::vector<ModuleId> ids;      // of result.layers
  std::vector<bool> has_layers;   // likewise
  std::vector<std::size_t> open;  // those around what is visited
  std::unordered_set<TensorImpl*> seen;
  std::vector<std::pair<Flag*, bool>> flags;
};

// Sees the calls of modules, and what is computed in each.
class Watch final : public detail::CallWatcher, public Observer {
 public:
  explicit Watch(Inventory& inventory) : inventory_(inventory) {}

  void begin(ModuleId module) override {
    const auto& ids = inventory_.ids;
    open_.push_back(static_cast<std::size_t>(std::find(ids.begin(), ids.end(), module) - ids.begin()));
  }
  void end(ModuleId, const std::vector<Tensor>& outputs) override {
    if (LayerSummary* layer = innermost()) {
      layer->outputs.clear();
      for (const Tensor& output : outputs) {
        layer->outputs.push_back(output.defined() ? output.sizes() : Dims());
        if (output.defined()) layer->output_bytes += bytes_of(output);
      }
    }
    open_.pop_back();
  }
  void applied(const Op& op, Inputs inputs, const Attributes& attributes, const Tensor& result) override {
    LayerSummary* layer = innermost();
    if (layer && op.multiply_adds) layer->multiply_adds += op.multiply_adds(inputs, attributes, *result.impl());
  }

 private:
  // Null in a module that is no member of the one that was asked.
  LayerSummary* innermost() {
    auto& layers = inventory_.result.layers;
    return open_.empty() || open_.back() == layers.size() ? nullptr : &layers[open_.back()];
  }

  Inventory& inventory_;
  std::vector<std::size_t> open_;
};

// "1234567" as "1,234,567".
std::string grouped(std::int64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

// With three digits or more.
std::string in_bytes(std::int64_t bytes) {
  if (bytes < 10'000) return grouped(bytes) + " bytes";
  if (bytes < 10'000'000) return grouped(bytes / 1'000) + " kB";
  return grouped(bytes / 1'000'000) + " MB";
}

using Row = std::array<std::string, 4>;

// `around` is the name of the module around it.
Row row_of(const LayerSummary& layer, const std::string& around) {
  const std::string name = around.empty() ? layer.name : layer.name.substr(around.size() + 1);
  Row row = {std::string(static_cast<std::size_t>(2 * layer.depth), ' ') +
                 (name.empty() ? layer.type : concat(name, ": ", layer.type)),
             "", layer.parameters > 0 ? grouped(layer.parameters) : "-",
             layer.multiply_adds > 0 ? grouped(layer.multiply_adds) : "-"};
  for (const Dims& sizes : layer.outputs) row[1] += (row[1].empty() ? "" : ", ") + concat(sizes);
  if (layer.outputs.empty()) row[1] = "-";
  return row;
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Summary& summary) {
  std::vector<Row> rows{{"Layer", "Output", "Parameters", "Multiply-adds"}};
  std::vector<std::string> names;  // of the last module at each depth
  for (const LayerSummary& layer : summary.layers) {
    names.resize(static_cast<std::size_t>(layer.depth));
    rows.push_back(row_of(layer, names.empty() ? "" : names.back()));
    names.push_back(layer.name);
  }
  std::array<std::size_t, 4> widths{};
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string space(widths[i] - row[i].size(), ' ');
      out << (i == 0 ? "" : "  ") << (i < 2 ? row[i] + space : space + row[i]);
    }
    out << '\n';
    if (&row == &rows.front()) out << std::string(widths[0] + widths[1] + widths[2] + widths[3] + 6, '-') << '\n';
  }
  return out << "\nParameters: " << grouped(summary.parameters) << ", trainable: " << grouped(summary.trainable)
             << ", in memory with buffers: " << in_bytes(summary.parameter_bytes)
             << "\nMultiply-adds: " << grouped(summary.multiply_adds) << ", outputs: " << in_bytes(summary.output_bytes)
             << '\n';
}

Summary detail::summarize(ModuleRef module, FunctionRef<void()> call) {
  Inventory inventory;
  module.visit(inventory);
  struct Restore {
    std::vector<std::pair<Flag*, bool>>& flags;
    ~Restore() {
      for (const auto& [flag, value] : flags) *flag = value;
    }
  } restore{inventory.flags};
  for (const auto& [flag, value] : inventory.flags) *flag = false;
  {
    const NoGrad no_grad;
    Watch watch(inventory);
    const WithObserver with_observer(&watch);
    call();
  }
  Summary& result = inventory.result;
  for (std::size_t i = 0; i < result.layers.size(); ++i) {
    const LayerSummary& layer = result.layers[i];
    result.parameters += layer.parameters;
    result.trainable += layer.trainable;
    result.multiply_adds += layer.multiply_adds;
    if (!inventory.has_layers[i]) result.output_bytes += layer.output_bytes;
  }
  return std::move(result);
}

}  // namespace descent::nn
