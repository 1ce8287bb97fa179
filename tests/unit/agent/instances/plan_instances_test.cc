#include "agent/instances/plan_instances.h"

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include <algorithm>

namespace depops::agent::instances {
namespace {

const Limits kLimits{"site", Millis{10'000}, Millis{500}, Millis{60'000}, Millis{30'000}};

SetOrder order(const std::string& set, std::uint32_t replicas) {
  SetOrder made;
  made.snapshot.set = SetId(set);
  made.snapshot.workload.drain = Millis{5'000};
  made.replicas = replicas;
  return made;
}

// A host on which processes start, become ready, die and obey signals, and an agent that can be restarted anywhere.
struct Host {
  struct Process {
    bool alive = true;
    bool ready = false;
    std::uint16_t port = 0;
    bool stubborn = false;  // ignores SIGTERM
  };

  Moment now{Instant{Millis{1'000'000}}, Millis{1'000}, BootId("b")};
  Table table;  // what is durable
  std::map<EndpointId, Process> processes;
  std::set<EndpointId> term_sent, kill_sent;  // memory of the agent process
  std::vector<Action> log;
  std::vector<SetId> all_sets{SetId("a"), SetId("b")};
  int fuse = -1;  // actions until the agent dies; below 0: never

  View view() const {
    View seen;
    seen.installed = {all_sets.begin(), all_sets.end()};
    for (const auto& [id, process] : processes) {
      seen.seen[id] = {process.alive ? Life::alive : Life::ended, process.alive && process.ready,
                       term_sent.contains(id), kill_sent.contains(id), "exit 1"};
    }
    for (std::uint16_t port = 21000; port < 21020; ++port) {
      const bool busy = std::ranges::any_of(
          processes, [&](const auto& entry) { return entry.second.alive && entry.second.port == port; });
      if (!busy) seen.free_ports.push_back(port);
    }
    return seen;
  }

  bool burnt() {
    if (fuse < 0) return false;
    if (fuse-- > 0) return false;
    term_sent.clear();
    kill_sent.clear();
    return true;
  }

  void learn() {
    for (auto& [id, instance] : table.instances) {
      const auto found = processes.find(id);
      if (found == processes.end() || !found->second.alive) continue;
      if (instance.phase == Phase::planned) instance.phase = Phase::running;
      if (found->second.ready && !instance.ready_since) instance.ready_since = now.wall;
    }
  }

  void perform(const Action& action) {
    if (const auto* launch = std::get_if<Launch>(&action)) {
      REQUIRE(!processes.contains(launch->id));  // no process is started twice
      const std::uint16_t port = table.instances.at(launch->id).port;
      for (const auto& [id, process] : processes) REQUIRE((!process.alive || process.port != port));
      processes[launch->id] = {true, false, port, false};
    } else if (const auto* signal = std::get_if<Signal>(&action)) {
      Process& process = processes.at(signal->id);
      if (signal->kill || !process.stubborn) process.alive = false;
      (signal->kill ? kill_sent : term_sent).insert(signal->id);
    }
  }

  // Until nothing is left to do; an agent death between journal and act, or after the act, loses only memory.
  void settle(const RuntimeOrders& orders) {
    for (int round = 0; round < 100; ++round) {
      learn();
      const auto actions = plan_instances(orders, table, view(), now, kLimits);
      if (actions.empty()) return;
      for (const Action& action : actions) {
        log.push_back(action);
        if (burnt()) break;
        table = apply_action(table, action, now, kLimits);
        if (burnt()) break;
        perform(action);
      }
    }
    FAIL("the plan does not come to rest");
  }

  void pass(Millis time) {
    now.wall += time;
    now.boottime += time;
  }

  std::size_t alive(const std::string& set) const {
    return static_cast<std::size_t>(std::ranges::count_if(processes, [&](const auto& entry) {
      return entry.second.alive && entry.first.str().rfind(set + ".", 0) == 0;
    }));
  }
};

TEST_CASE("an ordered set is started, counted and scaled down newest first") {
  Host host;
  host.settle({1, {order("a", 3)}, {}});
  REQUIRE(host.alive("a") == 3);
  for (auto& [id, process] : host.processes) process.ready = true;
  host.settle({2, {order("a", 1)}, {}});
  REQUIRE(host.table.instances.at(EndpointId("a.1")).phase == Phase::running);
  REQUIRE(host.table.instances.at(EndpointId("a.2")).phase == Phase::retiring);
  REQUIRE(host.table.instances.at(EndpointId("a.3")).phase == Phase::retiring);
  REQUIRE(host.alive("a") == 3);  // not released and the drain time is not over

  SECTION("released ones are stopped at once") {
    host.settle({3, {order("a", 1)}, {EndpointId("a.3")}});
    REQUIRE(host.alive("a") == 2);
  }
  SECTION("the others when their drain time is over") {
    host.pass(Millis{5'000});
    host.settle({3, {order("a", 1)}, {}});
    REQUIRE(host.alive("a") == 1);
    REQUIRE(host.table.instances.size() == 1);
  }
  SECTION("a retiring one is taken back before anything is started") {
    host.settle({3, {order("a", 2)}, {}});
    REQUIRE(host.table.instances.at(EndpointId("a.2")).phase == Phase::running);
    REQUIRE(host.processes.size() == 3);
  }
  SECTION("a set that is not named goes wholly and is forgotten") {
    host.settle({3, {}, {}});
    host.pass(Millis{5'000});
    host.settle({3, {}, {}});
    REQUIRE(host.alive("a") == 0);
    REQUIRE(host.table.sets.empty());
  }
}

TEST_CASE("r6-25 an instance is told to stop only when its requests are over or had their time, and keeps its port") {
  Host host;
  host.settle({1, {order("a", 3)}, {}});
  for (auto& [id, process] : host.processes) process.ready = true;
  const RuntimeOrders fewer{2, {order("a", 1), order("b", 2)}, {}};
  const auto signals = [&] {
    return std::ranges::count_if(host.log, [](const Action& one) { return std::holds_alternative<Signal>(one); });
  };
  host.settle(fewer);
  host.pass(Millis{4'999});
  host.settle(fewer);
  REQUIRE(signals() == 0);
  REQUIRE(host.alive("a") == 3);
  std::set<std::uint16_t> ports;
  for (const auto& [id, instance] : host.table.instances) REQUIRE(ports.insert(instance.port).second);
  host.pass(Millis{1});
  host.settle(fewer);
  REQUIRE(signals() == 2);
  REQUIRE(host.alive("a") == 1);
}

TEST_CASE("an unready instance is retired before a ready one, whatever their age") {
  Host host;
  host.settle({1, {order("a", 2)}, {}});
  host.processes.at(EndpointId("a.2")).ready = true;
  host.settle({2, {order("a", 1)}, {}});
  REQUIRE(host.table.instances.at(EndpointId("a.1")).phase == Phase::retiring);
  REQUIRE(host.table.instances.at(EndpointId("a.2")).phase == Phase::running);
}

TEST_CASE("a process that ignores SIGTERM is killed after the grace") {
  Host host;
  host.settle({1, {order("a", 1)}, {}});
  host.processes.at(EndpointId("a.1")).stubborn = true;
  host.settle({2, {}, {EndpointId("a.1")}});
  REQUIRE(host.alive("a") == 1);
  host.pass(Millis{9'999});
  host.settle({2, {}, {}});
  REQUIRE(host.alive("a") == 1);
  host.pass(Millis{1});
  host.settle({2, {}, {}});
  REQUIRE(host.alive("a") == 0);
}

TEST_CASE("ends that nobody ordered are counted and backed off, doubling") {
  Host host;
  const RuntimeOrders orders{1, {order("a", 1)}, {}};
  host.settle(orders);
  for (const int expected : {500, 1'000, 2'000, 4'000}) {
    for (auto& [id, process] : host.processes) process.alive = false;
    host.settle(orders);
    REQUIRE(host.alive("a") == 0);
    REQUIRE(host.table.sets.at(SetId("a")).back_off == Millis{expected});
    host.pass(Millis{expected - 1});
    host.settle(orders);
    REQUIRE(host.alive("a") == 0);
    host.pass(Millis{1});
    host.settle(orders);
    REQUIRE(host.alive("a") == 1);
  }
  const RuntimeFacts facts = facts_of(orders, host.table, host.view(), host.now.wall);
  REQUIRE(facts.sets.at(0).restarts == 4);
  REQUIRE(facts.sets.at(0).trouble == "exit 1");

  SECTION("a good stretch begins the row anew") {
    for (auto& [id, process] : host.processes) process.ready = process.alive;
    host.settle(orders);
    host.pass(Millis{30'000});
    for (auto& [id, process] : host.processes) process.alive = false;
    host.settle(orders);
    REQUIRE(host.table.sets.at(SetId("a")).back_off == Millis{500});
  }
}

TEST_CASE("nothing is started whose artifact is not here") {
  Host host;
  host.all_sets = {SetId("b")};
  host.settle({1, {order("a", 1), order("b", 1)}, {}});
  REQUIRE(host.alive("a") == 0);
  REQUIRE(host.alive("b") == 1);
}

std::vector<std::string> shape(const Table& table) {
  std::vector<std::string> lines;
  for (const auto& [id, instance] : table.instances) {
    lines.push_back(id.str() + " " + std::to_string(instance.port) + " " + std::to_string(int(instance.phase)));
  }
  return lines;
}

Host scenario(int fuse) {
  Host host;
  host.fuse = fuse;
  host.settle({1, {order("a", 3)}, {}});
  for (auto& [id, process] : host.processes) process.ready = true;
  host.settle({2, {order("a", 3), order("b", 1)}, {}});
  host.pass(Millis{1'000});
  host.settle({3, {order("a", 1), order("b", 2)}, {}});
  host.settle({4, {order("a", 1), order("b", 2)}, {EndpointId("a.3"), EndpointId("a.2")}});
  host.settle({5, {order("b", 2)}, {EndpointId("a.1")}});
  return host;
}

TEST_CASE("an agent that dies before or after any action ends with the same table and the same processes") {
  const Host whole = scenario(-1);
  const int points = static_cast<int>(whole.log.size()) * 2;
  REQUIRE(points > 20);
  for (int fuse = 0; fuse < points; ++fuse) {
    const Host cut = scenario(fuse);
    CAPTURE(fuse);
    REQUIRE(shape(cut.table) == shape(whole.table));
    REQUIRE(cut.processes.size() == whole.processes.size());
  }
}

TEST_CASE("under random orders, crashes, time and agent deaths nothing is started twice and all converges") {
  const bool held = rc::check("plan_instances", [] {
    Host host;
    RuntimeOrders orders;
    const int length = *rc::gen::inRange(1, 40);
    for (int i = 0; i < length; ++i) {
      const int what = *rc::gen::inRange(0, 6);
      const auto count = static_cast<std::uint32_t>(*rc::gen::inRange(0, 5));
      if (what == 0) orders = {orders.seq + 1, {order("a", count), order("b", 4 - count)}, {}};
      if (what == 1) orders = {orders.seq + 1, {order("b", count)}, {}};
      if (what == 2) host.pass(Millis{*rc::gen::inRange(0, 12'000)});
      if (what == 3) host.fuse = *rc::gen::inRange(0, 9);
      if (what == 4) {
        for (auto& [id, process] : host.processes) process.ready = *rc::gen::arbitrary<bool>();
      }
      if (what == 5) {
        for (auto& [id, process] : host.processes) process.alive = process.alive && *rc::gen::inRange(0, 4) != 0;
      }
      host.settle(orders);
      std::set<std::uint16_t> ports;
      for (const auto& [id, instance] : host.table.instances) RC_ASSERT(ports.insert(instance.port).second);
    }
    host.fuse = -1;
    for (int i = 0; i < 4; ++i) {
      host.pass(Millis{60'000});
      host.settle(orders);
    }
    for (const std::string set : {"a", "b"}) {
      std::size_t wanted = 0;
      for (const SetOrder& entry : orders.sets) wanted += entry.snapshot.set.str() == set ? entry.replicas : 0;
      RC_ASSERT(host.alive(set) == wanted);
    }
  });
  REQUIRE(held);
}

}  // namespace
}  // namespace depops::agent::instances
