#include "hub/dora/metrics.h"

#include <algorithm>
#include <map>
#include <unordered_map>

namespace depops::hub::dora {
namespace {

constexpr std::int64_t kDaysMax = 3'660;
constexpr Millis kDay = std::chrono::hours(24);

double as_double(Millis duration) { return static_cast<double>(duration.count()); }

std::optional<Millis> as_millis(std::optional<double> value) {
  if (!value) return std::nullopt;
  return Millis(static_cast<Millis::rep>(*value + 0.5));
}

std::int64_t days_of(const Period& period) {
  const std::int64_t days = (period.to - period.from + kDay - Millis(1)) / kDay;
  return std::clamp<std::int64_t>(days, 0, kDaysMax);
}

bool in(const Period& period, const std::optional<Instant>& at) { return at && *at >= period.from && *at < period.to; }

// A strategy that was skipped has its first traffic when it is complete, if the site said nothing else.
std::optional<Instant> exposure_of(const Row& row) { return row.first_exposure ? row.first_exposure : row.completed; }

template <typename T>
void add_all(std::vector<T>& to, const std::vector<T>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

std::optional<double> ratio(std::uint64_t k, std::uint64_t n) {
  if (n == 0) return std::nullopt;
  return static_cast<double>(k) / static_cast<double>(n);
}

}  // namespace

struct Collector::Samples {
  Frequency counts;
  FailRate fails;
  std::vector<double> leads;
  std::uint64_t negative = 0;
  std::vector<double> recoveries;
  std::uint64_t open = 0;
  std::optional<Millis> oldest_open;
  std::vector<double> gaps;
  std::map<EnvironmentName, std::vector<Instant>> completions;

  void add(const Row& row, const Period& period, Instant now);
  void add_completion(const Row& row, const Period& period);
  void add_exposure(const Row& row, const Period& period, Instant now);
  void close_gaps();
  void add(const Samples& other);
  Metrics metrics(const Period& period);
};

void Collector::Samples::add_completion(const Row& row, const Period& period) {
  if (!in(period, row.completed)) return;
  ++counts.deployments;
  counts.executions += row.executions;
  completions[row.environment].push_back(*row.completed);
  const auto day = (*row.completed - period.from) / kDay;
  if (day >= 0 && day < static_cast<std::int64_t>(counts.daily.size())) ++counts.daily[static_cast<std::size_t>(day)];
}

void Collector::Samples::add_exposure(const Row& row, const Period& period, Instant now) {
  const auto exposed = exposure_of(row);
  if (!in(period, exposed)) return;
  ++fails.exposed;
  if (!row.change_failed) return;
  ++fails.failed;
  if (row.caught_in_canary) ++fails.caught_in_canary;
  if (row.recovered) {
    recoveries.push_back(as_double(std::max(Millis{0}, *row.recovered - *exposed)));
    return;
  }
  ++open;
  const Millis age = now - *exposed;
  oldest_open = oldest_open ? std::max(*oldest_open, age) : age;
}

void Collector::Samples::add(const Row& row, const Period& period, Instant now) {
  switch (row.kind) {
    case Kind::rollback:
      if (in(period, row.completed)) ++counts.rollbacks;
      return;
    case Kind::redeploy:
      if (in(period, row.completed)) ++counts.redeploys;
      return;
    case Kind::forward:
      break;
  }
  if (!exposure_of(row) && in(period, row.ended)) ++counts.aborted_unexposed;
  add_completion(row, period);
  add_exposure(row, period, now);
}

void Collector::Samples::close_gaps() {
  for (auto& [environment, times] : completions) {
    std::sort(times.begin(), times.end());
    for (std::size_t i = 1; i < times.size(); ++i) gaps.push_back(as_double(times[i] - times[i - 1]));
  }
  completions.clear();
}

void Collector::Samples::add(const Samples& other) {
  counts.deployments += other.counts.deployments;
  counts.executions += other.counts.executions;
  counts.redeploys += other.counts.redeploys;
  counts.rollbacks += other.counts.rollbacks;
  counts.aborted_unexposed += other.counts.aborted_unexposed;
  for (std::size_t i = 0; i < counts.daily.size(); ++i) counts.daily[i] += other.counts.daily[i];
  fails.exposed += other.fails.exposed;
  fails.failed += other.fails.failed;
  fails.caught_in_canary += other.fails.caught_in_canary;
  add_all(leads, other.leads);
  negative += other.negative;
  add_all(recoveries, other.recoveries);
  open += other.open;
  if (other.oldest_open) oldest_open = oldest_open ? std::max(*oldest_open, *other.oldest_open) : other.oldest_open;
  add_all(gaps, other.gaps);
}

Metrics Collector::Samples::metrics(const Period& period) {
  Metrics out;
  for (auto* values : {&leads, &recoveries, &gaps}) std::sort(values->begin(), values->end());
  out.frequency = counts;
  out.frequency.days = as_double(period.to - period.from) / as_double(kDay);
  if (out.frequency.days > 0) out.frequency.per_day = static_cast<double>(counts.deployments) / out.frequency.days;
  out.frequency.median_gap = as_millis(quantile(gaps, 0.5));
  out.lead_time = {as_millis(quantile(leads, 0.5)), as_millis(quantile(leads, 0.9)), leads.size(), negative};
  out.fail_rate = fails;
  out.fail_rate.rate = ratio(fails.failed, fails.exposed);
  if (fails.exposed > 0) out.fail_rate.interval = wilson(fails.failed, fails.exposed);
  out.fail_rate.rate_without_canary =
      ratio(fails.failed - fails.caught_in_canary, fails.exposed - fails.caught_in_canary);
  out.recovery = {as_millis(quantile(recoveries, 0.5)), as_millis(quantile(recoveries, 0.9)), recoveries.size(), open,
                  oldest_open};
  return out;
}

// A commit counts once per service: with the first completed deployment that held it.
struct Collector::Commits {
  struct Landing {
    Instant committed{};
    Instant completed{};
    bool counts = true;  // not with the first deployment of a service: nothing was there to be new against
  };
  std::unordered_map<std::string, Landing> first;

