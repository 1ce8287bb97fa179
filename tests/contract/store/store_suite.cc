#include "tests/contract/store/store_suite.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>

#include "tests/contract/store/site_rows.h"

namespace depops::tests {
namespace {

Instant at(std::int64_t seconds) { return Instant(std::chrono::seconds(1'700'000'000 + seconds)); }

hub::Deployment deployment(std::uint64_t number, rollout::State state) {
  hub::Deployment row;
  row.number = number;
  row.id = DeploymentId("d-" + std::to_string(number));
  row.release = ReleaseId("r-" + std::to_string(number));
  row.service = ServiceName("checkout");
  row.environment = EnvironmentName("production");
  row.tier = hub::Tier::production;
  row.version = VersionLabel("1.1");
  row.previous = VersionLabel("1.0");
  row.plan = Digest("sha256:" + std::string(64, 'a'));
  row.state = state;
  row.reason = "why 'quoted' \"text\" and \n a line";
  row.waiting_for = {{"bake", "wave one bakes", "deployment/d-1", at(60), "ends by itself"}};
  row.waves = 2;
  row.sites = 3;
  row.created = at(1);
  row.started = at(2);
  row.first_exposure = at(3);
  if (rollout::is_ended(state)) row.ended = at(10);
  row.stopped = "aborted by admin: no";
  row.undo_all = true;
  row.supersede = true;
  row.superseded_by = DeploymentId("d-9");
  row.approvals_needed = 2;
  row.approved_by = {"alice", "bob"};
  row.failure = hub::ChangeFailure{at(4), "fra-1: 9 errors", true, DeploymentId("d-9"), at(5)};
  row.actor = Actor("admin");
  return row;
}

hub::Rollout rollout_of(const hub::Deployment& deployment) {
  hub::Rollout row;
  row.id = RolloutId(deployment.id.str() + ".fra-1");
  row.deployment = deployment.id;
  row.site = SiteName("fra-1");
  row.service = deployment.service;
  row.plan = deployment.plan;
  row.previous = VersionLabel("1.0");
  row.previous_plan = Digest("sha256:" + std::string(64, 'e'));
  row.status.rollout = row.id;
  row.status.deployment = deployment.id;
  row.status.service = row.service;
  row.status.state = rollout::State::running;
  row.status.phase = "stepping";
  row.status.reason = "as planned";
  row.sequence = Sequence(7);
  row.created = at(1);
  row.updated = at(6);
  return row;
}

void add_registry(hub::Changeset& changes) {
  const EnvironmentName production("production");
  changes.environments = {{production, hub::Tier::production, at(0)}};
  changes.sites = {
      {SiteName("fra-1"), production, {{"region", "eu"}, {"ring", "1"}}, std::string(64, '0'), SiteEpoch(2), at(0)}};
  const Digest artifact("sha256:" + std::string(64, 'b'));
  changes.artifacts = {{artifact, 123, at(0), at(9)}};
  changes.versions = {{ServiceName("checkout"),
                       VersionLabel("1.1"),
                       artifact,
                       123,
                       "abc",
                       at(-60),
                       {{"abc", at(-60)}, {"abd", at(-50)}},
                       at(0),
                       Actor("admin")}};
  changes.pipelines = {
      {ServiceName("checkout"), "kind: Pipeline", Digest("sha256:" + std::string(64, 'c')), 3, at(0), Actor("admin")}};
  changes.templates = {{TemplateName("errors"), "kind: AnalysisTemplate", Digest("sha256:" + std::string(64, 'd')), 1,
                        at(0), Actor("admin")}};
}

hub::SiteStatus status_of_fra() {
  hub::SiteStatus status;
  status.site = SiteName("fra-1");
  status.incarnation = "i";
  status.session = 4;
  status.tokens = {{8, "word", true}, false};
  status.frozen = "two hosts";
  status.facts_as_of = Sequence(7);
  status.facts_agreed = at(6);
  status.online = true;
  status.heard = at(9);
  status.held = Generation(5);
  status.signed_generation = Generation(6);
  status.base = Digest("sha256:" + std::string(64, 'f'));
  status.base_generation = Generation(5);
  status.trust_version = trust::TrustVersion(3);
  status.agent_version = "0.1.0";
  status.bad_frames = 2;
  return status;
}

void add_progress(hub::Changeset& changes) {
  const SiteName fra("fra-1");
  const hub::Deployment row = deployment(1, rollout::State::running);
  changes.releases = {{row.release, row.service, row.version, row.environment, "CHG-1", "note", at(1), Actor("admin")}};
  changes.plans = {{row.plan, std::string("\0bytes\xff", 7)},
                   {rollout_of(row).previous_plan, "named by a rollout alone"}};
  changes.deployments = {row};
  changes.rollouts = {rollout_of(row)};
  changes.targets = {{fra, row.service, changes.rollouts[0].id, row.id, Generation(6), row.plan, VersionLabel("1.0"),
                      row.plan, false}};
  hub::CommandRow command{fra, changes.rollouts[0].id, {}, false, false, "", std::nullopt};
  command.command = {CommandId("c-1"), rollout::Verb::advance, Actor("admin"), "go", 2U, at(7), 6U};
  changes.commands = {command};
  changes.desired = {{fra, Generation(6), at(6), std::string("signed\0bytes", 12)}};
  changes.facts = {{fra,
                    {row.service,
                     VersionLabel("1.0"),
                     RolloutId("d-1.fra-1"),
                     row.state,
                     2,
                     {{row.version, 2, 1, 1, 50}},
                     "stable has 1 of 2 instances available"},
                    at(6),
                    false}};
  changes.inboxes = {{fra,
                      SiteEpoch(2),
                      "i",
                      4,
                      {"h"},
                      "",
                      {{sync::Stream::events, Sequence(7), {1, 18'446'744'073'709'551'615ULL}},
                       {sync::Stream::audit, Sequence(3), {}}}}};
  changes.site_status = {status_of_fra()};
  hub::Answer answer;
  answer.object = "deployment/d-1";
  answer.commands = {"c-1"};
  changes.idempotency = {{"admin/k", row.plan, at(1), answer}};
  changes.counters = hub::Counters{1, 1, 1, 1, 1};
}

void add_recoveries(hub::Changeset& changes) {
  changes.recoveries = {
      {1, at(3), SiteName("fra-1"), "holds more", Generation(9), HubEpoch(1), 4, at(5), Actor("admin"), "restored",
       HubEpoch(2)},
      {2, at(8), SiteName("sin-1"), "again", Generation(12), HubEpoch(2), 6, {}, Actor(), "", HubEpoch(0)}};
}

}  // namespace

hub::Changeset one_of_everything() {
  hub::Changeset changes;
  add_registry(changes);
  add_progress(changes);
  add_trust(changes);
  add_joining(changes);
  add_recoveries(changes);
  add_identity(changes);
  add_health(changes);
  hub::EventRow event;
  event.id = 1;
  event.at = at(6);
  event.received = at(7);
  event.kind = "rollout";
  event.text = "d-1.fra-1: running";
  event.report_bytes = std::string("\0r", 2);
  changes.events = {event};
  hub::AuditRow leaf;
  leaf.index = 1;
  leaf.leaf = {at(1), Actor("admin"), "deployment.started", "deployment/d-1", "", "sha256:x", "", "req-1"};
  leaf.bytes = std::string("\0leaf", 5);
  leaf.hash = "sha256:y";
  changes.audit = {leaf};
  changes.log_head = hub::LogHead{audit::TreeSize(1), audit::Hash{7}, "a note's text\n", at(9)};
  return changes;
}

namespace {

hub::HubState loaded(hub::Store& store) {
  auto state = store.load();
  REQUIRE(state.ok());
  return std::move(state).value();
}

}  // namespace

void a_fresh_store_is_empty(const StoreUnderTest& subject) {
  const hub::HubState state = loaded(*subject.fresh());
  CHECK(state.hub_epoch == HubEpoch(1));
  CHECK(state.counters == hub::Counters());
  CHECK(state.sites.empty());
  CHECK(state.deployments.empty());
}

void check_holds(const hub::HubState& state, const hub::Changeset& changes) {
  CHECK(state.counters == *changes.counters);
  CHECK(state.environments == changes.environments);
  CHECK(state.sites == changes.sites);
  CHECK(state.site_status == changes.site_status);
  CHECK(state.artifacts == changes.artifacts);
  CHECK(state.versions == changes.versions);
  CHECK(state.pipelines == changes.pipelines);
  CHECK(state.templates == changes.templates);
  CHECK(state.releases == changes.releases);
  CHECK(state.plans == changes.plans);
  CHECK(state.deployments == changes.deployments);
  CHECK(state.rollouts == changes.rollouts);
  CHECK(state.targets == changes.targets);
  CHECK(state.commands == changes.commands);
  CHECK(state.desired == changes.desired);
  CHECK((state.inboxes == changes.inboxes && state.facts == changes.facts));
  CHECK(state.idempotency == changes.idempotency);
  CHECK(state.approvals == changes.approvals);
  CHECK(state.trust_roots == changes.trust_roots);
  CHECK(state.join_tokens == changes.join_tokens);
  CHECK(state.recoveries == changes.recoveries);
  CHECK(state.identities == changes.identities);
}

void what_was_committed_is_loaded(const StoreUnderTest& subject) {
  const hub::Changeset changes = one_of_everything();
  REQUIRE(subject.fresh()->commit(changes).ok());
  const hub::HubState state = loaded(*subject.again());
  check_holds(state, changes);
  CHECK(state.log_head == changes.log_head);
}

void a_later_row_replaces_the_one_with_its_key(const StoreUnderTest& subject) {
  hub::Changeset changes = one_of_everything();
  hub::Site moved = changes.sites[0];
  moved.labels = {{"ring", "2"}};
  changes.sites.push_back(moved);
  hub::Store* store = subject.fresh();
  REQUIRE(store->commit(changes).ok());
  hub::Changeset next;
  hub::Deployment done = deployment(1, rollout::State::completed);
  done.completed = at(10);
  done.ended = at(10);
  done.waiting_for.clear();
  next.deployments = {deployment(1, rollout::State::paused), done};
  REQUIRE(store->commit(next).ok());
  const hub::HubState state = loaded(*subject.again());
  CHECK(state.sites == std::vector<hub::Site>{moved});
  CHECK(state.deployments == std::vector<hub::Deployment>{done});
  CHECK(state.rollouts == changes.rollouts);
}

void answered_commands_and_old_deployments_stay_out_of_reach(const StoreUnderTest& subject) {
  hub::Changeset changes = one_of_everything();
  changes.commands[0].answered = true;
  changes.deployments.clear();
  changes.rollouts.clear();
  const std::uint64_t count = hub::kDeploymentsKept + 10;
  for (std::uint64_t number = 1; number <= count; ++number) {
    changes.deployments.push_back(deployment(number, number == 3 ? rollout::State::paused : rollout::State::completed));
    changes.rollouts.push_back(rollout_of(changes.deployments.back()));
  }
  REQUIRE(subject.fresh()->commit(changes).ok());
  hub::HubState state = loaded(*subject.again());
  CHECK(state.commands.empty());
  REQUIRE(state.deployments.size() == hub::kDeploymentsKept + 1);
  std::sort(state.deployments.begin(), state.deployments.end(),
            [](const auto& a, const auto& b) { return a.number < b.number; });
  CHECK(state.deployments[0].number == 3);
  CHECK(state.deployments[1].number == 11);
  CHECK(state.rollouts.size() == state.deployments.size() + 1);  // and the one that the target names
}

}  // namespace depops::tests
