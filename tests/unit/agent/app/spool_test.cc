#include <algorithm>
#include <catch2/catch.hpp>
#include <memory>

#include "agent/app/agent.h"

// What an agent still does when its disk is nearly full, or when the hub has not taken anything for very long.
namespace depops::agent {
namespace {

const Moment kSpoolAt{Instant(std::chrono::seconds(1'800'000'000)), Millis(1'000), BootId("one")};

std::shared_ptr<const rollout::VersionSnapshot> spooled_version(const std::string& label) {
  auto made = std::make_shared<rollout::VersionSnapshot>();
  made->service = ServiceName("checkout");
  made->label = VersionLabel(label);
  made->set = SetId("checkout-" + label);
  return made;
}

std::shared_ptr<rollout::Plan> plan_to(const std::string& label) {
  auto plan = std::make_shared<rollout::Plan>();
  plan->service = ServiceName("checkout");
  plan->target = *spooled_version(label);
  plan->strategy = rollout::Canary{{rollout::SetWeight{10}, rollout::Pause{}}, false};
  return plan;
}

// A site with 1.0 live, and a rollout to 1.1 that begins to scale if it is under way.
struct Spooled {
  explicit Spooled(bool under_way, std::uint64_t backlog = 0) {
    auto record = std::make_shared<rollout::Record>();
    record->service = ServiceName("checkout");
    record->stable = spooled_version("1.0");
    if (under_way) {
      record->rollout = RolloutId("d-1.fra-1");
      record->plan = plan_to("1.1");
      record->state = rollout::State::running;
      record->phase = rollout::Phase::scaling;
    }
    Settings settings;
    settings.site = SiteName("fra-1");
    settings.spool_entries = 100;
    Loaded loaded;
    loaded.incarnation = "00112233445566778899aabbccddeeff";
    loaded.records.push_back(record);
    loaded.site.events_last = Sequence(backlog);
    loaded.events_first = Sequence(1);
    agent.emplace(settings, std::move(loaded), kSpoolAt);
  }

  Output give(const Input& input) { return agent->step(input, kSpoolAt); }
  Output deploy() {
    sync::Target target;
    target.service = ServiceName("checkout");
    target.rollout = RolloutId("d-2.fra-1");
    target.epoch = Generation(2);
    target.plan = *plan_to("1.1");
    sync::Desired desired;
    desired.site = SiteName("fra-1");
    desired.site_epoch = SiteEpoch(1);
    desired.generation = Generation(2);
    desired.not_after = kSpoolAt.wall + std::chrono::hours(1);
    desired.targets.push_back(target);
    return give(DesiredArrived{"g2", desired, {}, {}});
  }
  // With what a new rollout was refused; empty code: it began.
  rollout::DesiredRefused refusal() {
    for (const OutboxRow& row : deploy().batch.outbox) {
      const auto* report = std::get_if<rollout::Report>(&row.entry);
      const auto* refused = report != nullptr ? std::get_if<rollout::DesiredRefused>(report) : nullptr;
      if (refused != nullptr) return *refused;
    }
    return {};
  }
  AnswerVerb answer(rollout::Verb what) {
    LocalVerb verb;
    verb.service = ServiceName("checkout");
    verb.command.id = CommandId("local-1");
    verb.command.verb = what;
    verb.command.actor = Actor("local:ana");
    for (const Effect& effect : give(verb).effects)
      if (const auto* answer = std::get_if<AnswerVerb>(&effect)) return *answer;
    return {};
  }
  void hub_takes(std::uint64_t upto) { give(FromHub{sync::Ack{sync::Stream::events, Sequence(upto), 1 << 20}}); }
  std::string spool() {
    for (const Effect& effect : give(StatusAsked{1}).effects)
      if (const auto* status = std::get_if<AnswerStatus>(&effect)) return status->view.spool;
    return "no answer";
  }

  std::optional<Agent> agent;
};

std::size_t leaves_named(const Output& output, const std::string& action) {
  return static_cast<std::size_t>(
      std::count_if(output.batch.outbox.begin(), output.batch.outbox.end(), [&](const OutboxRow& row) {
        const auto* leaf = std::get_if<audit::Leaf>(&row.entry);
        return leaf != nullptr && leaf->action == action;
      }));
}

}  // namespace

TEST_CASE("with little room on the disk nothing new starts, and what is under way can be stopped and taken back") {
  CHECK(Spooled(false).refusal().code.empty());
  Spooled low(false);
  low.give(StorageSeen{Storage::low});
  CHECK(low.refusal().code == "storage");
  Spooled running(true);
  running.give(StorageSeen{Storage::low});
  CHECK(running.answer(rollout::Verb::abort).accepted);
}

TEST_CASE("at 80 % of the entries that may wait for the hub nothing new starts, and stopping works") {
  CHECK(Spooled(false, 79).refusal().code.empty());
  const rollout::DesiredRefused refused = Spooled(false, 80).refusal();
  CHECK(refused.code == "spool");
  CHECK(refused.generation == Generation(2));
  CHECK(Spooled(true, 80).answer(rollout::Verb::abort).accepted);
  CHECK(Spooled(true, 80).answer(rollout::Verb::pause).accepted);
}

TEST_CASE("a refusal for want of room says what fills it, what is possible, when it passes and who can change it") {
  const std::string reason = Spooled(false, 80).refusal().reason;
  for (const char* part : {"80 entries of this site wait for the hub", "keeps 100", "abort and rollback are possible",
                           "when the hub has taken them", "whoever runs the site connects it", "spool.entries"}) {
    CHECK_THAT(reason, Catch::Contains(part));
  }
}

TEST_CASE("new things start again when the hub took a good part, not at the first entry") {
  Spooled site(false, 80);
  CHECK_FALSE(site.spool().empty());
  site.hub_takes(19);  // 61 and what was noted since
  CHECK_FALSE(site.spool().empty());
  site.hub_takes(60);
  CHECK(site.spool().empty());
  CHECK(site.refusal().code.empty());
}

TEST_CASE("that the spool fills is noted and audited once, and that it has room again") {
  Spooled site(false, 80);
  CHECK(leaves_named(site.give(Tick{}), "site.spool_low") == 1);
  for (int i = 0; i < 5; ++i) CHECK(site.give(Tick{}).batch.outbox.empty());
  site.hub_takes(70);
  const Output after = site.give(Tick{});
  CHECK(leaves_named(after, "site.spool_ample") == 1);
  CHECK(after.batch.outbox.size() == 2);  // and the notice for people
}

TEST_CASE("at 100 % the agent only observes: it decides nothing, loses nothing, and goes on when there is room") {
  Spooled site(true, 100);
  CHECK(leaves_named(site.give(Tick{}), "site.spool_full") == 1);
  const AnswerVerb refused = site.answer(rollout::Verb::abort);
  CHECK_FALSE(refused.accepted);
  CHECK_THAT(refused.text, Catch::Contains("100") && Catch::Contains("what runs goes on as it is"));
  CHECK(site.deploy().batch.empty());
  for (int i = 0; i < 100; ++i) CHECK(site.give(FrameDropped{"signature", "rubbish"}).batch.outbox.empty());
  site.hub_takes(100);
  CHECK(site.answer(rollout::Verb::abort).accepted);
}

TEST_CASE("telemetry that nobody was there to take is counted") {
  Spooled site(false);
  Moment now = kSpoolAt;
  for (int i = 0; i < 5; ++i) {
    site.agent->step(Tick{}, now);
    now.boottime += std::chrono::seconds(10);
    now.wall += std::chrono::seconds(10);
  }
  std::uint64_t dropped = 0;
  for (const Effect& effect : site.agent->step(LinkChanged{true}, now).effects)
    if (const auto* told = std::get_if<SendTelemetry>(&effect)) dropped = told->telemetry.dropped;
  CHECK(dropped == 5);
}

}  // namespace depops::agent
