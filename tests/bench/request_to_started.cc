// From the request to deploy to the moment in which the start of the rollout is durable at the site's agent: HTTP, the
// hub's decision and commit, signature, broker, verification, the agent's decision and commit. Single-site plans.
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <stdexcept>

#include "tests/bench/broker_rate.h"
#include "tests/bench/disk.h"
#include "tests/bench/figure.h"
#include "tests/bench/requests.h"
#include "tests/bench/simulated_site.h"

namespace depops::bench {
namespace {

using Numbers = std::map<std::string, std::uint64_t>;
using Clock = std::chrono::steady_clock;
constexpr unsigned kWholeRunS = 1'200;
constexpr auto kConnectedWithin = std::chrono::seconds(180);
constexpr auto kStartedWithin = std::chrono::seconds(20);
constexpr std::uint64_t kEnvironmentsMax = 50;  // of a pipeline
constexpr std::uint64_t kPairs = 40;            // a service comes to the same site again after so many requests
constexpr std::size_t kDocumentBytes = 2'000;   // about a signed desired state

struct Floors {
  double commit_ms = 0;
  OneWay broker;
};

using Sites = std::vector<std::unique_ptr<SimulatedSite>>;

std::string environment_of(std::uint64_t site, const Rotation& rotation) {
  return site <= rotation.environments ? "place-" + std::to_string(site) : "others";
}

// The first sites have an environment each and are measured; the others are only there.
Sites make_sites(Centre& centre, Api& api, const Rotation& rotation, std::uint64_t count, Begun& begun) {
  for (std::uint64_t i = 1; i <= rotation.environments; ++i)
    api.must("POST", "/api/v1/environments", R"({"name":"place-)" + std::to_string(i) + R"(","tier":"production"})");
  api.must("POST", "/api/v1/environments", R"({"name":"others","tier":"production"})");
  centre.add_site(api, "one-way", "others", signing::SecretKey::generate().public_key());
  Sites sites;
  for (std::uint64_t i = 1; i <= count; ++i) {
    const std::string name = "site-" + std::to_string(i);
    signing::SecretKey key = signing::SecretKey::generate();
    centre.add_site(api, name, environment_of(i, rotation), key.public_key());
    sites.push_back(std::make_unique<SimulatedSite>(centre, name, std::move(key), begun));
  }
  return sites;
}

void start_all(const Centre& centre, const Sites& sites) {
  for (const auto& site : sites) site->start();
  const auto deadline = Clock::now() + kConnectedWithin;
  while (!std::all_of(sites.begin(), sites.end(), [](const auto& site) { return site->ready(); })) {
    if (Clock::now() > deadline)
      throw std::runtime_error("not every agent heard of the hub within 180 s" + centre.logs());
    ::poll(nullptr, 0, 20);
  }
}

// Milliseconds per request, from when it was due. Throws if one was refused or did not start.
std::vector<double> started_after(const std::vector<Sent>& sent, const Begun& begun) {
  for (const Sent& one : sent)
    if (one.deployment.empty()) throw std::runtime_error("the hub refused a request: " + one.refusal);
  const auto deadline = Clock::now() + kStartedWithin;
  auto times = begun.all();
  const auto missing = [&](const Sent& one) { return !times.contains(DeploymentId(one.deployment)); };
  while (std::any_of(sent.begin(), sent.end(), missing)) {
    if (Clock::now() > deadline)
      throw std::runtime_error(std::to_string(std::count_if(sent.begin(), sent.end(), missing)) + " of " +
                               std::to_string(sent.size()) + " deployments were not begun within 20 s");
    ::poll(nullptr, 0, 50);
    times = begun.all();
  }
  std::vector<double> out;
  for (const Sent& one : sent)
    out.push_back(std::chrono::duration<double, std::milli>(times.at(DeploymentId(one.deployment)) - one.due).count());
  return out;
}

json::Value details(const Numbers& numbers, std::uint64_t agents, const std::vector<Sent>& sent, const Floors& floors,
                    double hub_cores) {
  std::vector<double> answered, late;
  for (const Sent& one : sent) {
    answered.push_back(one.answered_ms);
    late.push_back(one.late_ms);
  }
  json::Value more;
  more.add("agents", agents).add("requests", std::uint64_t{sent.size()}).add("per_s", numbers.at("rate"));
  more.add("journal", "SQLite, WAL, synchronous FULL").add("answered_p50_ms", rounded(quantile(answered, 0.5)));
  more.add("answered_p99_ms", rounded(quantile(answered, 0.99))).add("sent_late_max_ms", rounded(quantile(late, 1)));
  more.add("commit_ms", rounded(floors.commit_ms)).add("one_way_p50_ms", rounded(floors.broker.p50_ms));
  more.add("one_way_p99_ms", rounded(floors.broker.p99_ms)).add("hub_cores", rounded(hub_cores));
  return more;
}

void measure(const Numbers& numbers, std::uint64_t agents) {
  Rotation rotation;
  rotation.environments = std::min(agents, kEnvironmentsMax);
  rotation.services = std::max<std::uint64_t>(1, kPairs / rotation.environments);
  const std::uint64_t warm_up = std::min(rotation.round(), numbers.at("requests"));
  Centre centre;
  Begun begun;
  const auto api = centre.connect();
  const Sites sites = make_sites(centre, *api, rotation, agents, begun);
  register_services(*api, rotation);
  start_all(centre, sites);
  (void)started_after(send_at(centre, rotation, 0, warm_up, numbers.at("rate")), begun);
  const double cpu_before = cpu_seconds(centre.hub_pid());
  const auto begin = Clock::now();
  const auto sent = send_at(centre, rotation, warm_up, numbers.at("requests"), numbers.at("rate"));
  const double hub_cores = (cpu_seconds(centre.hub_pid()) - cpu_before) / seconds_since(begin);
  const auto took = started_after(sent, begun);
  const Floors floors{commit_ms(centre.directory(), 500), one_way(centre, "one-way", kDocumentBytes, 500)};
  const json::Value more = details(numbers, agents, sent, floors, hub_cores);
  const double limit = 2 * floors.commit_ms + floors.broker.p50_ms;
  const char* limit_of = "one message through the broker and two durable commits, medians of this run";
  print({"request_to_started_p50", quantile(took, 0.5), "ms", limit, limit_of, more});
  print({"request_to_started_p99", quantile(took, 0.99), "ms", limit, limit_of, more});
}

}  // namespace
}  // namespace depops::bench

int main(int argc, char** argv) {
  using namespace depops::bench;
  ::alarm(kWholeRunS);
  try {
    const auto numbers = numbers_of(argc, argv, {{"agents", 0}, {"rate", 20}, {"requests", 600}});
    if (numbers.at("agents") > 0) {
      measure(numbers, numbers.at("agents"));
      return 0;
    }
    measure(numbers, 1);
    measure(numbers, 100);
    return 0;
  } catch (const std::exception& trouble) {
    std::fprintf(stderr, "request_to_started: %s\n", trouble.what());
    return 1;
  }
}
