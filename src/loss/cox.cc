#include "descent/loss/cox.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "descent/create.h"
#include "descent/ops.h"
#include "loss/checks.h"
#include "loss/reduce.h"
#include "ops/check.h"

namespace descent {
namespace {

// log(exp(x_0) + ... + exp(x_i)) for each i, in log2(n) steps of twice the reach.
Tensor cumulative_logsumexp(Tensor x) {
  const std::int64_t n = x.numel();
  for (std::int64_t reach = 1; reach < n; reach *= 2) {
    const Tensor earlier = narrow(x, 0, 0, n - reach);
    x = cat({narrow(x, 0, 0, reach), logaddexp(narrow(x, 0, reach, n - reach), earlier)});
  }
  return x;
}

// The events, where samples are sorted with the latest times first.
struct Events {
  Events(const std::vector<double>& times, const std::vector<bool>& is_event) {
    for (std::size_t begin = 0, end = 0; begin < times.size(); begin = end) {
      const std::size_t first = at.size();
      for (; end < times.size() && times[end] == times[begin]; ++end) {
        if (is_event[end]) at.push_back(static_cast<std::int64_t>(end));
      }
      const std::size_t count = at.size() - first;
      for (std::size_t k = 0; k < count; ++k) {
        last_of_time.push_back(static_cast<std::int64_t>(end) - 1);
        group.push_back(group_count);
        gone.push_back(static_cast<double>(k) / static_cast<double>(count));
      }
      group_count += count > 0;
    }
  }

  std::vector<std::int64_t> at;            // the sample
  std::vector<std::int64_t> last_of_time;  // the last sample of its time
  std::vector<std::int64_t> group;         // its time, counted from 0
  std::vector<double> gone;                // which share of the events of its time is before it
  std::int64_t group_count = 0;
};

// log(D_i) of each event, by way of the largest at its time, so that exp does not overflow.
Tensor log_risk_of_ties(const Tensor& log_hazard, const Events& events) {
  const auto hazards = log_hazard.to_vector<double>();
  std::vector<double> largest(static_cast<std::size_t>(events.group_count), -std::numeric_limits<double>::infinity());
  for (std::size_t i = 0; i < hazards.size(); ++i) {
    double& of_group = largest[static_cast<std::size_t>(events.group[i])];
    of_group = std::max(of_group, hazards[i]);
  }
  const Tensor group = tensor(events.group);
  const Tensor shift = index_select(tensor(largest, {.dtype = log_hazard.dtype()}), 0, group);
  const Tensor none = zeros(events.group_count, {.dtype = log_hazard.dtype()});
  return log(index_select(index_add(none, 0, group, exp(log_hazard - shift)), 0, group)) + shift;
}

}  // namespace

Tensor cox_loss(const Tensor& log_hazard, const Tensor& time, const Tensor& event, const CoxLossOptions& options) try {
  if (log_hazard.dim() != 1) fail("cox_loss: wants log hazards of shape [N], not ", log_hazard.sizes());
  check_shape("cox_loss", log_hazard, "time", time);
  check_shape("cox_loss", log_hazard, "event", event);
  check(time, !isnan(time), {"cox_loss", "time", "is no time"});
  check(event, event == 0 || event == 1, {"cox_loss", "event", "must be 0 or 1"});

  const Tensor latest_first = argsort(time, 0, /*descending=*/true);
  const Events events(index_select(time, 0, latest_first).to_vector<double>(),
                      index_select(event, 0, latest_first).to_vector<bool>());
  if (events.at.empty()) fail("cox_loss: there is no event among ", log_hazard.numel(), " samples; wanted one or more");

  const Tensor samples = index_select(latest_first, 0, tensor(events.at));
  const Tensor of_events = index_select(log_hazard, 0, samples);
  const Tensor cumulative = cumulative_logsumexp(index_select(log_hazard, 0, latest_first));
  Tensor log_risk = index_select(cumulative, 0, tensor(events.last_of_time));
  if (options.ties == Ties::efron) {
    const Tensor gone = tensor(events.gone, {.dtype = log_hazard.dtype()});
    log_risk = log_risk + log1p(-gone * exp(log_risk_of_ties(of_events, events) - log_risk));
  }
  const Tensor losses = log_risk - of_events;
  if (options.reduction != Reduction::none) return reduce(losses, options.reduction);
  return index_add(zeros(log_hazard.sizes(), {.dtype = log_hazard.dtype()}), 0, samples, losses);
} catch (const Error& error) {
  fail_as("cox_loss", error);
}

}  // namespace descent
