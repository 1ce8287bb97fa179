#include "hub/main/outlet.h"

#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>

#include "shared/clock/system_clock.h"
#include "shared/wire/body.h"
#include "shared/wire/seal.h"
#include "shared/wire/topics.h"

namespace depops::hub {
namespace {

constexpr std::chrono::seconds kMost{20};

// A signer that is there or not, and says what it is told to say about documents.
class Moody final : public signer::Signer {
 public:
  Result<std::vector<wire::SignedWord>> sign(const std::vector<wire::ToSign>& items) override {
    const std::lock_guard lock(mutex);
    ++calls;
    if (away) return Error{Errc::unavailable, "the signer at PATH does not sign"};
    std::vector<wire::SignedWord> words;
    for (const wire::ToSign& item : items)
      words.push_back(item.type == wire::kDesiredType && answer
                          ? *answer
                          : wire::SignedWord{key.sign(item.type, item.body), "", ""});
    return words;
  }

  signing::SecretKey key = signing::SecretKey::generate();
  std::mutex mutex;
  std::atomic<bool> away{false};
  std::atomic<int> calls{0};
  std::optional<wire::SignedWord> answer;
};

class Heard final : public ports::Transport {
 public:
  void start(std::vector<std::string>, Handlers) override {}
  Result<void> publish(ports::Message message) override {
    const std::lock_guard lock(mutex_);
    said_.push_back(std::move(message));
    return {};
  }
  bool connected() const override { return true; }
  void stop() override {}
  std::vector<std::string> on(const std::string& topic) const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> found;
    for (const auto& message : said_)
      if (message.topic == topic) found.push_back(message.payload);
    return found;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<ports::Message> said_;
};

struct Scene {
  Moody signer;
  Heard broker;
  Heard other;
  Brokers brokers{{&broker, &other}};
  clock::SystemClock clock;
  std::mutex mutex;
  std::string log;
  std::atomic<int> able{0};
  Outlet outlet{{signer, signer.key.id(), "hub-1", HubEpoch(1), clock, [this](const std::string& line) {
                   const std::lock_guard lock(mutex);
                   log += line + "\n";
                 }}};

