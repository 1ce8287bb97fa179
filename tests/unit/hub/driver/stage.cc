#include "tests/unit/hub/driver/stage.h"

#include <catch2/catch.hpp>
#include <utility>

namespace depops::tests {
namespace {

constexpr std::chrono::seconds kDeadline{20};
const SiteName kSite("fra-1");

hub::ApiCommand command_of(hub::Request request) {
  hub::ApiCommand command;
  command.actor = Actor("admin");
  command.request_id = "req";
  command.request = std::move(request);
  return command;
}

}  // namespace

void Tally::add(const std::string& what) {
  {
    const std::lock_guard lock(mutex_);
    ++counts_[what];
  }
  more_.notify_all();
}

std::size_t Tally::of(const std::string& what) const {
  const std::lock_guard lock(mutex_);
  const auto found = counts_.find(what);
  return found == counts_.end() ? 0 : found->second;
}

bool Tally::reaches(const std::string& what, std::size_t count) const {
  std::unique_lock lock(mutex_);
  return more_.wait_for(lock, kDeadline, [&] {
    const auto found = counts_.find(what);
    return found != counts_.end() && found->second >= count;
  });
}

Result<hub::HubState> GatedStore::load() {
  const std::lock_guard lock(mutex_);
  return inner_.load();
}

Result<void> GatedStore::commit(const hub::Changeset& changeset) {
  std::unique_lock lock(mutex_);
  waiting_ = true;
  changed_.notify_all();
  changed_.wait(lock, [this] { return !held_ || !verdicts_.empty(); });
  waiting_ = false;
  Verdict verdict = Verdict::commit;
  if (!verdicts_.empty()) {
    verdict = verdicts_.front();
    verdicts_.pop_front();
  }
  changed_.notify_all();
  if (verdict == Verdict::broken) return Error{Errc::corrupt, "the file is damaged"};
  if (verdict == Verdict::full) return Error{Errc::exhausted, "the disk is full"};
  if (verdict == Verdict::fenced) return Error{Errc::conflict, "another hub took over"};
  ++committed_;
  return inner_.commit(changeset);
}

void GatedStore::hold() {
  const std::lock_guard lock(mutex_);
  held_ = true;
}

void GatedStore::release() {
  {
    const std::lock_guard lock(mutex_);
    held_ = false;
  }
  changed_.notify_all();
}

void GatedStore::let(Verdict verdict) {
  {
    const std::lock_guard lock(mutex_);
    verdicts_.push_back(verdict);
  }
  changed_.notify_all();
}

bool GatedStore::is_waited_at() const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, kDeadline, [this] { return waiting_ && verdicts_.empty(); });
}

std::size_t GatedStore::committed() const {
  const std::lock_guard lock(mutex_);
  return committed_;
}

bool GatedStore::has(const std::string& environment) {
  const auto state = load();
  for (const hub::Environment& row : state.value().environments)
    if (row.name.str() == environment) return true;
  return false;
}

Moment HandClock::now() const {
  const std::lock_guard lock(mutex_);
  return now_;
}

void HandClock::pass(Millis time) {
  const std::lock_guard lock(mutex_);
  now_.wall += time;
}

std::string CountingCodec::encode_leaf(const audit::Leaf& leaf) {
  tally_.add("leaf");
  return FakeCodec::encode_leaf(leaf);
}

Stage::Stage() {
  const auto build = [this](hub::HubState state) { return hub::Hub::load(std::move(state), {}, codec); };
  auto hub = build(store.load().value());
  REQUIRE(hub.ok());
  driver.emplace(hub::Parts{store, clock, build,
                            [this](const ports::Message& message, const hub::World&) { return read(message); },
                            [this](const hub::Effect&) { tally.add("acted"); },
                            [this](const std::vector<hub::EventRow>&) { tally.add("shown"); },
                            [](double, std::size_t) {}, [](const std::string&) {}, [this] { tally.add("given up"); }},
                 std::move(hub).value());
  driver->start();
  REQUIRE(answer_to(hub::CreateEnvironment{EnvironmentName("production"), hub::Tier::production}).value().ok);
  REQUIRE(answer_to(hub::CreateSite{kSite, EnvironmentName("production"), {}, ""}).value().ok);
  REQUIRE(answer_to(hub::ArtifactStored{Digest("sha256:a"), 1}).value().ok);
  must_settle();
}

Stage::~Stage() { store.release(); }

std::optional<hub::Input> Stage::read(const ports::Message& message) {
  tally.add("read");
  if (message.topic == "large") return hub::Heard{kSite, {}};
  return hub::FromSite{{kSite, SiteEpoch(1), "00112233445566778899aabbccddeeff", ++session_},
                       sync::Hello{{}, HubEpoch(1), {{sync::Stream::events, Sequence(1), Sequence(0)}}, "0"}};
}

std::future<Result<hub::Answer>> Stage::ask(const std::string& name) {
  return std::async(std::launch::async, [this, name] {
    return driver->run(command_of(hub::CreateEnvironment{EnvironmentName(name), hub::Tier::staging}));
  });
}

Result<hub::Answer> Stage::answer_to(hub::Request request) { return driver->run(command_of(std::move(request))); }

bool Stage::hello() { return driver->take({"hello", "", false, 1}); }

bool Stage::large(std::size_t bytes) { return driver->take({"large", std::string(bytes, 'x'), false, 1}); }

void Stage::must_settle() {
  REQUIRE(answer_to(hub::CreateEnvironment{EnvironmentName("production"), hub::Tier::production}).value().ok);
}

}  // namespace depops::tests
