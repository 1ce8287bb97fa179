#include "agent/app/health_history.h"

#include <algorithm>

#include "shared/rollout/desired.h"

namespace depops::agent {
namespace {

Instant minute_of(Instant at) { return Instant(at.time_since_epoch() / sync::kHealthGrain * sync::kHealthGrain); }

std::uint64_t cost_of(const sync::HealthSpan& span) {
  std::uint64_t bytes = 96 + span.problem.size();
  for (const sync::ServiceHealth& service : span.services) bytes += 64 + service.service.str().size();
  return bytes;
}

bool is_unwell(const sync::ServiceHealth& service) { return service.ready < service.desired || service.restarts > 0; }

// But for how many requests there were.
bool alike(sync::HealthSpan a, const sync::HealthSpan& b) {
  if (a.services.size() != b.services.size()) return false;
  for (std::size_t i = 0; i < a.services.size(); ++i) a.services[i].in_flight = b.services[i].in_flight;
  a.from = b.from;
  a.to = b.to;
  return a == b;
}

sync::ServiceHealth& service_in(sync::HealthSpan& span, const ServiceName& name) {
  const auto found = std::find_if(span.services.begin(), span.services.end(),
                                  [&](const sync::ServiceHealth& one) { return one.service == name; });
  if (found != span.services.end()) return *found;
  span.services.push_back({name, 0, ~std::uint32_t{0}, 0, 0});
  return span.services.back();
}

}  // namespace

HealthLook look_at(const sync::Telemetry& now, const Records& records, const World& world) {
  HealthLook look{now.at, now.healthy, now.problem.substr(0, sync::kHealthTextMax), {}, {}};
  for (const sync::ServiceTelemetry& service : now.services) {
    sync::ServiceHealth health{service.service, service.desired, service.ready, 0, 0};
    const ServiceTraffic* traffic = world.router != nullptr ? traffic_of(*world.router, service.service) : nullptr;
    if (traffic != nullptr)
      for (const RoutedFacts& endpoint : traffic->endpoints) health.in_flight += endpoint.in_flight;
    look.services.push_back(std::move(health));
  }
  if (world.runtime == nullptr) return look;
  for (const auto& record : records)
    for (const rollout::WantedSet& wanted : rollout::desired_of(*record).sets)
      for (const SetFacts& facts : world.runtime->sets)
        if (facts.set == wanted.snapshot->set) look.restarts[facts.set] = {record->service, facts.restarts};
  return look;
}

void HealthHistory::see(const HealthLook& look, const Moment& now) {
  seen_ = Stamp::of(now);
  const Instant minute = minute_of(look.at);
  if (minute_ && minute_->from != minute) end_minute();
  if (!minute_) minute_ = sync::HealthSpan{minute, minute + sync::kHealthGrain, true, "", {}};
  fold(look);
}

void HealthHistory::fold(const HealthLook& look) {
  minute_->healthy = minute_->healthy && look.healthy;
  if (minute_->problem.empty()) minute_->problem = look.problem;
  for (const sync::ServiceHealth& seen : look.services) {
    sync::ServiceHealth& service = service_in(*minute_, seen.service);
    service.desired = seen.desired;
    service.ready = std::min(service.ready, seen.ready);
    service.in_flight = std::max(service.in_flight, seen.in_flight);
  }
  std::map<SetId, std::uint32_t> counts;
  for (const auto& [set, count] : look.restarts) {
    counts[set] = count.second;
    const auto before = restarts_.find(set);
    if (before == restarts_.end() || before->second >= count.second) continue;
    service_in(*minute_, count.first).restarts += count.second - before->second;
  }
  restarts_ = std::move(counts);
}

void HealthHistory::end_minute() {
  sync::HealthSpan span = std::move(*minute_);
  minute_.reset();
  auto& services = span.services;
  std::stable_partition(services.begin(), services.end(), is_unwell);
  services.resize(std::min(services.size(), sync::kHealthServicesMax));
  const bool grows = open_ && open_->to == span.from && span.to - open_->from <= sync::kHealthSpanMax;
  if (!grows || !alike(*open_, span)) {
    close();
    open_ = std::move(span);
    return;
  }
  open_->to = span.to;
  for (std::size_t i = 0; i < services.size(); ++i)
    open_->services[i].in_flight = std::max(open_->services[i].in_flight, services[i].in_flight);
}

void HealthHistory::close() {
  if (open_) keep(std::move(*open_));
  open_.reset();
}

void HealthHistory::keep(sync::HealthSpan span) {
  bytes_ += cost_of(span);
  ring_.push_back(std::move(span));
  for (; bytes_ > most_ && ring_.size() > 1; ++dropped_) {
    bytes_ -= cost_of(ring_.front());
    ring_.pop_front();
    told_ -= told_ > 0 ? 1 : 0;
  }
}

std::vector<sync::HealthSpan> HealthHistory::due(const Moment& now) {
  if (ring_.empty() || !is_over(patience_, told_at_, now)) return {};
  if (told_at_) patience_ = std::min(2 * patience_, kPatienceMost);  // a hub of before this takes none of it
  told_at_ = Stamp::of(now);
  told_ = std::min(ring_.size(), sync::kHealthSpansMax);
  return {ring_.begin(), ring_.begin() + static_cast<std::ptrdiff_t>(told_)};
}

void HealthHistory::taken(const sync::HealthTaken& taken) {
  if (told_ == 0 || ring_[told_ - 1].to != taken.upto) return;
  for (; told_ > 0; --told_) {
    bytes_ -= cost_of(ring_.front());
    ring_.pop_front();
  }
  told_at_.reset();
  patience_ = kPatience;
}

}  // namespace depops::agent