  Scene() { outlet.attach(&brokers); }
  ~Scene() { outlet.stop(); }
  void start() {
    outlet.start([this] { ++able; });
  }
  std::string logged() {
    const std::lock_guard lock(mutex);
    return log;
  }
  std::vector<std::string> documents(const char* site) const { return documents(site, broker); }
  std::vector<std::string> documents(const char* site, const Heard& at) const {
    std::vector<std::string> bodies;
    const std::array keys{signer.key.public_key()};
    for (const std::string& frame : at.on(wire::topic_of(wire::Channel::down_desired, SiteName(site))))
      bodies.push_back(wire::open(wire::kDesiredType, frame, keys).value().body);
    return bodies;
  }
  std::vector<wire::Body> frames(const std::string& topic) const { return frames(topic, broker); }
  std::vector<wire::Body> frames(const std::string& topic, const Heard& at) const {
    std::vector<wire::Body> bodies;
    const std::array keys{signer.key.public_key()};
    for (const std::string& frame : at.on(topic))
      bodies.push_back(wire::decode_body(wire::open(wire::kBodyType, frame, keys).value().body).value());
    return bodies;
  }
};

template <typename Done>
bool wait_for(const Done& done) {
  const auto end = std::chrono::steady_clock::now() + kMost;
  while (!done()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

const SiteName kSite("fra-1");
const std::string kDownTopic = wire::topic_of(wire::Channel::down_message, kSite);

SendDown ack(std::uint64_t contiguous) { return {kSite, sync::Ack{sync::Stream::events, Sequence(contiguous), 9}}; }

}  // namespace

TEST_CASE("while the signer is away nothing goes out, it is said with the remedy, and all goes out when it is back") {
  Scene scene;
  scene.signer.away = true;
  scene.start();
  for (std::uint64_t i = 1; i <= 50; ++i) {
    scene.outlet.publish({kSite, Generation(i), "document " + std::to_string(i)});
    scene.outlet.send(ack(i));
  }
  scene.outlet.linked(0);
  REQUIRE(wait_for([&] { return !scene.outlet.trouble().empty(); }));
  CHECK_THAT(scene.outlet.trouble(), Catch::Contains("PATH") && Catch::Contains("wait for it"));
  REQUIRE(wait_for([&] { return scene.signer.calls >= 2; }));
  CHECK(scene.able == 0);
  CHECK_FALSE(scene.outlet.farewell().has_value());
  CHECK(scene.documents("fra-1").empty());
  scene.signer.away = false;
  REQUIRE(wait_for([&] { return !scene.documents("fra-1").empty() && !scene.frames(kDownTopic).empty(); }));
  CHECK(scene.documents("fra-1") == std::vector<std::string>{"document 50"});
  CHECK(std::get<sync::Ack>(scene.frames(kDownTopic).at(0).content).contiguous == Sequence(50));
  REQUIRE(wait_for([&] { return scene.able == 1 && scene.outlet.trouble().empty(); }));
  const auto farewell = scene.outlet.farewell();
  REQUIRE(farewell.has_value());
  CHECK(farewell->retained);
  CHECK_THAT(scene.logged(), Catch::Contains("signs=false") && Catch::Contains("signs=true"));
}

TEST_CASE("at every connect the hub says that it is there and repeats documents as they were signed") {
  Scene scene;
  scene.start();
  scene.outlet.publish({kSite, Generation(1), "document"});
  REQUIRE(wait_for([&] { return scene.documents("fra-1").size() == 1; }));
  scene.signer.away = true;
  scene.outlet.linked(0);
  CHECK(scene.documents("fra-1").size() == 2);
  scene.signer.away = false;
  const std::string topic = wire::topic_of(wire::Channel::hub_state);
  REQUIRE(wait_for([&] { return !scene.frames(topic).empty(); }));
  CHECK(std::get<sync::HubState>(scene.frames(topic).at(0).content).online);
}

TEST_CASE("a hub that takes over says so at every broker, and at none what was signed before") {
  Scene scene;
  const std::string topic = wire::topic_of(wire::Channel::hub_state);
  scene.start();
  scene.outlet.publish({kSite, Generation(1), "document"});
  REQUIRE(wait_for([&] { return scene.documents("fra-1", scene.other).size() == 1; }));
  scene.outlet.take_over(HubEpoch(2));
  for (const auto* at : {&scene.broker, &scene.other}) {
    REQUIRE(wait_for([&] { return !scene.frames(topic, *at).empty(); }));
    const wire::Body said = scene.frames(topic, *at).back();
    CHECK(said.hub_epoch == HubEpoch(2));
    CHECK(std::get<sync::HubState>(said.content).online);
  }
  scene.outlet.linked(1);
  REQUIRE(wait_for([&] { return scene.frames(topic, scene.other).size() == 2; }));
  CHECK(scene.documents("fra-1", scene.other).size() == 1);
  CHECK(scene.frames(topic).size() == 1);
}

TEST_CASE("a document that is refused is not asked for again, one that must wait is, and nothing waits behind them") {
  Scene scene;
  scene.signer.answer = wire::SignedWord{"", "quorum", "needs 2 approvals"};
  scene.start();
  scene.outlet.publish({kSite, Generation(1), "document"});
  REQUIRE(wait_for([&] { return scene.logged().find("code=quorum") != std::string::npos; }));
  CHECK_THAT(scene.logged(), Catch::Contains("site=fra-1 generation=1"));
  {
    const std::lock_guard lock(scene.signer.mutex);
    scene.signer.answer = wire::SignedWord{"", "rate", "too many", Millis(50)};
  }
  scene.outlet.publish({kSite, Generation(2), "document 2"});
  scene.outlet.send(ack(7));
  REQUIRE(wait_for([&] { return scene.frames(kDownTopic).size() == 1; }));
  CHECK(scene.documents("fra-1").empty());
  {
    const std::lock_guard lock(scene.signer.mutex);
    scene.signer.answer.reset();
  }
  REQUIRE(wait_for([&] { return scene.documents("fra-1").size() == 1; }));
  CHECK(scene.documents("fra-1").front() == "document 2");
}

}  // namespace depops::hub
