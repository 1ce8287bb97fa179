#include "tests/bench/broker_rate.h"

#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>

#include "shared/wire/topics.h"
#include "tests/bench/figure.h"

namespace depops::bench {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kWithin = std::chrono::seconds(120);

// Waits for a condition that other threads bring about.
void wait_until(const std::function<bool()>& holds, const char* what) {
  const auto deadline = Clock::now() + kWithin;
  while (!holds()) {
    if (Clock::now() > deadline) throw std::runtime_error(std::string("gave up after 120 s: ") + what);
    ::poll(nullptr, 0, 1);
  }
}

std::string events_of(const std::string& site) { return wire::topic_of(wire::Channel::up_events, SiteName(site)); }

ports::Transport::Handlers only_messages(std::function<void(ports::Message)> take) {
  return {std::move(take), [](bool, const std::string&) {}};
}

std::vector<std::unique_ptr<mqtt::MqttTransport>> publishers(const Centre& centre,
                                                             const std::vector<std::string>& sites,
                                                             std::uint64_t count) {
  std::vector<std::unique_ptr<mqtt::MqttTransport>> out;
  for (const std::string& site : sites) {
    mqtt::MqttSettings settings = centre.site_client(site);
    settings.queue_messages = count + 1;
    settings.queue_bytes = std::size_t{1} << 32;
    out.push_back(std::make_unique<mqtt::MqttTransport>(settings));
    out.back()->start({}, only_messages([](const ports::Message&) {}));
  }
  for (const auto& one : out) wait_until([&] { return one->connected(); }, "a plain client connects");
  return out;
}

}  // namespace

double broker_rate(const Centre& centre, const std::vector<std::string>& sites, std::size_t bytes,
                   std::uint64_t count) {
  const auto clients = publishers(centre, sites, count);
  const mqtt::MqttSettings hub = centre.hub_client("receiver");
  const std::string said = centre.directory() + "/receiver";
  ::unlink(said.c_str());
  const std::uint64_t all = count / sites.size() * sites.size();
  test::Child receiver({"/proc/" + std::to_string(::getpid()) + "/exe", "receive", hub.url, hub.ca, hub.certificate,
                        hub.key, std::to_string(all)},
                       said);
  wait_until([&] { return test::text_of_file(said).starts_with("ready"); }, "the plain receiver subscribes");
  const std::string payload(bytes, 'x');
  const auto begin = Clock::now();
  for (std::uint64_t i = 0; i < all / sites.size(); ++i)
    for (std::size_t at = 0; at < sites.size(); ++at)
      if (const auto done = clients[at]->publish({events_of(sites[at]), payload, false, 1}); !done)
        throw std::runtime_error("a plain client can not publish: " + done.error().what);
  if (receiver.wait() != 0) throw std::runtime_error("the plain receiver: " + test::text_of_file(said));
  const double rate = static_cast<double>(all) / seconds_since(begin);
  for (const auto& client : clients) client->stop();
  return rate;
}

int receive(const std::vector<std::string>& words) {
  if (words.size() != 5) return 2;
  mqtt::MqttSettings settings;
  settings.url = words[0];
  settings.client_id = "receiver";
  settings.ca = words[1];
  settings.certificate = words[2];
  settings.key = words[3];
  const std::uint64_t all = std::strtoull(words[4].c_str(), nullptr, 10);
  std::atomic<std::uint64_t> count{0};
  std::mutex mutex;
  std::condition_variable complete;
  mqtt::MqttTransport transport(settings);
  transport.start({wire::every_site(wire::Channel::up_events)}, only_messages([&](const ports::Message&) {
                    const std::lock_guard lock(mutex);
                    if (++count == all) complete.notify_all();
                  }));
  wait_until([&] { return transport.connected(); }, "the plain receiver connects");
  std::printf("ready\n");
  std::fflush(stdout);
  std::unique_lock lock(mutex);
  const bool done = complete.wait_for(lock, kWithin, [&] { return count >= all; });
  if (!done)
    std::printf("%llu of %llu messages came in 120 s\n", static_cast<unsigned long long>(count),
                static_cast<unsigned long long>(all));
  std::fflush(stdout);
  ::_exit(done ? 0 : 1);  // the clock runs: no good-byes
}

OneWay one_way(const Centre& centre, const std::string& site, std::size_t bytes, std::uint64_t count) {
  std::atomic<std::uint64_t> arrived{0};
  mqtt::MqttTransport to(centre.site_client(site));
  mqtt::MqttTransport from(centre.hub_client("one-way-sender"));
  const std::string topic = wire::topic_of(wire::Channel::down_message, SiteName(site));
  std::mutex mutex;
  std::condition_variable changed;
  Clock::time_point at;
  to.start({topic}, only_messages([&](const ports::Message&) {
             const std::lock_guard lock(mutex);
             at = Clock::now();
             ++arrived;
             changed.notify_all();
           }));
  from.start({}, only_messages([](const ports::Message&) {}));
  wait_until([&] { return to.connected() && from.connected(); }, "two plain clients connect");
  std::vector<double> took;
  for (std::uint64_t i = 1; i <= count; ++i) {
    const auto begin = Clock::now();
    if (const auto done = from.publish({topic, std::string(bytes, 'x'), false, 1}); !done)
      throw std::runtime_error("a plain client can not publish: " + done.error().what);
    std::unique_lock lock(mutex);
    if (!changed.wait_for(lock, kWithin, [&] { return arrived >= i; }))
      throw std::runtime_error("a message to " + site + " did not arrive");
    took.push_back(std::chrono::duration<double, std::milli>(at - begin).count());
  }
  from.stop();
  to.stop();
  return {quantile(took, 0.5), quantile(took, 0.99)};
}

}  // namespace depops::bench
