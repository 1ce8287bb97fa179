// What a large fleet costs the hub: ten thousand sites with real connections and certificates on one broker. How long
// until all are connected and heard, what the hub takes while nothing happens, and how long it takes in what they wrote
// in a day without a connection, after a broker that was lost with all it held.
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <memory>
#include <sstream>
#include <stdexcept>

#include "shared/json/write.h"
#include "shared/sqlite/connection.h"
#include "tests/bench/disk.h"
#include "tests/bench/figure.h"
#include "tests/bench/swarm.h"

namespace depops::bench {
namespace {

using Clock = std::chrono::steady_clock;
using Numbers = std::map<std::string, std::uint64_t>;
constexpr unsigned kWholeRunS = 3'600;
constexpr auto kConnectedWithin = std::chrono::seconds(600);
constexpr auto kDrainedWithin = std::chrono::seconds(1'800);

struct Fleet {
  Centre centre;
  std::vector<std::unique_ptr<Swarm>> swarms;
  Numbers numbers;

  std::uint64_t sum(std::atomic<std::uint64_t> Board::*of) const {
    std::uint64_t all = 0;
    for (const auto& swarm : swarms) all += (swarm->board().*of).load();
    return all;
  }
  void tell(Board::Order order) {
    for (const auto& swarm : swarms) swarm->tell(order);
  }
};

void say(const std::string& text) { std::fprintf(stderr, "fleet: %s\n", text.c_str()); }

// Until `of` of all swarms is `wanted`; says once in ten seconds where it is.
void wait_for(Fleet& fleet, std::atomic<std::uint64_t> Board::*of, std::uint64_t wanted, const std::string& what,
              Clock::duration within) {
  const auto begin = Clock::now();
  auto told = begin;
  while (fleet.sum(of) < wanted) {
    const auto now = Clock::now();
    const std::string so_far = std::to_string(fleet.sum(of)) + " of " + std::to_string(wanted) + " " + what;
    for (const auto& swarm : fleet.swarms)
      if (!swarm->running()) throw std::runtime_error("a swarm ended: " + swarm->log());
    if (now - begin > within) throw std::runtime_error("gave up at " + so_far + fleet.centre.logs());
    if (now - told > std::chrono::seconds(10)) say(so_far), told = now;
    ::poll(nullptr, 0, 5);
  }
}

void set_up(Fleet& fleet) {
  const std::uint64_t sites = fleet.numbers.at("sites");
  const auto api = fleet.centre.connect();
  api->must("POST", "/api/v1/environments", R"({"name":"production","tier":"production"})");
  for (std::uint64_t i = 1; i <= sites; ++i) {
    const std::string name = "site-" + std::to_string(i);
    fleet.centre.add_site(*api, name, "production", swarm_key(name).public_key());
    if (i % 1'000 == 0) say(std::to_string(i) + " sites registered");
  }
  const std::uint64_t each = fleet.numbers.at("per-process");
  for (std::uint64_t first = 1; first <= sites; first += each) {
    const SwarmSize size{first, std::min(each, sites - first + 1), fleet.numbers.at("entries"),
                         fleet.numbers.at("bytes"), fleet.numbers.at("beat-s")};
    fleet.swarms.push_back(std::make_unique<Swarm>(fleet.centre, size, "swarm-" + std::to_string(first)));
  }
  wait_for(fleet, &Board::made, sites, "sites made", kConnectedWithin);
}

void connect_all(Fleet& fleet, const std::string& name, const std::string& how) {
  const double cpu_hub = cpu_seconds(fleet.centre.hub_pid());
  const double cpu_broker = cpu_seconds(fleet.centre.broker_pid());
  const auto begin = Clock::now();
  fleet.tell(Board::connect);
  wait_for(fleet, &Board::answered, fleet.numbers.at("sites"), "sites answered", kConnectedWithin);
  const double seconds = seconds_since(begin);
  json::Value more;
  more.add("how", how).add("sites", fleet.numbers.at("sites"));
  more.add("sites_per_s", rounded(static_cast<double>(fleet.numbers.at("sites")) / seconds));
  more.add("hub_cpu_s", rounded(cpu_seconds(fleet.centre.hub_pid()) - cpu_hub));
  const double broker = cpu_seconds(fleet.centre.broker_pid()) - cpu_broker;
  print({name, seconds, "s", broker, "processor seconds of the broker alone, which works in one thread", more});
}

double proportional_mib(pid_t pid) {
  std::istringstream lines(test::text_of_file("/proc/" + std::to_string(pid) + "/smaps_rollup"));
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("Pss:")) return static_cast<double>(std::strtoull(line.c_str() + 4, nullptr, 10)) / 1024.0;
  throw std::runtime_error("no Pss of the hub");
}

void watch_idle(Fleet& fleet) {
  const auto length = std::chrono::seconds(fleet.numbers.at("idle-s"));
  const double hub = cpu_seconds(fleet.centre.hub_pid());
  const double broker = cpu_seconds(fleet.centre.broker_pid());
  const auto begin = Clock::now();
  while (Clock::now() - begin < length) ::poll(nullptr, 0, 100);  // the time itself is what is measured
  const double seconds = seconds_since(begin);
  const double cores = std::max(0.0001, (cpu_seconds(fleet.centre.hub_pid()) - hub) / seconds);
  json::Value more;
  more.add("sites", fleet.numbers.at("sites")).add("heartbeat_s", fleet.numbers.at("beat-s"));
  more.add("bar", 0.5)
      .add("heartbeats_per_s",
           rounded(static_cast<double>(fleet.numbers.at("sites")) / static_cast<double>(fleet.numbers.at("beat-s"))));
  const double beside = std::max(0.0001, (cpu_seconds(fleet.centre.broker_pid()) - broker) / seconds);
  print({"fleet_idle_cores", cores, "cores", beside, "what the broker takes for the same messages", more});
  json::Value size;
  size.add("sites", fleet.numbers.at("sites")).add("bar", 500);
  print({"fleet_idle_memory", proportional_mib(fleet.centre.hub_pid()), "MiB",
         proportional_mib(fleet.centre.broker_pid()), "what the broker takes for the same sites", size});
}

// Rows of the stream `events` that the hub has, and how many different ones.
std::pair<std::uint64_t, std::uint64_t> committed(const Centre& centre) {
  auto database = sqlite::Connection::open(centre.directory() + "/hub/hub.db", {.read_only = true}).value();
  const auto ask = [&](const char* sql) {
    sqlite::Statement* statement = database.cached(sql).value();
    if (!statement->step().value()) throw std::runtime_error("the hub's database does not answer");
    const auto count = statement->uint64(0);
    statement->reset();
    return count;
  };
  return {ask("SELECT count(*) FROM events WHERE sequence > 0"),
          ask("SELECT count(*) FROM (SELECT DISTINCT site, sequence FROM events WHERE sequence > 0)")};
}

void drain(Fleet& fleet) {
  const std::uint64_t all = fleet.numbers.at("sites") * fleet.numbers.at("entries");
  fleet.centre.kill_broker();
  fleet.tell(Board::send);
  const double cpu = cpu_seconds(fleet.centre.hub_pid());
  const auto begin = Clock::now();
  fleet.centre.start_broker();
  wait_for(fleet, &Board::acknowledged, all, "entries acknowledged", kDrainedWithin);
  const double seconds = seconds_since(begin);
  json::Value more;
  more.add("sites", fleet.numbers.at("sites")).add("entries_each", fleet.numbers.at("entries"));
  more.add("entry_bytes", fleet.numbers.at("bytes")).add("entries_per_s", rounded(static_cast<double>(all) / seconds));
  more.add("hub_cores", rounded((cpu_seconds(fleet.centre.hub_pid()) - cpu) / seconds));
  more.add("hub_mib", rounded(proportional_mib(fleet.centre.hub_pid())));
  fleet.tell(Board::end);
  fleet.swarms.clear();
  fleet.centre.stop_hub();
  const auto [rows, different] = committed(fleet.centre);
  if (rows != all || different != all)
    throw std::runtime_error("of " + std::to_string(all) + " entries the hub has " + std::to_string(rows) + " rows, " +
                             std::to_string(different) + " different ones");
  more.add("rows", rows).add("bar", 300);
  const double disk =
      rows_per_s(fleet.centre.directory(), std::min<std::uint64_t>(all, 1'000'000), fleet.numbers.at("bytes"));
  print({"fleet_drain", seconds, "s", static_cast<double>(all) / disk, "as many rows in raw SQLite, 1,000 a commit",
         more});
}

}  // namespace
}  // namespace depops::bench

int main(int argc, char** argv) {
  using namespace depops::bench;
  ::alarm(kWholeRunS);
  try {
    if (argc > 1 && std::string(argv[1]) == "swarm") return live_as_swarm({argv + 2, argv + argc});
    Fleet fleet;
    fleet.numbers = numbers_of(
        argc, argv,
        {{"sites", 10'000}, {"per-process", 50}, {"entries", 1'440}, {"bytes", 600}, {"beat-s", 30}, {"idle-s", 120}});
    set_up(fleet);
    connect_all(fleet, "fleet_connect", "all at once");
    watch_idle(fleet);
    drain(fleet);
    return 0;
  } catch (const std::exception& trouble) {
    std::fprintf(stderr, "fleet: %s\n", trouble.what());
    return 1;
  }
}