  void add(const Row& row) {
    if (row.kind != Kind::forward || !row.completed) return;
    for (const Change& change : row.changes) {
      const Landing landing{change.committed_at, *row.completed, !row.first};
      const auto [found, fresh] = first.emplace(change.sha, landing);
      if (!fresh && landing.completed < found->second.completed) found->second = landing;
    }
  }

  void into(Samples& samples, const Period& period) const {
    for (const auto& [sha, landing] : first) {
      if (!landing.counts || landing.completed < period.from || landing.completed >= period.to) continue;
      const Millis lead = landing.completed - landing.committed;
      if (lead < Millis{0}) {
        ++samples.negative;
      } else {
        samples.leads.push_back(as_double(lead));
      }
    }
  }
};

Collector::Collector(Period period, Instant now)
    : period_(period),
      now_(now),
      all_(std::make_unique<Samples>()),
      of_service_(std::make_unique<Samples>()),
      commits_(std::make_unique<Commits>()) {
  all_->counts.daily.resize(static_cast<std::size_t>(days_of(period)));
  of_service_->counts.daily.resize(all_->counts.daily.size());
}

Collector::~Collector() = default;

void Collector::add(const Row& row) {
  if (row.service != service_) {
    end_service();
    service_ = row.service;
  }
  of_service_->add(row, period_, now_);
  commits_->add(row);
}

void Collector::end_service() {
  if (service_.empty()) return;
  commits_->into(*of_service_, period_);
  of_service_->close_gaps();
  all_->add(*of_service_);
  services_.push_back({service_, of_service_->metrics(period_)});
  *of_service_ = Samples();
  of_service_->counts.daily.resize(all_->counts.daily.size());
  commits_->first.clear();
}

Collector::Outcome Collector::finish() {
  end_service();
  service_ = ServiceName();
  return {all_->metrics(period_), std::move(services_)};
}

}  // namespace depops::hub::dora
