#include "tests/simulation/fake_router.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace depops::simulation {

void FakeRouter::apply(const agent::RouterOrders& orders, Millis boottime) {
  pending_ = orders;
  due_ = boottime + Millis(rng_.below(300));
}

void FakeRouter::adapter_restarted() {
  pending_.reset();
  applied_ = 0;
  foreign_.clear();
}

void FakeRouter::restart() {
  ++life_;
  for (Server& server : servers_) {
    server.answers = server.errors = server.lost = server.forced = 0;
    server.in_flight = 0;
  }
}

void FakeRouter::foreign_write() {
  if (shares_.empty() || !capabilities_.weights) return;
  const std::uint32_t percent = shares_.size() > 1 ? rng_.below(101) : rng_.between(1, 99);
  if (percent == shares_[0].percent) return;
  foreign_ = {"weight of " + shares_[0].set.str() + " is " + std::to_string(percent) + ", written was " +
              std::to_string(shares_[0].percent)};
  shares_[0].percent = percent;
  if (shares_.size() > 1) shares_[1].percent = 100 - percent;
}

void FakeRouter::foreign_removal() {
  if (forced_.empty()) return;
  foreign_.push_back("forced route " + forced_.front().name + " was removed by somebody else");
  forced_.erase(forced_.begin());
}

bool FakeRouter::can(const agent::ForcedRoute& route) const {
  return route.match.key == agent::RouteKey::header ? capabilities_.headers : capabilities_.cookies;
}

void FakeRouter::force(const agent::ServiceRoute& route) {
  const Result<void> checked = agent::check_forced(route.forced);
  const bool able = std::ranges::all_of(route.forced, [&](const auto& forced) { return can(forced); });
  trouble_ = !checked.ok() ? checked.error().what : able ? "" : "this router forces no such requests";
  forced_ = trouble_.empty() ? route.forced : std::vector<agent::ForcedRoute>{};
}

std::optional<SetId> FakeRouter::forced_to(const agent::RequestHeaders& headers) const {
  const agent::ForcedRoute* route = agent::forced_by(forced_, headers);
  return route != nullptr && live(route->set) > 0 ? std::optional(route->set) : std::nullopt;
}

bool FakeRouter::forces_to(const SetId& set) const {
  return std::ranges::any_of(forced_, [&](const auto& route) { return route.set == set; });
}

std::uint32_t FakeRouter::share(const SetId& set) const {
  for (const agent::SetShare& share : shares_) {
    if (share.set == set) return share.percent;
  }
  return 0;
}

std::uint32_t FakeRouter::in_flight(const EndpointId& id) const {
  for (const Server& server : servers_) {
    if (server.id == id) return server.in_flight;
  }
  return 0;
}

bool FakeRouter::receives(const EndpointId& id) const {
  return std::any_of(servers_.begin(), servers_.end(), [&](const Server& server) {
    return server.id == id && server.up && !server.drain &&
           (share(server.set) > 0 || forces_to(server.set) || !capabilities_.weights);
  });
}

std::uint32_t FakeRouter::live(const SetId& set) const {
  return static_cast<std::uint32_t>(std::count_if(servers_.begin(), servers_.end(), [&](const Server& server) {
    return server.set == set && server.up && !server.drain;
  }));
}

double FakeRouter::effective(const std::vector<agent::SetShare>& shares, const SetId& set) const {
  if (!capabilities_.weights) {  // every instance gets the same
    std::uint32_t everywhere = 0;
    for (const agent::SetShare& share : shares) everywhere += live(share.set);
    return everywhere > 0 ? static_cast<double>(live(set)) / everywhere : 0;
  }
  double all = 0;
  double own = 0;
  for (const agent::SetShare& share : shares) {
    const double percent = live(share.set) > 0 ? share.percent : 0;
    all += percent;
    if (share.set == set) own = percent;
  }
  return all > 0 ? own / all : 0;
}

