#include "tests/unit/shared/wire/samples.h"

#include <algorithm>
#include <iterator>

#include "shared/signing/signing.h"
#include "shared/wire/documents.h"

namespace depops::test {
namespace {

Instant at(std::int64_t ms) { return Instant(Millis(ms)); }

Stamp stamp(std::int64_t ms) { return {at(ms), Millis(ms / 2), BootId("boot-1")}; }

rollout::VersionSnapshot snapshot(const std::string& label) {
  rollout::VersionSnapshot value;
  value.service = ServiceName("checkout");
  value.environment = EnvironmentName("production");
  value.label = VersionLabel(label);
  value.set = SetId("checkout-3f9a1c22bd01");
  value.artifact = Digest("sha256:" + std::string(64, 'a'));
  value.artifact_size = 123'456;
  value.settings = {{"ERROR_SHARE", "0.2"}, {"GREETING", "grüß dich"}};
  value.workload.command = {"bin/checkout", "--verbose"};
  value.workload.readiness = {rollout::Readiness::Kind::tcp, "", Millis(200), Millis(300)};
  value.workload.replicas = 3;
  value.workload.drain = Millis(5'000);
  value.workload.limits = {std::uint64_t{1} << 28, 256};
  return value;
}

analysis::AnalysisSpec standard_spec() {
  analysis::MetricSpec errors;
  errors.name = MetricName("errors");
  errors.test = analysis::ErrorsTest{0.01, 1.5};
  errors.interval = Millis(2'000);
  errors.limits.min_requests = 50;
  analysis::MetricSpec queue;
  queue.name = MetricName("queue");
  queue.provider = analysis::ScrapeProvider{"/metrics", "requests_total", "errors_total", "queue_length"};
  queue.test = analysis::Conditions{"result < 10", "result > 100"};
  queue.initial_delay = Millis(1'000);
  queue.dry_run = true;
  return {TemplateName("standard"), {errors, queue}};
}

rollout::RolloutStatus status() {
  rollout::RolloutStatus value;
  value.rollout = RolloutId("r-17");
  value.deployment = DeploymentId("d-9");
  value.service = ServiceName("checkout");
  value.epoch = Generation(4);
  value.state = rollout::State::rolling_back;
  value.phase = "aborting";
  value.step = 1;
  value.steps = 6;
  value.sets = {{SetId("checkout-3f9a1c22bd01"), VersionLabel("1.2"), 1, 1, 1, 0, 3},
                {SetId("checkout-000000000000"), VersionLabel("1.1"), 3, 3, 2, 100, 2}};
  value.pauses = {"drift: weight changed by hand"};
  value.reason = "errors: canary 9 of 212, stable 9 of 1902";
  value.actor = Actor("agent:fra-1");
  value.exposed_at = at(1'000);
  value.detected_at = at(2'000);
  value.safe_at = at(3'000);
  return value;
}

analysis::Measurement measurement() {
  return {MetricName("errors"),
          analysis::Outcome::fail,
          {at(0), at(2'000), {212, 9}, {1'902, 9}},
          731.5,
          20,
          "canary 9 errors in 212 requests"};
}

sync::Hello hello_with_token() {
  sync::Hello hello{Generation(5), HubEpoch(2), {}, "0.1.0"};
  hello.token = {7, std::string(32, '1'), true};
  hello.voice = std::string(32, 'a');
  hello.facts = {~std::uint64_t{0}};
  return hello;
}

sync::Fact fact() {
  sync::Fact value;
  value.service = ServiceName("checkout");
  value.stable = VersionLabel("1.1");
  value.rollout = RolloutId("r-17");
  value.state = rollout::State::paused;
  value.attempt = 2;
  value.versions = {{VersionLabel("1.2"), 1, 1, 0, 10}, {VersionLabel("1.1"), 3, 3, 3, 90}};
  value.drift = "stable has 2 of 3 instances available";
  return value;
}

sync::Telemetry telemetry_of_the_past() {
  sync::Telemetry telemetry;
  telemetry.at = at(5);
  telemetry.dropped = 3;
  telemetry.past = {{at(0), at(60'000), false, "1.2 has no ready instance", {{ServiceName("checkout"), 3, 1, 2, 40}}}};
  telemetry.past_dropped = 7;
  return telemetry;
}

std::vector<wire::Content> contents_of_sync() {
  return {
      hello_with_token(),
      sync::Welcome{std::string(32, 'a'), std::string(32, '1'), {8, std::string(32, '2'), true}, true},
      sync::Freeze{"two hosts speak for this site"},
      sync::InventoryAsk{},
      sync::Inventory{"cut-1", Sequence(9), Sequence(4), {{0, 1}, {255, ~std::uint64_t{0}}}},
      sync::SnapshotAsk{"cut-1", {0, 7, 255}, 2},
      sync::SnapshotPart{"cut-1", 2, true, {fact()}, {0, 7, 255}},
      sync::Ack{sync::Stream::events, Sequence(8), 0, Millis(5'000)},
  };
}

rollout::Command command() {
  return {CommandId("c-1"), rollout::Verb::advance_full, Actor("admin"), "looks fine", 2, at(500)};
}

rollout::AnalysisMark analysis_mark() {
  rollout::AnalysisMark analysis;
  analysis.run = "r-17/1/2";
  analysis.attempt = 2;
  analysis.started = stamp(980);
  analysis.open = {{at(980), stamp(980), {{SetId("checkout-3f9a1c22bd01"), "haproxy:1/a.1", 5, 1, 2}}}, {}};
  analysis.state = analysis::begin(standard_spec());
  analysis.state.metrics[0].sequential.copies.push_back({0.5, 1, 2, 3, 4, 5, -6});
  analysis.state.metrics[0].sequential.evidence = 12.5;
  analysis.state.metrics[0].passes = 3;
  return analysis;
}

}  // namespace

rollout::Plan canary_plan() {
  rollout::Plan plan;
  plan.release = ReleaseId("rel-1");
  plan.service = ServiceName("checkout");
  plan.environment = EnvironmentName("production");
  plan.target = snapshot("1.2");
  plan.strategy = rollout::Canary{{rollout::SetWeight{10}, rollout::Analysis{standard_spec(), Millis(30'000)},
                                   rollout::Pause{}, rollout::Pause{Millis(60'000)}, rollout::SetWeight{100}}};
  plan.step_timeout = Millis(300'000);
  plan.min_ready = Millis(1'000);
  plan.rollback_scope = rollout::RollbackScope::all;
  plan.waves = {{WaveName("first"), {SiteName("fra-1"), SiteName("sin-1")}, 1, Millis(10'000)}};
  return plan;
}

rollout::Plan rolling_plan() {
  rollout::Plan plan = canary_plan();
  plan.kind = rollout::ReleaseKind::rollback;
  plan.strategy = rollout::Rolling{{1, false}, {0, true}};
  plan.target.workload.readiness = {};
  plan.target.workload.limits = {};
  return plan;
}

sync::Desired desired() {
  sync::Target target;
  target.service = ServiceName("checkout");
  target.rollout = RolloutId("r-17");
  target.deployment = DeploymentId("d-9");
  target.epoch = Generation(4);
  target.plan = canary_plan();
  target.plan_bytes = wire::encode_plan(target.plan);
  target.plan_digest = signing::digest_of(target.plan_bytes);
  target.commands = {command()};
  return {SiteName("fra-1"),     SiteEpoch(1),          Generation(5), HubEpoch(2),
          at(1'700'000'000'000), at(1'700'600'000'000), {target}};
}

std::vector<rollout::Report> reports() {
  return {
      rollout::RolloutChanged{at(10), status()},
      rollout::WindowJudged{at(20), RolloutId("r-17"), 1, 2, measurement()},
      rollout::CommandAnswered{at(30), RolloutId("r-17"), CommandId("c-1"), false, "the step is over"},
      rollout::DesiredRefused{at(40), Generation(3), "generation", "3 is not above 5"},
      rollout::DriftSeen{at(50), ServiceName("checkout"), RolloutId("r-17"), "weight is 50, written was 10", true},
      rollout::Notice{at(60), ServiceName(), "disk", "256 MiB left"},
      rollout::Tombstone{at(61)},
  };
}

audit::Leaf leaf() {
  return {at(70),
          Actor("agent:fra-1"),
          "rollout.aborted",
          "rollout/r-17",
          std::string(64, '0'),
          std::string(64, '1'),
          "too many errors",
          "window 3"};
}

rollout::Record record() {
  rollout::Record value;
  value.service = ServiceName("checkout");
  value.stable = std::make_shared<const rollout::VersionSnapshot>(snapshot("1.1"));
  value.history = {std::make_shared<const rollout::VersionSnapshot>(snapshot("1.0"))};
  value.rollout = RolloutId("r-17");
  value.deployment = DeploymentId("d-9");
  value.epoch = Generation(4);
  value.refused_epoch = Generation(3);
  value.plan = std::make_shared<const rollout::Plan>(canary_plan());
  value.plan_digest = signing::digest_of(wire::encode_plan(*value.plan));
  value.attempt = 2;
  value.state = rollout::State::rolling_back;
  value.phase = rollout::Phase::aborting;
  value.entered = stamp(1'000);
  value.step = 1;
  value.target_replicas = 1;
  value.stable_replicas = 3;
  value.weight = {10, 3, stamp(900), stamp(950), {{SetId("checkout-3f9a1c22bd01"), "haproxy:1/a.1", 5, 1, 2}}};
  value.pauses = {{rollout::PauseReason::drift, stamp(970), Actor("agent:fra-1"), "changed by hand"}};
  value.abort = rollout::AbortMark{"too many errors", Actor("agent:fra-1"), false, false, stamp(990)};
  value.analysis = analysis_mark();
  value.intents = {{7, rollout::IntentKind::weight, SetId("checkout-3f9a1c22bd01"), 0, 10, stamp(995),
                    rollout::IntentOutcome::open}};
  value.last_intent = 7;
  value.order = 2;
  value.progress = {stamp(996), 1, 3};
  value.drift = {stamp(960), true};
  value.degraded = "1.2 has no ready instance";
  value.actor = Actor("agent:fra-1");
  value.reason = "too many errors";
  value.exposed_at = at(900);
  value.detected_at = at(990);
  value.safe_at = at(999);
  value.commands = {{CommandId("c-1"), true, "advanced"}};
  return value;
}

sync::Hello hello_with_document() {
  sync::Hello hello{
      Generation(5), HubEpoch(2), {{sync::Stream::audit, Sequence(3), Sequence(9), Sequence(8)}}, "0.1.0"};
  hello.digest = Digest("sha256:" + std::string(64, 'a'));
  hello.shows = true;
  hello.document = std::string("a \0 document", 12);
  return hello;
}

sync::Telemetry telemetry_with_clock() {
  sync::Telemetry telemetry;
  telemetry.at = at(5);
  telemetry.clock = sync::ClockState{true, Millis(-61'000)};
  return telemetry;
}

// What was added since contents_of_sync(), oldest first: each file of the golden bytes has its place here.
std::vector<wire::Content> contents_of_late() {
  return {sync::Run{sync::Stream::events, Sequence(8), {"second"}, 0xFEDCBA9876543210ULL}, telemetry_of_the_past(),
          sync::HealthTaken{at(60'000)}, sync::Presence{false, "0f0e0d0c0b0a09080706050403020100"},
          telemetry_with_clock()};
}

std::vector<wire::Body> bodies() {
  wire::Body body;
  body.source = wire::site_address(SiteName("fra-1"));
  body.destination = wire::hub_address("hub-1");
  body.site_epoch = SiteEpoch(1);
  body.incarnation = "00112233445566778899aabbccddeeff";
  body.boot = 3;
  body.session = 12;
  body.hub_epoch = HubEpoch(2);
  body.at = at(1'700'000'000'000);
  body.time_trusted = true;
  body.cause = "generation 5";
  body.not_after = at(1'700'000'100'000);
  std::vector<wire::Content> contents = {
      sync::Hello{Generation(5), HubEpoch(2), {{sync::Stream::events, Sequence(3), Sequence(9)}}, "0.1.0"},
      sync::Run{sync::Stream::audit, Sequence(7), {"first", std::string("\0\xff", 2)}},
      sync::Gone{sync::Stream::events, Sequence(3)},
      sync::Ack{sync::Stream::audit, Sequence(8), 1 << 20},
      sync::Resend{sync::Stream::events, Sequence(4)},
      sync::Presence{true},
      sync::Telemetry{at(5),
                      false,
                      "HAProxy is away",
                      {{ServiceName("checkout"), VersionLabel("1.1"), 3, 2, {{VersionLabel("1.1"), 90}}, 100, 1}}},
      sync::HubState{HubEpoch(2), true, at(6)},
      hello_with_document(),
      sync::Show{},
  };
  std::ranges::copy(contents_of_sync(), std::back_inserter(contents));
  std::ranges::copy(contents_of_late(), std::back_inserter(contents));
  std::vector<wire::Body> all;
  for (const wire::Content& content : contents) {
    body.content = content;
    all.push_back(body);
  }
  return all;
}

}  // namespace depops::test
