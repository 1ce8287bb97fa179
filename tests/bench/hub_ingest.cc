// How fast the hub takes in, commits and acknowledges what sites have to say over the real broker, in two shapes: every
// event in a frame of its own, as sites send what happens now, and full frames, as sites send a backlog.
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <memory>
#include <stdexcept>

#include "tests/bench/broker_rate.h"
#include "tests/bench/centre.h"
#include "tests/bench/disk.h"
#include "tests/bench/feeder.h"
#include "tests/bench/figure.h"

namespace depops::bench {
namespace {

using Numbers = std::map<std::string, std::uint64_t>;
using Clock = std::chrono::steady_clock;
constexpr unsigned kWholeRunS = 900;
constexpr auto kShapeWithin = std::chrono::seconds(300);

struct Shape {
  const char* name;
  const char* words;
  bool alone;
  std::uint64_t events;
};

struct Taken {
  double seconds = 0;
  double hub_cores = 0, broker_cores = 0, sites_cores = 0;
  std::uint64_t events = 0, frames = 0, bytes = 0;
};

using Feeders = std::vector<std::unique_ptr<Feeder>>;

bool all_of(const Feeders& feeders, const std::function<bool(const Feeder&)>& holds) {
  return std::all_of(feeders.begin(), feeders.end(), [&](const auto& one) { return holds(*one); });
}

void wait_for(const Feeders& feeders, const std::function<bool(const Feeder&)>& holds, const char* what) {
  const auto deadline = Clock::now() + kShapeWithin;
  while (!all_of(feeders, holds)) {
    if (Clock::now() > deadline) throw std::runtime_error(std::string("gave up after 300 s: ") + what);
    ::poll(nullptr, 0, 2);
    for (const auto& feeder : feeders) feeder->tick();
  }
}

Feeders make_feeders(Centre& centre, const std::vector<std::string>& sites, const Feeder::Load& load) {
  Feeders out;
  const auto api = centre.connect();
  api->must("POST", "/api/v1/environments", R"({"name":"production","tier":"production"})");
  for (const std::string& site : sites) {
    signing::SecretKey key = signing::SecretKey::generate();
    centre.add_site(*api, site, "production", key.public_key());
    out.push_back(std::make_unique<Feeder>(site, load, centre.site_client(site), std::move(key), centre.hub_key()));
  }
  return out;
}

Taken feed(const Centre& centre, const Feeders& feeders, std::uint64_t each) {
  for (const auto& feeder : feeders) feeder->start();
  wait_for(
      feeders, [](const Feeder& one) { return one.ready(); }, "the sites hear that the hub is there");
  const auto cpu = [&] {
    return std::array{cpu_seconds(centre.hub_pid()), cpu_seconds(centre.broker_pid()), cpu_seconds(::getpid())};
  };
  const auto before = cpu();
  const auto begin = Clock::now();
  for (const auto& feeder : feeders) feeder->begin();
  wait_for(
      feeders, [&](const Feeder& one) { return one.acknowledged() >= each; }, "the hub acknowledges everything");
  Taken taken;
  taken.seconds = seconds_since(begin);
  const auto after = cpu();
  taken.hub_cores = (after[0] - before[0]) / taken.seconds;
  taken.broker_cores = (after[1] - before[1]) / taken.seconds;
  taken.sites_cores = (after[2] - before[2]) / taken.seconds;
  for (const auto& feeder : feeders) {
    taken.events += each;
    taken.frames += feeder->frames();
    taken.bytes += feeder->frame_bytes();
  }
  return taken;
}

void report(const Shape& shape, const Taken& taken, std::size_t sites, std::size_t frame_bytes, double broker,
            double disk) {
  const double per_frame = static_cast<double>(taken.events) / static_cast<double>(taken.frames);
  const double rate = static_cast<double>(taken.events) / taken.seconds;
  json::Value more;
  more.add("ratio", rounded(rate / (broker * per_frame))).add("shape", shape.words);
  more.add("frames_per_s", rounded(static_cast<double>(taken.frames) / taken.seconds));
  more.add("broker_frames_per_s", rounded(broker)).add("events", taken.events).add("frames", taken.frames);
  more.add("frame_bytes", std::uint64_t{frame_bytes}).add("sites", std::uint64_t{sites});
  more.add("sqlite_rows_per_s", rounded(disk))
      .add("hub_cores", rounded(taken.hub_cores))
      .add("broker_cores", rounded(taken.broker_cores));
  more.add("sites_cores", rounded(taken.sites_cores));
  print({std::string("hub_ingest_") + shape.name, rate, "events/s", broker * per_frame,
         "the broker alone between plain clients: same frame size, QoS, TLS and number of sites", more});
}

void measure(const Shape& shape, const Numbers& numbers) {
  std::vector<std::string> sites;
  for (std::uint64_t i = 1; i <= numbers.at("sites"); ++i) sites.push_back("site-" + std::to_string(i));
  const std::uint64_t each = std::max<std::uint64_t>(1, shape.events / sites.size());
  Centre centre;
  Feeders feeders =
      make_feeders(centre, sites,
                   {make_backlog(each, numbers.at("bytes"), clock::SystemClock().now().wall, Millis(0)), shape.alone});
  const Taken taken = feed(centre, feeders, each);
  feeders.clear();
  centre.stop_hub();
  const std::size_t frame_bytes = taken.bytes / taken.frames;
  const std::uint64_t again = std::max<std::uint64_t>(taken.frames, 10 * sites.size());
  report(shape, taken, sites.size(), frame_bytes, broker_rate(centre, sites, frame_bytes, again),
         rows_per_s(centre.directory(), taken.events, numbers.at("bytes")));
}

}  // namespace
}  // namespace depops::bench

int main(int argc, char** argv) {
  using namespace depops::bench;
  ::alarm(kWholeRunS);
  try {
    if (argc > 1 && std::string(argv[1]) == "receive") return receive({argv + 2, argv + argc});
    const auto numbers =
        numbers_of(argc, argv, {{"sites", 10}, {"bytes", 600}, {"live-events", 60'000}, {"backlog-events", 300'000}});
    measure({"live", "every event in a frame of its own", true, numbers.at("live-events")}, numbers);
    measure({"backlog", "full frames", false, numbers.at("backlog-events")}, numbers);
    return 0;
  } catch (const std::exception& trouble) {
    std::fprintf(stderr, "hub_ingest: %s\n", trouble.what());
    return 1;
  }
}
