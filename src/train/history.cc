#include "descent/train/history.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "descent/create.h"
#include "descent/ops.h"

namespace descent::train {

namespace {

constexpr std::int64_t kMembers = 4;  // of a bucket

Curve::Bucket merged(const Curve::Bucket& a, const Curve::Bucket& b) {
  const double part = static_cast<double>(b.steps) / static_cast<double>(a.steps + b.steps);
  // What is compared with NaN is not less: NaN gives way to a number.
  const bool is_less = b.least < a.least || std::isnan(a.least);
  const bool is_greater = b.greatest > a.greatest || std::isnan(a.greatest);
  return {a.steps + b.steps, a.mean * (1 - part) + b.mean * part, is_less ? b.least : a.least,
          is_greater ? b.greatest : a.greatest};
}

/// Likewise, of a bucket and one number.
void take(Curve::Bucket& bucket, double value) {
  ++bucket.steps;
  // A rate that stays as it is, as most do, costs nothing more.
  if (value == bucket.least && value == bucket.greatest) return;
  const double part = 1 / static_cast<double>(bucket.steps);
  bucket.mean = bucket.mean * (1 - part) + value * part;
  if (value < bucket.least || std::isnan(bucket.least)) bucket.least = value;
  if (value > bucket.greatest || std::isnan(bucket.greatest)) bucket.greatest = value;
}

}  // namespace

void Curve::add(double value) {
  if (!buckets_.empty() && buckets_.back().steps < width_) return take(buckets_.back(), value);
  if (buckets_.size() == kCapacity) merge_pairs();
  buckets_.push_back({1, value, value, value});
}

void Curve::merge_pairs() {
  for (std::size_t i = 0; i < kCapacity / 2; ++i) buckets_[i] = merged(buckets_[2 * i], buckets_[2 * i + 1]);
  buckets_.resize(kCapacity / 2);
  width_ *= 2;
}

std::int64_t Curve::steps() const {
  if (buckets_.empty()) return 0;
  return static_cast<std::int64_t>(buckets_.size() - 1) * width_ + buckets_.back().steps;
}

StateDict Curve::state_dict() const {
  std::vector<double> members;
  members.reserve(kMembers * buckets_.size());
  for (const Bucket& bucket : buckets_)
    members.insert(members.end(), {static_cast<double>(bucket.steps), bucket.mean, bucket.least, bucket.greatest});
  return {
      {"width", full({}, width_)},
      {"buckets", tensor(members, {.dtype = float64}).reshape({static_cast<std::int64_t>(buckets_.size()), kMembers})}};
}

void Curve::load_state_dict(const StateDict& state) {
  const char* const what = "Curve: load_state_dict";
  const Tensor width = full({}, std::int64_t{0});
  const auto found = state.find("buckets");
  const std::int64_t count = found != state.end() && found->second.dim() == 2 ? found->second.size(0) : 0;
  const Tensor buckets = zeros({count, kMembers}, {.dtype = float64});
  copy_state(what, {{"width", width}, {"buckets", buckets}}, state);

  Curve loaded;
  loaded.width_ = width.item<std::int64_t>();
  if (loaded.width_ < 1 || !std::has_single_bit(static_cast<std::uint64_t>(loaded.width_)))
    fail(what, ": width is ", loaded.width_, ", wanted a power of 2");
  if (count > static_cast<std::int64_t>(kCapacity))
    fail(what, ": there are ", count, " buckets, more than ", kCapacity);
  const std::vector<double> members = buckets.to_vector<double>();
  const auto full_width = static_cast<double>(loaded.width_);
  for (std::size_t i = 0; i < members.size(); i += kMembers) {
    const double steps = members[i];
    const bool is_last = i + kMembers == members.size();
    if (!(steps >= 1 && steps <= full_width && steps == std::floor(steps)) || (!is_last && steps != full_width))
      fail(what, ": bucket ", i / kMembers, " has ", steps, " steps, where the width is ", loaded.width_);
    loaded.buckets_.push_back({static_cast<std::int64_t>(steps), members[i + 1], members[i + 2], members[i + 3]});
  }
  *this = std::move(loaded);
}

double EpochRecord::metric(const std::string& name) const {
  const auto found = std::find_if(metrics.begin(), metrics.end(), [&](const auto& each) { return each.first == name; });
  return found == metrics.end() ? kUnknown : found->second;
}

std::vector<std::string> History::metric_names() const {
  std::vector<std::string> names;
  for (const EpochRecord& epoch : epochs) {
    for (const auto& [name, value] : epoch.metrics)
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

}  // namespace descent::train
