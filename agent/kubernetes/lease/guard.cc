#include "agent/kubernetes/lease/guard.h"

#include <algorithm>
#include <utility>

namespace depops::agent::kubernetes {

LeaseGuard::LeaseGuard(Connection& connection, const ports::Clock& clock, LeaseOrder order,
                       std::function<double()> chance, News news)
    : clock_(clock),
      order_(std::move(order)),
      news_(std::move(news)),
      client_(connection, kOurManager, {[this](Millis time) { return pause(time); }, std::move(chance)},
              {.request = order_.request, .patience = Millis(0)}),  // when to try again is for the standing to decide
      standing_(order_.self, order_.rules) {
  thread_ = std::thread([this] { run(); });
}

LeaseGuard::~LeaseGuard() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  stopping_.notify_all();
  thread_.join();
}

bool LeaseGuard::pause(Millis time) {
  std::unique_lock lock(mutex_);
  return !stopping_.wait_for(lock, time, [this] { return stop_; });
}

void LeaseGuard::run() {
  while (pause(Millis(0)) && told_.first != Holding::lost) {
    std::visit([this](const auto& turn) { take(turn); }, standing_.next(boottime()));
    tell();
  }
  give_back();
}

void LeaseGuard::tell() {
  const Millis now = boottime();
  std::pair<Holding, std::string> news{standing_.holding(now), standing_.why(now)};
  if (news == told_) return;
  told_ = std::move(news);
  news_(told_.first, told_.second);
}

void LeaseGuard::take(const LeaseStanding::Look&) {
  const auto read = client_.get(leases(), order_.key);
  if (read.ok()) return standing_.saw(lease_of(*read), boottime());
  if (read.failure().not_found()) return standing_.saw(std::nullopt, boottime());
  standing_.failed(read.failure(), boottime());
}

void LeaseGuard::take(const LeaseStanding::Make&) {
  const Moment asked = clock_.now();
  const auto made =
      client_.create(leases(), order_.key.space, lease_body(order_.key, order_.self, order_.rules.lasts, asked.wall));
  if (made.ok()) return standing_.claimed(lease_of(*made), asked.boottime);
  standing_.failed(made.failure(), boottime());
}

void LeaseGuard::take(const LeaseStanding::Claim& turn) {
  const Moment asked = clock_.now();
  const auto written =
      client_.patch(leases(), order_.key, lease_change(turn.seen, order_.self, order_.rules.lasts, asked.wall));
  if (written.ok()) return standing_.claimed(lease_of(*written), asked.boottime);
  standing_.failed(written.failure(), boottime());
}

// Not past the moment at which it is lost: that has to be told in time.
void LeaseGuard::take(const LeaseStanding::Rest& turn) {
  const Millis now = boottime();
  const Millis until = standing_.holding(now) == Holding::ours ? std::min(turn.until, standing_.ends()) : turn.until;
  (void)pause(std::max(until - now, Millis(1)));
}

// Whoever waits need not wait for the lease to run out. Not being able to costs only that time.
void LeaseGuard::give_back() {
  const Moment now = clock_.now();
  if (const auto ours = standing_.ours(now.boottime))
    (void)client_.patch(leases(), order_.key, lease_change(*ours, Holder(""), order_.rules.lasts, now.wall)).ok();
}

}  // namespace depops::agent::kubernetes