void FakeRouter::take_up(const agent::RouterOrders& orders, Millis boottime) {
  applied_ = orders.seq;
  foreign_.clear();
  if (orders.routes.empty()) return;
  const agent::ServiceRoute& route = orders.routes.front();
  force(route);
  if (shares_ != route.shares) former_ = std::exchange(shares_, route.shares);
  std::vector<Server> next;
  for (const agent::RoutedEndpoint& endpoint : route.endpoints) {
    const auto old =
        std::find_if(servers_.begin(), servers_.end(), [&](const Server& server) { return server.id == endpoint.id; });
    next.push_back(old != servers_.end() ? *old : Server{endpoint.id, endpoint.set, false, false, boottime});
    next.back().drain = endpoint.drain;
  }
  servers_ = std::move(next);
}

void FakeRouter::advance(const Moment& now, Millis step) {
  if (pending_ && reachable_ && now.boottime >= due_) {
    take_up(*std::exchange(pending_, std::nullopt), now.boottime);
  }
  const auto& instances = runtime_.instances();
  for (Server& server : servers_) {
    const auto found = std::find_if(instances.begin(), instances.end(),
                                    [&](const auto& instance) { return instance.id == server.id; });
    const bool alive = found != instances.end() &&
                       (found->state == agent::EndpointState::ready || found->state == agent::EndpointState::retiring);
    if (server.up && !alive) server.lost += server.in_flight;  // under way when it died
    server.up = alive && now.boottime - server.added >= Millis(200);
  }
  const auto& divided = capabilities_.weights && sticky_ && former_.size() == shares_.size() ? former_ : shares_;
  for (Server& server : servers_) {
    const std::uint32_t live_servers = live(server.set);
    const bool takes = server.up && !server.drain && live_servers > 0;
    const double share = takes ? effective(divided, server.set) / live_servers : 0;
    hand_out(server, share, step);
  }
}

// Of a forced route, one request in twenty of what the shares divide.
void FakeRouter::hand_out(Server& server, double share, Millis step) {
  const double due = rate_ * static_cast<double>(step.count()) / 1000.0;
  server.owed += share * due;
  const auto requests = static_cast<std::uint64_t>(server.owed);
  server.owed -= static_cast<double>(requests);
  server.answers += requests;
  const bool forced = server.up && !server.drain && forces_to(server.set);
  server.forced_owed += forced ? due / 20 / live(server.set) : 0;
  const auto forced_requests = static_cast<std::uint64_t>(server.forced_owed);
  server.forced_owed -= static_cast<double>(forced_requests);
  server.forced += forced_requests;
  const double expected = static_cast<double>(requests) * profiles_.at(server.set).error_permille / 1000.0;
  server.errors += static_cast<std::uint64_t>(expected) +
                   (rng_.chance(static_cast<std::uint32_t>((expected - std::floor(expected)) * 1000)) ? 1 : 0);
  server.in_flight = requests + forced_requests > 0 ? rng_.below(3) : rng_.chance(300) ? server.in_flight : 0;
}

agent::RouterFacts FakeRouter::facts(const Moment& now) const {
  agent::RouterFacts facts;
  facts.applied_seq = applied_;
  facts.at = now.wall;
  facts.reachable = reachable_;
  if (!reachable_) {
    facts.trouble = "admin socket refused";
    return facts;
  }
  facts.trouble = trouble_;
  facts.foreign = foreign_;
  agent::ServiceTraffic traffic;
  traffic.service = service_;
  for (const agent::SetShare& share : shares_) {
    traffic.shares.push_back({share.set, static_cast<std::uint32_t>(std::lround(100 * effective(shares_, share.set)))});
  }
  for (const Server& server : servers_) {
    // Who divides nothing is not asked whether a request is still under way.
    const bool asked = capabilities_.weights;
    const std::uint32_t in_flight = asked ? server.in_flight : 0;
    traffic.endpoints.push_back({server.id, server.set, server.up, asked && server.drain, 1, in_flight});
    if (!asked) continue;
    const std::string source = std::to_string(life_) + "/" + server.id.str();
    traffic.counters.push_back({server.set, source, server.answers, server.errors, server.lost});
    const std::uint64_t errors = server.forced * profiles_.at(server.set).error_permille / 1000;
    if (server.forced > 0)
      traffic.forced_counters.push_back({server.set, source + "/forced", server.forced, errors, 0});
  }
  for (const agent::ForcedRoute& route : forced_) traffic.forced.push_back({route.name, route.set, live(route.set)});
  facts.services.push_back(std::move(traffic));
  return facts;
}

}  // namespace depops::simulation
