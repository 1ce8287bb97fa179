#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <memory>
#include <thread>

#include "shared/sync/outbox.h"
#include "tests/unit/hub/driver/stage.h"

using namespace depops;
using namespace depops::tests;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t kSites = 120;
constexpr std::uint64_t kEntries = 600;
constexpr std::size_t kEntryBytes = 2'048;
constexpr std::size_t kFrameBytes = 64 << 10;

// A site with a backlog of 1.2 MiB that sends as far as the hub lets it.
struct Sender {
  SiteName site;
  std::unique_ptr<sync::Outbox> outbox;
};

// The hub's driver over a store that a test holds, and senders that have 144 MiB for it, of which their windows alone
// let 120 out.
class Crowd {
 public:
  Crowd() {
    const auto build = [this](hub::HubState state) { return hub::Hub::load(std::move(state), {}, codec_); };
    hub::Changeset sites;
    for (std::size_t i = 0; i < kSites; ++i) add_sender(sites, "s" + std::to_string(i));
    REQUIRE(store.commit(sites).ok());
    driver.emplace(
        hub::Parts{store, clock_, build,
                   [this](const ports::Message& message, const hub::World&) { return read(message); },
                   [this](const hub::Effect& effect) { act(effect); }, [](const std::vector<hub::EventRow>&) {},
                   [](double, std::size_t) {}, [](const std::string&) {}, [] {}},
        build(store.load().value()).value());
    driver->start();
  }

  ~Crowd() {
    store.release();
    driver->stop();
  }

  // Everybody sends what it may. Returns the bytes that went out.
  std::size_t send(Moment now) {
    std::size_t bytes = 0;
    const std::lock_guard lock(mutex_);
    for (Sender& sender : senders_) {
      while (const auto due = sender.outbox->next(now)) {
        const auto entries = std::min<std::uint64_t>(
            due->max_entries,
            std::max<std::uint64_t>(1, std::min<std::uint64_t>(due->max_bytes, kFrameBytes) / kEntryBytes));
        bytes += publish(sender, due->first, entries);
        sender.outbox->sent(due->stream, due->first, entries, entries * kEntryBytes, now);
      }
    }
    return bytes;
  }
  void say_hello(Moment now) {
    const std::lock_guard lock(mutex_);
    for (Sender& sender : senders_) {
      sender.outbox->set_online(true, now);
      driver->take({"hello/" + sender.site.str(), std::to_string(kEntries), false, 1});
    }
  }
  bool all_arrived() {
    const std::lock_guard lock(mutex_);
    return std::ranges::all_of(senders_, [](const Sender& one) { return one.outbox->backlog() == 0; });
  }

  GatedStore store;
  std::optional<hub::Driver> driver;
  std::atomic<std::size_t> held{0};  // bytes that were sent and are not read yet
  std::atomic<std::size_t> most{0};
  std::atomic<std::size_t> dropped{0};
  std::atomic<std::size_t> acknowledged{0};  // answers of the hub

 private:
  void add_sender(hub::Changeset& sites, const std::string& name) {
    sites.sites.push_back(
        {SiteName(name), EnvironmentName("production"), {}, std::string(64, '0'), SiteEpoch(1), Instant()});
    auto outbox = std::make_unique<sync::Outbox>(senders_.size());
    outbox->load({sync::Stream::events, Sequence(1), Sequence(kEntries)}, Sequence());
    senders_.push_back({SiteName(name), std::move(outbox)});
  }
  std::size_t publish(const Sender& sender, Sequence first, std::uint64_t entries) {
    const std::size_t bytes = entries * kEntryBytes;
    held += bytes;
    most = std::max(most.load(), held.load());
    const std::string topic = "run/" + sender.site.str() + "/" + std::to_string(first.value());
    if (!driver->take({topic, std::string(bytes, 'x'), false, 1})) ++dropped;
    return bytes;
  }
  std::optional<hub::Input> read(const ports::Message& message) {
    const auto first = message.topic.find('/');
    const auto second = message.topic.find('/', first + 1);
    const sync::Sender who{SiteName(message.topic.substr(first + 1, second - first - 1)), SiteEpoch(1),
                           "00112233445566778899aabbccddeeff", 1};
    if (message.topic.starts_with("hello/")) {
      const Sequence last(std::stoull(message.payload));
      return hub::FromSite{who, sync::Hello{{}, HubEpoch(1), {{sync::Stream::events, Sequence(1), last}}, "0"}};
    }
    sync::Run run{sync::Stream::events, Sequence(std::stoull(message.topic.substr(second + 1))), {}};
    run.entries.assign(message.payload.size() / kEntryBytes, std::string(kEntryBytes, 'x'));
    held -= message.payload.size();
    return hub::FromSite{who, std::move(run)};
  }
  void act(const hub::Effect& effect) {
    const auto* down = std::get_if<hub::SendDown>(&effect);
    if (down == nullptr) return;
    const auto* ack = std::get_if<sync::Ack>(&down->message);
    if (ack == nullptr) return;
    const std::lock_guard lock(mutex_);
    for (Sender& sender : senders_)
      if (sender.site == down->site) sender.outbox->on_ack(*ack, now_);
    ++acknowledged;
  }

 public:
  void pass(Millis time) {
    const std::lock_guard lock(mutex_);
    now_.boottime += time;
  }
  Moment now() {
    const std::lock_guard lock(mutex_);
    return now_;
  }

 private:
  std::mutex mutex_;
  Moment now_{Instant(500'000h), 1s, BootId("boot")};
  FakeCodec codec_;
  HandClock clock_;
  std::vector<Sender> senders_;
};

}  // namespace

TEST_CASE("F38 while commits are slow, credit stops the senders: the hub holds a bounded amount and drops nothing") {
  Crowd crowd;
  crowd.store.hold();
  crowd.say_hello(crowd.now());
  const auto deadline = std::chrono::steady_clock::now() + 60s;
  std::size_t commits = 0;
  // Each commit waits until nobody sends any more: as slow as a disk can be.
  while (!crowd.all_arrived() && std::chrono::steady_clock::now() < deadline) {
    while (crowd.send(crowd.now()) > 0) {
    }
    const std::size_t before = crowd.store.committed();
    crowd.store.let(GatedStore::Verdict::commit);
    const auto soon = std::chrono::steady_clock::now() + 50ms;
    while (crowd.store.committed() == before && std::chrono::steady_clock::now() < soon) std::this_thread::yield();
    commits += crowd.store.committed() - before;
    if (crowd.store.committed() == before) crowd.pass(500ms);
  }
  CHECK(crowd.all_arrived());
  CHECK(crowd.dropped == 0);
  CHECK(crowd.most <= 32U << 20);
  CHECK(commits > 10);
}

TEST_CASE("all that come back at once are called one after another, and nobody has to ask for it") {
  Crowd crowd;
  crowd.store.release();
  crowd.say_hello(crowd.now());
  const auto deadline = std::chrono::steady_clock::now() + 60s;
  while (!crowd.all_arrived() && std::chrono::steady_clock::now() < deadline)
    if (crowd.send(crowd.now()) == 0) std::this_thread::yield();  // no time passes: who would ask again never does
  CHECK(crowd.all_arrived());
  CHECK(crowd.dropped == 0);
}
