#include "descent/train/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "descent/create.h"
#include "descent/ops.h"

namespace descent::train {

namespace {

constexpr std::size_t kHistogramMembers = 4 + Histogram::kBuckets;

std::vector<double> members_of(const Histogram& histogram) {
  std::vector<double> members = {histogram.counts.empty() ? std::nan("") : histogram.least, histogram.greatest,
                                 histogram.sum, histogram.sum_of_squares};
  for (const std::int64_t count : histogram.counts) members.push_back(static_cast<double>(count));
  members.resize(kHistogramMembers);
  return members;
}

Histogram histogram_of_members(const std::string& what, const double* members) {
  if (std::isnan(members[0])) return {};
  Histogram histogram{members[0], members[1], members[2], members[3], {}};
  if (!(histogram.least <= histogram.greatest))
    fail(what, ": the least is ", histogram.least, ", the greatest ", histogram.greatest);
  const std::size_t buckets = histogram.least == histogram.greatest ? 1 : Histogram::kBuckets;
  for (std::size_t i = 0; i < buckets; ++i) {
    const double count = members[4 + i];
    if (!(count >= 0 && count <= 0x1p53)) fail(what, ": bucket ", i, " has ", count, " elements");
    histogram.counts.push_back(static_cast<std::int64_t>(count));
  }
  return histogram;
}

}  // namespace

std::vector<double> Histogram::limits() const {
  std::vector<double> limits;
  // In halves, as the difference of the two may be infinite.
  const double half_width = (greatest / 2 - least / 2) / static_cast<double>(std::max<std::size_t>(counts.size(), 1));
  for (std::size_t i = 0; i < counts.size(); ++i)
    limits.push_back(i + 1 == counts.size() ? greatest : (least / 2 + static_cast<double>(i + 1) * half_width) * 2);
  return limits;
}

Histogram histogram_of(const Tensor& values) {
  Tensor numbers = values.detach().to(float64).flatten();
  // A sum is not finite if one of them is not, or by overflow, and then they are looked at one by one.
  double total = sum(numbers).item();
  if (!std::isfinite(total)) {
    numbers = masked_select(numbers, isfinite(numbers));
    total = sum(numbers).item();
  }
  if (numbers.numel() == 0) return {};
  Histogram histogram{.least = amin(numbers).item(),
                      .greatest = amax(numbers).item(),
                      .sum = total,
                      .sum_of_squares = sum(square(numbers)).item()};
  histogram.counts.resize(histogram.least == histogram.greatest ? 1 : Histogram::kBuckets);
  const std::vector<double> limits = histogram.limits();
  const std::size_t last = limits.size() - 1;
  // In halves again.
  const double half_least = histogram.least / 2, half_width = histogram.greatest / 2 - half_least;
  const double buckets_a_half = half_width > 0 ? static_cast<double>(limits.size()) / half_width : 0;
  for (const double element : numbers.to_vector<double>()) {
    // Nearly where it belongs, and then by the limits.
    auto bucket = std::min(static_cast<std::size_t>((element / 2 - half_least) * buckets_a_half), last);
    while (bucket > 0 && element <= limits[bucket - 1]) --bucket;
    while (bucket < last && element > limits[bucket]) ++bucket;
    ++histogram.counts[bucket];
  }
  return histogram;
}

bool WeightHistograms::keeps(std::int64_t epoch) const {
  if (!records_.empty() && epoch <= records_.back().epoch) return false;
  return epoch % (records_.size() == kCapacity ? 2 * stride_ : stride_) == 0;
}

void WeightHistograms::add(std::int64_t epoch, const StateDict& tensors) {
  if (!keeps(epoch)) return;
  if (records_.size() == kCapacity) {
    stride_ *= 2;
    std::erase_if(records_, [&](const Record& record) { return record.epoch % stride_ != 0; });
  }
  Record& record = records_.emplace_back();
  record.epoch = epoch;
  for (const auto& [name, tensor] : tensors) record.tensors.emplace(name, histogram_of(tensor));
}

StateDict WeightHistograms::state_dict() const {
  std::vector<std::int64_t> epochs;
  std::map<std::string, std::vector<double>> rows;
  for (const Record& record : records_) {
    epochs.push_back(record.epoch);
    for (const auto& [name, histogram] : record.tensors) {
      const std::vector<double> members = members_of(histogram);
      rows[name].insert(rows[name].end(), members.begin(), members.end());
    }
  }
  const auto count = static_cast<std::int64_t>(records_.size());
  StateDict state = {{"stride", full({}, stride_)}, {"epochs", tensor(epochs)}};
  for (const auto& [name, members] : rows)
    state.emplace("histogram." + name,
                  tensor(members, {.dtype = float64}).reshape({count, static_cast<std::int64_t>(kHistogramMembers)}));
  return state;
}

void WeightHistograms::load_state_dict(const StateDict& state) {
  const char* const what = "WeightHistograms: load_state_dict";
  const StateDict histograms = under("histogram.", state);
  StateDict rest = state;
  std::erase_if(rest, [](const auto& entry) { return entry.first.starts_with("histogram."); });
  const auto found = state.find("epochs");
  const std::int64_t count = found != state.end() && found->second.dim() == 1 ? found->second.size(0) : 0;
  const Tensor stride = full({}, std::int64_t{0}), epochs = zeros({count}, {.dtype = int64});
  copy_state(what, {{"stride", stride}, {"epochs", epochs}}, rest);

  WeightHistograms loaded;
  loaded.stride_ = stride.item<std::int64_t>();
  if (loaded.stride_ < 1 || !std::has_single_bit(static_cast<std::uint64_t>(loaded.stride_)))
    fail(what, ": stride is ", loaded.stride_, ", wanted a power of 2");
  if (count > static_cast<std::int64_t>(kCapacity))
    fail(what, ": there are ", count, " records, more than ", kCapacity);
  for (const std::int64_t epoch : epochs.to_vector<std::int64_t>()) {
    if (epoch % loaded.stride_ != 0 || epoch < 0 || (!loaded.records_.empty() && epoch <= loaded.records_.back().epoch))
      fail(what, ": epoch ", epoch, " does not fit, where the stride is ", loaded.stride_);
    loaded.records_.push_back({.epoch = epoch});
  }
  const Dims wanted = {count, static_cast<std::int64_t>(kHistogramMembers)};
  for (const auto& [name, tensor] : histograms) {
    if (tensor.sizes() != wanted) fail(what, ": histogram.", name, " has shape ", tensor.sizes(), ", wanted ", wanted);
    const std::vector<double> members = tensor.to(float64).to_vector<double>();
    for (std::size_t i = 0; i < loaded.records_.size(); ++i)
      loaded.records_[i].tensors.emplace(
          name, histogram_of_members(concat(what, ": histogram.", name), members.data() + i * kHistogramMembers));
  }
  *this = std::move(loaded);
}

}  // namespace descent::train
