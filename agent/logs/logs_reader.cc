#include "agent/logs/logs_reader.h"

#include <map>
#include <utility>

#include "agent/logs/follower.h"

namespace depops::agent {
namespace {

using logs::Follower;

// One instance, followed for one metric.
struct Followed {
  Follower follower;
  std::uint32_t life = 1;  // at the last reading, with its matching lines
  std::uint64_t matching = 0;
};

struct Watch {
  analysis::LogsProvider provider;
  std::map<EndpointId, Followed> instances;
};

class LogsReader : public MetricReader {
 public:
  LogsReader(LogsSettings settings, const ports::Clock& clock) : settings_(std::move(settings)), clock_(clock) {
    begun_ = std::to_string(clock_.now().wall.time_since_epoch().count());
  }

  Measured read(const MeasureOrder& order) override {
    Measured measured;
    measured.reading = {order.metric, clock_.now().wall, {}};
    const auto* provider = std::get_if<analysis::LogsProvider>(&order.provider);
    if (provider == nullptr) return measured.error = "this metric is not one of logs", measured;
    Watch& watch = watch_of(order, *provider);
    std::map<SetId, double> fresh;
    fresh[order.canary.set] = 0;
    if (order.stable) fresh[order.stable->set] = 0;
    for (const EndpointFacts& endpoint : order.endpoints) {
      const Result<void> read = read_instance(endpoint, watch.instances.at(endpoint.id), measured, fresh);
      // One that can not be read makes the numbers of its version wrong.
      if (!read.ok()) measured.error = "log of " + endpoint.id.str() + ": " + read.error().what;
    }
    measured.values.assign(fresh.begin(), fresh.end());
    return measured;
  }

 private:
  // Of the instances that are there now; one that came since the first reading is read from its beginning.
  Watch& watch_of(const MeasureOrder& order, const analysis::LogsProvider& provider) {
    const bool known = watches_.contains(order.metric) && watches_[order.metric].provider == provider;
    Watch& watch = watches_[order.metric];
    if (!known) watch = {provider, {}};
    std::map<EndpointId, Followed> there;
    for (const EndpointFacts& endpoint : order.endpoints) {
      auto node = watch.instances.extract(endpoint.id);
      if (!node.empty()) {
        there.insert(std::move(node));
      } else {
        const std::string path = settings_.instances + "/" + endpoint.id.str() + "/log";
        there.emplace(endpoint.id, Followed{Follower(path, provider.any_of, !known)});
      }
    }
    watch.instances = std::move(there);
    return watch;
  }

  Result<void> read_instance(const EndpointFacts& endpoint, Followed& followed, Measured& measured,
                             std::map<SetId, double>& fresh) const {
    Follower& follower = followed.follower;
    DEPOPS_TRY_VOID(follower.read());
    const std::string source = "logs:" + endpoint.id.str() + "/" + begun_ + "." + std::to_string(follower.life());
    measured.reading.rows.push_back({endpoint.set, source, follower.lines(), follower.matching(), 0});
    const std::uint64_t before = followed.life == follower.life() ? followed.matching : 0;
    fresh[endpoint.set] += static_cast<double>(follower.matching() - before);
    followed.life = follower.life();
    followed.matching = follower.matching();
    return {};
  }

  LogsSettings settings_;
  const ports::Clock& clock_;
  std::string begun_;  // tells the followers of this agent process from those of an earlier one
  std::map<MetricName, Watch> watches_;
};

}  // namespace

std::unique_ptr<MetricReader> make_logs_reader(LogsSettings settings, const ports::Clock& clock) {
  return std::make_unique<LogsReader>(std::move(settings), clock);
}

}  // namespace depops::agent
