#include "agent/logs/logs_reader.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <set>

#include "agent/shim/files.h"
#include "shared/analysis/window.h"
#include "tests/contract/metrics/orders.h"

namespace depops::agent {
namespace {

using test::kCanary;
using test::kStable;
using test::Values;

const test::RealClock kClock;

// Instances with logs, written by what writes them at a site.
struct World {
  explicit World(std::uint64_t log_bytes = 1U << 20U) : limit(log_bytes) {
    std::string name = (std::filesystem::temp_directory_path() / "depops-logs-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    folder = name;
    restart_agent();
  }
  ~World() { std::filesystem::remove_all(folder); }

  void restart_agent() { reader = make_logs_reader({folder.string()}, kClock); }
  void instance(const SetId& set, const std::string& id) {
    std::filesystem::create_directories(folder / id);
    logs.emplace(id, std::make_unique<shim::RotatingLog>((folder / id).string(), limit));
    EndpointFacts endpoint;
    endpoint.id = EndpointId(id);
    endpoint.set = set;
    endpoint.state = EndpointState::ready;
    order.endpoints.push_back(endpoint);
  }
  void write(const std::string& id, const std::string& text) { logs.at(id)->append(text.data(), text.size()); }
  Measured read() { return reader->read(order); }
  std::string log(const std::string& id) const { return (folder / id / "log").string(); }

  std::uint64_t limit;
  std::filesystem::path folder;
  MeasureOrder order = test::order_of(analysis::LogsProvider{{"ERROR", "panic:"}});
  std::map<std::string, std::unique_ptr<shim::RotatingLog>> logs;
  std::unique_ptr<MetricReader> reader;
};

// Lines and matching lines of both versions between two readings; what broke the window.
struct Counted {
  analysis::Arm canary, stable;
  bool broken;
  bool operator==(const Counted&) const = default;
};

Counted between(const Measured& from, const Measured& to) {
  CHECK(from.error.empty());
  CHECK(to.error.empty());
  const auto cut = analysis::window_between(from.reading, to.reading, kCanary, kStable);
  return {cut.window.canary, cut.window.stable, !cut.broken.empty()};
}

}  // namespace

TEST_CASE("lines and those with one of the texts are counted for each version since the window opened") {
  World world;
  world.instance(kCanary, "shop-c.1");
  world.instance(kCanary, "shop-c.2");
  world.instance(kStable, "shop-s.1");
  world.write("shop-c.1", "an ERROR of before\n");
  const Measured opened = world.read();
  CHECK(opened.values == Values{{kCanary, 0}, {kStable, 0}});
  world.write("shop-c.1", "fine\nERROR: a ERROR\n");
  world.write("shop-c.2", "panic: b\n\nerror is another word\n");
  world.write("shop-s.1", "fine\n");
  const Measured closed = world.read();
  CHECK(between(opened, closed) == Counted{{5, 2}, {1, 0}, false});
  CHECK(closed.values == Values{{kCanary, 2}, {kStable, 0}});
  const Measured silent = world.read();
  CHECK(silent.values == Values{{kCanary, 0}, {kStable, 0}});
  CHECK(between(closed, silent) == Counted{{0, 0}, {0, 0}, false});
}

TEST_CASE("a line counts once it is whole, however it was written and however long it is") {
  World world;
  world.instance(kCanary, "shop-c.1");
  const Measured opened = world.read();
  world.write("shop-c.1", "an ERR");
  CHECK(between(opened, world.read()) == Counted{{0, 0}, {0, 0}, false});
  world.write("shop-c.1", "OR in two parts\n" + std::string(300'000, 'x') + "ERROR too far out\nfine\n");
  CHECK(between(opened, world.read()) == Counted{{3, 1}, {0, 0}, false});
}

TEST_CASE("a rotation between two readings loses no line and counts none twice") {
  World world(1'000);
  world.instance(kCanary, "shop-c.1");
  Measured last = world.read();
  const Measured opened = last;
  std::uint64_t written = 0;
  for (int reading = 0; reading < 40; ++reading) {
    for (int i = 0; i < 7; ++i, ++written)
      world.write("shop-c.1", "line " + std::to_string(written) + " ERROR " + std::string(40, '.') + "\n");
    last = world.read();
    REQUIRE(between(opened, last) == Counted{{written, written}, {0, 0}, false});
  }
  REQUIRE(std::filesystem::exists(world.log("shop-c.1") + ".1"));
}

TEST_CASE("lines that were missed break the window: two rotations, or a file that shrank") {
  World world(1'000);
  world.instance(kCanary, "shop-c.1");
  const Measured opened = world.read();
  for (int i = 0; i < 100; ++i) world.write("shop-c.1", "ERROR " + std::string(40, '.') + "\n");
  const Measured missed = world.read();
  CHECK(between(opened, missed).broken);
  world.write("shop-c.1", "fine\n");
  const Measured after = world.read();
  CHECK_FALSE(between(missed, after).broken);
  std::filesystem::resize_file(world.log("shop-c.1"), 0);
  CHECK(between(after, world.read()).broken);
}

TEST_CASE("an instance that came within the window is read from its beginning, one that went breaks it") {
  World world;
  world.instance(kCanary, "shop-c.1");
  const Measured opened = world.read();
  world.instance(kCanary, "shop-c.2");
  world.write("shop-c.2", "ERROR at the start\n");
  const Measured closed = world.read();
  CHECK(between(opened, closed) == Counted{{1, 1}, {0, 0}, false});
  CHECK(closed.values == Values{{kCanary, 1}, {kStable, 0}});
  world.order.endpoints.pop_back();
  CHECK(between(closed, world.read()).broken);
}

TEST_CASE("an agent that starts again counts anew and takes nothing for what it is not") {
  World world;
  world.instance(kCanary, "shop-c.1");
  const Measured opened = world.read();
  world.write("shop-c.1", "ERROR\n");
  const auto born = kClock.now().wall;
  while (kClock.now().wall == born) {
  }
  world.restart_agent();
  CHECK(between(opened, world.read()).broken);
}

TEST_CASE("a log that can not be read is an error that names instance and file") {
  World world;
  world.instance(kCanary, "shop-c.1");
  std::filesystem::remove(world.log("shop-c.1"));
  CHECK(world.read().error ==
        "log of shop-c.1: " + world.log("shop-c.1") + " can not be read: No such file or directory");
}

}  // namespace depops::agent
