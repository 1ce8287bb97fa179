#include "hub/rehearsal/version_set.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace depops::hub::rehearsal {
namespace {

constexpr std::array kBounds = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25,
                                0.5,   1.0,  2.5,   5.0,  10.0};  // of Prometheus' clients

}  // namespace

void VersionSet::spawn(Stage stage, Millis since) {
  ++spawned_;
  instances_.push_back({stage, since});
  rows_.push_back({id_, "router/" + id_.str() + "." + std::to_string(spawned_), 0, 0, 0});
  forced_rows_.push_back({id_, "forced/" + id_.str() + "." + std::to_string(spawned_), 0, 0, 0});
}

void VersionSet::begin_ready(std::uint32_t count, Millis now) {
  ordered_ = count;
  for (std::uint32_t i = 0; i < count; ++i) spawn(Stage::ready, now);
}

// Those that are not ready go first, then the newest.
void VersionSet::retire(std::uint32_t count, Millis now) {
  for (const Stage stage : {Stage::starting, Stage::ready}) {
    for (auto instance = instances_.rbegin(); instance != instances_.rend() && count > 0; ++instance) {
      if (instance->stage != stage) continue;
      *instance = {Stage::retiring, now};
      --count;
    }
  }
}

void VersionSet::order(std::uint32_t replicas, Millis drain, Millis now) {
  drain_ = drain;
  ordered_ = replicas;
  if (replicas == 0) restarts_ = 0;
  const auto running = static_cast<std::uint32_t>(std::count_if(
      instances_.begin(), instances_.end(), [](const Instance& one) { return one.stage != Stage::retiring; }));
  if (running > replicas) retire(running - replicas, now);
  for (std::uint32_t have = running; have < replicas; ++have) spawn(Stage::starting, now);
}

void VersionSet::lose(std::size_t index, std::uint64_t requests) {
  rows_[index].lost += requests;
  total_.requests += requests;
  total_.errors += requests;
}

// What was under way at it is lost; another one starts in its place.
void VersionSet::crash(std::size_t index, Millis now) {
  const auto ready = std::count_if(instances_.begin(), instances_.end(),
                                   [](const Instance& one) { return one.stage == Stage::ready; });
  if (ready > 0) lose(index, in_flight(now) / static_cast<std::uint64_t>(ready));
  instances_[index] = {Stage::starting, now};
  ++restarts_;
  trouble_ = "an instance ended by itself";
}

void VersionSet::change(const manifest::BehaviourChange& change, Millis now) {
  behaviour_.ready_after = change.ready_after.value_or(behaviour_.ready_after);
  behaviour_.never_ready = change.never_ready.value_or(behaviour_.never_ready);
  behaviour_.error_share = change.error_share.value_or(behaviour_.error_share);
  behaviour_.response_time = change.response_time.value_or(behaviour_.response_time);
  for (const auto& [name, level] : change.values) behaviour_.values[name] = level;
  std::uint32_t left = change.crash;
  for (std::size_t i = 0; i < instances_.size() && left > 0; ++i) {
    if (instances_[i].stage != Stage::ready) continue;
    crash(i, now);
    --left;
  }
}

void VersionSet::live(Millis now) {
  for (std::size_t i = 0; i < instances_.size(); ++i) {
    Instance& one = instances_[i];
    const Millis age = now - one.since;
    if (one.stage == Stage::starting && !behaviour_.never_ready && age >= behaviour_.ready_after) {
      one = {Stage::ready, now};
    } else if (one.stage == Stage::ready && behaviour_.crash_after && age >= *behaviour_.crash_after) {
      crash(i, now);
    }
  }
  const Millis leaves = std::min(behaviour_.response_time, drain_);
  for (std::size_t i = instances_.size(); i-- > 0;) {
    if (instances_[i].stage != Stage::retiring || now - instances_[i].since < leaves) continue;
    instances_.erase(instances_.begin() + static_cast<std::ptrdiff_t>(i));
    rows_.erase(rows_.begin() + static_cast<std::ptrdiff_t>(i));
    forced_rows_.erase(forced_rows_.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

bool VersionSet::serves() const noexcept {
  return std::any_of(instances_.begin(), instances_.end(),
                     [](const Instance& one) { return one.stage == Stage::ready; });
}

void VersionSet::serve(std::uint64_t requests, std::uint64_t forced, Millis now, Millis span, Chance& chance) {
  rate_ = static_cast<double>(requests + forced) * 1'000 / static_cast<double>(span.count());
  if (requests + forced == 0) return;
  busy_until_ = now + behaviour_.response_time;
  take(requests, rows_, chance);
  take(forced, forced_rows_, chance);
}

void VersionSet::take(std::uint64_t requests, std::vector<analysis::CounterRow>& rows, Chance& chance) {
  if (requests == 0) return;
  std::vector<std::size_t> ready;
  for (std::size_t i = 0; i < instances_.size(); ++i) {
    if (instances_[i].stage == Stage::ready) ready.push_back(i);
  }
  const std::uint64_t each = requests / ready.size();
  const std::uint64_t over = requests % ready.size();
  for (std::size_t i = 0; i < ready.size(); ++i) {
    const std::uint64_t taken = each + ((i + turn_) % ready.size() < over ? 1 : 0);
    const std::uint64_t errors = chance.of(taken, behaviour_.error_share);
    rows[ready[i]].answers += taken;
    rows[ready[i]].errors_5xx += errors;
    total_.requests += taken;
    total_.errors += errors;
  }
  time(requests);
  turn_ = (turn_ + ready.size() - over % ready.size()) % ready.size();
}

// Times fall off exponentially around the mean. Nothing is drawn for them, so that a scenario without a latency test
// ends as it did.
void VersionSet::time(std::uint64_t answers) {
  const double mean = static_cast<double>(std::max<Millis::rep>(behaviour_.response_time.count(), 1)) / 1'000;
  within_.resize(kBounds.size());
  timed_ += answers;
  for (std::size_t i = 0; i < kBounds.size(); ++i) {
    within_[i] += static_cast<double>(answers) * (1 - std::exp(-kBounds[i] / mean));
  }
}

analysis::CounterRow VersionSet::histogram() const {
  analysis::CounterRow row{id_, "histogram", timed_, 0, 0};
  for (std::size_t i = 0; i < kBounds.size(); ++i) {
    row.buckets.push_back({kBounds[i], within_.empty() ? 0 : static_cast<std::uint64_t>(within_[i])});
  }
  return row;
}

std::uint32_t VersionSet::in_flight(Millis now) const {
  if (now >= busy_until_) return 0;
  const double seconds = static_cast<double>(behaviour_.response_time.count()) / 1'000;
  return static_cast<std::uint32_t>(std::max(1.0, std::round(rate_ * seconds)));
}

rollout::SetView VersionSet::view(Millis min_ready, Millis now) const {
  rollout::SetView view;
  view.ordered = ordered_;
  for (const Instance& one : instances_) {
    view.running += one.stage != Stage::retiring ? 1 : 0;
    view.ready += one.stage == Stage::ready ? 1 : 0;
    view.available += (one.stage == Stage::ready && now - one.since >= min_ready) ? 1U : 0U;
  }
  view.routable = view.available;
  view.in_flight = in_flight(now);
  view.restarts = restarts_;
  view.trouble = restarts_ > 0 ? trouble_ : "";
  if (view.trouble.empty() && behaviour_.never_ready && view.ready < view.running) view.trouble = "not ready";
  return view;
}

}  // namespace depops::hub::rehearsal
