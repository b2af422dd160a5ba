#include "descent/optim/lbfgs.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <utility>

#include "descent/create.h"
#include "optim/strong_wolfe.h"

namespace descent::optim {
namespace {

// A tensor for each parameter: all parameters as one vector.
using Vector = std::vector<Tensor>;
using States = std::vector<std::optional<LBFGSState>>;

double dot(const Vector& a, const Vector& b) {
  double total = 0;
  for (std::size_t i = 0; i < a.size(); ++i) total += sum(a[i] * b[i]).item();
  return total;
}

double sum_of_magnitudes(const Vector& x) {
  double total = 0;
  for (const Tensor& part : x) total += sum(abs(part)).item();
  return total;
}

// A NaN wins.
double largest_magnitude(const Vector& x) {
  Tensor largest = 0.0;
  for (const Tensor& part : x) largest = maximum(largest, max(abs(part)));
  return largest.item();
}

// x <- x + scale y.
void add(const Vector& x, const Vector& y, double scale) {
  for (std::size_t i = 0; i < x.size(); ++i) x[i].addcmul_(y[i], scale);
}

Vector copy_of(const Vector& x) {
  Vector copy;
  for (const Tensor& part : x) copy.push_back(part.detach().clone());
  return copy;
}

Vector gradients(const Vector& parameters, bool maximize) {
  Vector gradients;
  for (const Tensor& p : parameters) {
    const Tensor g = p.grad();
    gradients.push_back(!g.defined() ? zeros_like(p) : maximize ? -g : g.clone());
  }
  return gradients;
}

// Writes `value` into a tensor of the state, or makes it.
void set(Tensor& state, const Tensor& value) {
  if (state.defined())
    state.copy_(value);
  else
    state = value.clone();
}

// The k-th of a list that each parameter has.
Vector entry(const States& states, std::vector<Tensor> LBFGSState::*list, std::size_t k) {
  Vector entry;
  for (const auto& state : states) entry.push_back(((*state).*list)[k]);
  return entry;
}

// Keeps the pair (s, y) of the last step, which ended where the gradient is `g`, if it shows a curvature.
void learn(States& states, LBFGSGroupState& group, const Vector& g, std::int64_t history_size) {
  Vector y, s;
  for (std::size_t i = 0; i < states.size(); ++i) {
    y.push_back(g[i] - states[i]->prev_grad);
    s.push_back(states[i]->d * group.t);
  }
  const double ys = dot(y, s);
  if (!(ys > 1e-10)) return;
  const auto keep = [&](Vector& list, const Tensor& last) {
    while (list.size() >= static_cast<std::size_t>(history_size)) list.erase(list.begin());
    list.push_back(last);
  };
  for (std::size_t i = 0; i < states.size(); ++i) {
    keep(states[i]->old_dirs, y[i]);
    keep(states[i]->old_stps, s[i]);
  }
  keep(group.ro, Scalar(1 / ys));
  group.H_diag.fill_(ys / dot(y, y));
}

// The inverse of the Hessian, as the pairs show it, times -g.
Vector direction(const States& states, const LBFGSGroupState& group, const Vector& g) {
  const auto y = [&](std::size_t k) { return entry(states, &LBFGSState::old_dirs, k); };
  const auto s = [&](std::size_t k) { return entry(states, &LBFGSState::old_stps, k); };
  const std::size_t count = group.ro.size();
  std::vector<double> a(count);
  Vector d;
  for (const Tensor& part : g) d.push_back(-part);
  for (std::size_t k = count; k-- > 0;) {
    a[k] = dot(s(k), d) * group.ro[k].item();
    add(d, y(k), -a[k]);
  }
  for (const Tensor& part : d) part.mul_(group.H_diag);
  for (std::size_t k = 0; k < count; ++k) add(d, s(k), a[k] - dot(y(k), d) * group.ro[k].item());
  return d;
}

}  // namespace

template class OptimizerOf<LBFGSOptions, LBFGSState, LBFGSGroupState>;

LBFGS::LBFGS(ParameterList parameters, const LBFGSOptions& options) : OptimizerOf("LBFGS") {
  add_group(std::move(parameters), options);
}

void LBFGS::check(const LBFGSOptions& o, const Bounds& bounds) const {
  bounds.at_least("lr", o.lr, 0);
  bounds.at_least("max_iter", static_cast<double>(o.max_iter), 1);
  if (o.max_eval) bounds.at_least("max_eval", static_cast<double>(*o.max_eval), 1);
  bounds.at_least("tolerance_grad", o.tolerance_grad, 0);
  bounds.at_least("tolerance_change", o.tolerance_change, 0);
  bounds.at_least("history_size", static_cast<double>(o.history_size), 1);
  bounds.between("line_search_fn", static_cast<double>(o.line_search_fn), 0, 1);
}

LBFGSState LBFGS::start(const Tensor&, const LBFGSOptions&) const { return {}; }

LBFGSGroupState LBFGS::start_group(const LBFGSOptions&) const {
  return {.func_evals = step_count(), .n_iter = step_count(), .t = Scalar(0), .H_diag = Scalar(1), .ro = {}};
}

std::function<void()> LBFGS::remember_state() {
  struct Before {
    LBFGSGroupState group;
    States states;
  };
  const Group& group = groups()[0];
  return [this, before = std::make_shared<Before>(Before{group.state, group.states})] {
    std::swap(groups()[0].state, before->group);
    std::swap(groups()[0].states, before->states);
  };
}

void LBFGS::step() { need_loss({}); }

Tensor LBFGS::step(Closure closure) {
  Transaction transaction(*this);
  const Tensor loss = iterate(closure);
  transaction.done();
  return loss;
}

Tensor LBFGS::iterate(Closure closure) {
  Group& group = groups()[0];
  LBFGSGroupState& s = group.state;
  const LBFGSOptions& o = group.options;
  const std::int64_t max_eval = o.max_eval.value_or(o.max_iter * 5 / 4);
  const double tolerance_change = o.tolerance_change.value();
  for (auto& state : group.states) {
    if (!state) state.emplace();
  }

  const NoGrad no_grad;
  std::int64_t evaluations = 0;
  const auto loss_here = [&] {
    ++evaluations;
    s.func_evals.add_(1);
    return evaluate(closure);
  };
  const Tensor first_loss = loss_here();
  const double sign = o.maximize ? -1 : 1;
  double loss = sign * first_loss.item();
  Vector g = gradients(parameters(), o.maximize);
  const auto is_minimum = [&] { return largest_magnitude(g) <= o.tolerance_grad.value(); };
  if (is_minimum()) return first_loss;

  for (std::int64_t iteration = 1; iteration <= o.max_iter; ++iteration) {
    double t = o.lr.value();
    if (s.n_iter.item() == 0)
      t *= std::min(1.0, 1 / sum_of_magnitudes(g));
    else
      learn(group.states, s, g, o.history_size);
    const Vector d = direction(group.states, s, g);
    s.n_iter.add_(1);
    s.t.fill_(t);
    for (std::size_t i = 0; i < d.size(); ++i) {
      set(group.states[i]->d, d[i]);
      set(group.states[i]->prev_grad, g[i]);
    }
    const double slope = dot(g, d), loss_before = loss;
    if (slope > -tolerance_change) break;

    if (o.line_search_fn == LineSearch::strong_wolfe) {
      const Vector x = copy_of(parameters());
      const auto go_to = [&](double t) {
        for (std::size_t i = 0; i < x.size(); ++i) parameters()[i].copy_(addcmul(x[i], d[i], t));
      };
      const auto at = [&](double t) -> TrialPoint {
        go_to(t);
        const double loss = sign * loss_here().item();
        Vector g = gradients(parameters(), o.maximize);
        const double slope = dot(g, d);
        return {t, loss, slope, std::move(g)};
      };
      TrialPoint end =
          strong_wolfe(at, {0, loss, slope, g}, t, {max_eval - evaluations, largest_magnitude(d), tolerance_change});
      go_to(end.t);
      t = end.t;
      loss = end.loss;
      g = std::move(end.grad);
      s.t.fill_(t);
    } else {
      add(parameters(), d, t);
      if (iteration == o.max_iter) break;
      loss = sign * loss_here().item();
      g = gradients(parameters(), o.maximize);
    }

    if (evaluations >= max_eval || is_minimum()) break;
    if (largest_magnitude(d) * std::abs(t) <= tolerance_change) break;
    if (std::abs(loss - loss_before) < tolerance_change) break;
  }
  return first_loss;
}

}  // namespace descent::optim
