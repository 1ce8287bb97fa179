#include "hub/store_sqlite/sqlite_store.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <limits>

#include "hub/store_sqlite/sqlite_reader.h"

using namespace depops;
using namespace depops::hub;
using namespace std::chrono_literals;
using store_sqlite::SqliteReader;
using store_sqlite::SqliteStore;
namespace fs = std::filesystem;

namespace {

constexpr Instant kNow{1'700'000'000'123ms};
struct Fixture {
  Fixture() {
    std::string name = (fs::temp_directory_path() / "store-XXXXXX").string();
    directory = ::mkdtemp(name.data());
    path = (directory / "hub.db").string();
    store = SqliteStore::open(path).value();
    reader = SqliteReader::open(path).value();
  }
  ~Fixture() { fs::remove_all(directory); }

  fs::path directory;
  std::string path;
  std::unique_ptr<SqliteStore> store;
  std::unique_ptr<SqliteReader> reader;
};

Deployment deployment(std::uint64_t number) {
  Deployment out;
  out.id = DeploymentId("d-" + std::to_string(number));
  out.number = number;
  out.release = ReleaseId("r-" + std::to_string(number));
  out.service = ServiceName("checkout");
  out.environment = EnvironmentName("production");
  out.tier = Tier::production;
  out.version = VersionLabel("1.2");
  out.plan = Digest("sha256:p" + std::to_string(number));
  out.state = rollout::State::rolled_back;
  out.waiting_for = {{"wave-gate", "wave 1 is not done", "deployment/d-1", kNow, "admin"}};
  out.created = kNow;
  out.completed = kNow + 5s;
  out.ended = kNow + 9s;
  out.failure = ChangeFailure{kNow + 1s, "9 errors in 212 requests", true, DeploymentId("d-9"), kNow + 2s};
  out.actor = Actor("admin");
  return out;
}

Rollout rollout_of(std::uint64_t number) {
  Rollout out;
  out.id = RolloutId("d-" + std::to_string(number) + ".fra-1");
  out.deployment = DeploymentId("d-" + std::to_string(number));
  out.site = SiteName("fra-1");
  out.role = RolloutRole::back;
  out.plan = Digest("sha256:q");
  out.status.state = rollout::State::running;
  out.status.sets = {{SetId("checkout-1"), VersionLabel("1.2"), 3, 2, 1, 10, 3}};
  out.status.pauses = {"user"};
  out.status.exposed_at = kNow;
  out.sequence = Sequence(std::numeric_limits<std::uint64_t>::max());
  return out;
}

Changeset registered() {
  Changeset out;
  out.counters = Counters{1, 2, 3, 4, 5};
  out.environments = {{EnvironmentName("production"), Tier::production, kNow}};
  out.sites = {{SiteName("fra-1"), EnvironmentName("production"), {{"region", "eu"}}, "ab", SiteEpoch(2), kNow}};
  SiteStatus status{SiteName("fra-1"),
                    "0123",
                    std::numeric_limits<std::uint64_t>::max(),
                    true,
                    kNow,
                    std::nullopt,
                    Generation(4),
                    Generation(5),
                    "0.1.0",
                    "",
                    7,
                    sync::Telemetry{}};
  constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();
  status.telemetry->services = {
      {ServiceName("checkout"), VersionLabel("1.1"), 3, 3, {{VersionLabel("1.1"), 100}}, kMost, 1}};
  status.telemetry->clock = {true, Millis(-61'000)};
  out.site_status = {status};
  out.artifacts = {{Digest("sha256:a"), 10, kNow, kNow}};
  out.versions = {{ServiceName("checkout"),
                   VersionLabel("1.2"),
                   Digest("sha256:a"),
                   10,
                   "cafe",
                   kNow,
                   {{"cafe", kNow}},
                   kNow,
                   Actor("admin")}};
  out.pipelines = {{ServiceName("checkout"), "kind: Pipeline\n", Digest("sha256:y"), 1, kNow, Actor("admin")}};
  out.templates = {{TemplateName("errors"), "kind: AnalysisTemplate\n", Digest("sha256:t"), 2, kNow, Actor("admin")}};
  return out;
}

// One row in every table, with every kind of value.
Changeset everything() {
  Changeset out = registered();
  out.releases = {{ReleaseId("r-7"), ServiceName("checkout"), VersionLabel("1.2"), EnvironmentName("production"), "CHG",
                   "note", kNow, Actor("admin")}};
  out.plans = {{Digest("sha256:p7"), std::string("\0\xff plan", 7)}, {Digest("sha256:q"), "other"}};
  out.deployments = {deployment(7)};
  out.rollouts = {rollout_of(7)};
  out.targets = {{SiteName("fra-1"), ServiceName("checkout"), RolloutId("d-7.fra-1"), DeploymentId("d-7"),
                  Generation(5), Digest("sha256:p7"), VersionLabel("1.1"), Digest("sha256:q"), true}};
  out.commands = {{SiteName("fra-1"),
                   RolloutId("d-7.fra-1"),
                   {CommandId("c-1"), rollout::Verb::abort, Actor("admin"), "bad", 3, kNow},
                   false,
                   false,
                   "",
                   {}}};
  out.desired = {{SiteName("fra-1"), Generation(5), kNow, std::string("\0bytes", 6)}};
  out.inboxes = {{SiteName("fra-1"),
                  SiteEpoch(2),
                  "0123",
                  9,
                  {"old"},
                  "",
                  {{sync::Stream::audit, Sequence(3), {std::numeric_limits<std::uint64_t>::max(), 1}}}}};
  out.idempotency = {{"key", Digest("sha256:r"), kNow, Answer{}}};
  return out;
}

void require_ok(const Result<void>& result) {
  INFO((result ? std::string("ok") : result.error().what));
  REQUIRE(result.ok());
}

template <typename Row>
void check_kept(const std::vector<Row>& kept, const std::vector<Row>& written) {
  CHECK(kept == written);
}

void check_all_kept(const HubState& state, const Changeset& written) {
  CHECK(state.counters == *written.counters);
  check_kept(state.environments, written.environments);
  check_kept(state.sites, written.sites);
  check_kept(state.site_status, written.site_status);
  check_kept(state.artifacts, written.artifacts);
  check_kept(state.versions, written.versions);
  check_kept(state.pipelines, written.pipelines);
  check_kept(state.templates, written.templates);
  check_kept(state.releases, written.releases);
  check_kept(state.plans, written.plans);
  check_kept(state.deployments, written.deployments);
  check_kept(state.rollouts, written.rollouts);
  check_kept(state.targets, written.targets);
  check_kept(state.commands, written.commands);
  check_kept(state.desired, written.desired);
  check_kept(state.inboxes, written.inboxes);
  check_kept(state.idempotency, written.idempotency);
}

}  // namespace

TEST_CASE_METHOD(Fixture, "everything written is loaded again, in this process and the next") {
  const Changeset written = everything();
  require_ok(store->commit(written));
  for (int i = 0; i < 2; ++i) {
    const HubState state = store->load().value();
    check_all_kept(state, written);
    store.reset();
    store = SqliteStore::open(path).value();
  }
}

TEST_CASE_METHOD(Fixture, "an event or audit row that is there already is refused, and with it the whole transaction") {
  Changeset first;
  first.events = {{1, kNow, kNow, "site", {}, SiteName("fra-1"), {}, {}, {}, {}, "text", "report"}};
  require_ok(store->commit(first));
  Changeset second = first;
  second.environments = {{EnvironmentName("staging"), Tier::staging, kNow}};
  CHECK_FALSE(store->commit(second).ok());
  CHECK(store->load().value().environments.empty());
}

TEST_CASE_METHOD(Fixture, "whoever has an older epoch writes nothing") {
  CHECK(store->raise_epoch().value() == HubEpoch(2));
  Changeset stale = everything();
  CHECK(store->commit(stale).error().code == Errc::conflict);
  CHECK(store->load().value().sites.empty());
  stale.hub_epoch = HubEpoch(2);
  require_ok(store->commit(stale));
}

TEST_CASE_METHOD(Fixture, "pages follow each other without gaps or repeats") {
  Changeset changes;
  for (std::uint64_t i = 1; i <= 7; ++i) {
    changes.deployments.push_back(deployment(i));
    changes.versions.push_back({ServiceName("checkout"),
                                VersionLabel("1." + std::to_string(i)),
                                Digest("sha256:a"),
                                1,
                                "cafe",
                                kNow,
                                {},
                                kNow + Millis(i / 3),
                                Actor("admin")});
    changes.audit.push_back({i, AuditSource::hub, {}, {}, {kNow, Actor("hub"), "a", "o", "", "", "", ""}, "b", "h"});
  }
  require_ok(store->commit(changes));
  std::vector<std::string> seen;
  Paging paging{3, ""};
  do {
    const auto page = reader->deployments({}, paging).value();
    for (const auto& row : page.items) seen.push_back(row.deployment.id.str());
    paging.after = page.next;
  } while (!paging.after.empty());
  CHECK(seen == std::vector<std::string>{"d-7", "d-6", "d-5", "d-4", "d-3", "d-2", "d-1"});

  seen.clear();
  do {
    const auto page = reader->versions({ServiceName("checkout"), {}}, paging).value();
    for (const auto& row : page.items) seen.push_back(row.label.str());
    paging.after = page.next;
  } while (!paging.after.empty());
  CHECK(seen == std::vector<std::string>{"1.7", "1.6", "1.5", "1.4", "1.3", "1.2", "1.1"});
  CHECK(reader->audit({}, {2, ""}).value().next == "6");
  CHECK(reader->audit({}, {2, "x"}).error().code == Errc::invalid);
}

TEST_CASE_METHOD(Fixture, "a deployment's page has all that belongs to it") {
  Changeset changes = everything();
  changes.events = {{1,
                     kNow,
                     kNow,
                     "rollout",
                     {},
                     SiteName("fra-1"),
                     ServiceName("checkout"),
                     DeploymentId("d-7"),
                     RolloutId("d-7.fra-1"),
                     Sequence(1),
                     "text",
                     std::string("\0r", 2)},
                    {2, kNow, kNow, "site", {}, SiteName("fra-1"), {}, {}, {}, {}, "other", ""}};
  require_ok(store->commit(changes));
  const auto view = reader->deployment(DeploymentId("d-7")).value();
  CHECK(view.deployment == deployment(7));
  CHECK(view.release.id == ReleaseId("r-7"));
  CHECK(view.plan == changes.plans.front());
  CHECK(view.rollouts == changes.rollouts);
  CHECK(view.commands == changes.commands);
  CHECK(view.events == std::vector<EventRow>{changes.events.front()});
  CHECK(reader->deployment(DeploymentId("d-8")).error().code == Errc::not_found);
  CHECK(reader->events({{}, SiteName("fra-1"), {}}, 1, 10).value() == std::vector<EventRow>{changes.events.back()});
}

TEST_CASE_METHOD(Fixture, "the rows for DORA carry the commits of their version") {
  require_ok(store->commit(everything()));
  std::vector<dora::Row> rows;
  REQUIRE(reader->for_dora({}, [&](const dora::Row& row) { rows.push_back(row); }).ok());
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].changes == std::vector<dora::Change>{{"cafe", kNow}});
  CHECK(rows[0].change_failed);
  CHECK(rows[0].recovered == kNow + 2s);
  rows.clear();
  REQUIRE(
      reader->for_dora({{}, EnvironmentName("staging"), {}}, [&](const dora::Row& row) { rows.push_back(row); }).ok());
  CHECK(rows.empty());
}

TEST_CASE("a file of every old schema is brought to the newest") {
  const auto all = store_sqlite::migrations();
  for (std::size_t old = 0; old < all.size(); ++old) {
    Fixture fresh;
    const std::string path = (fresh.directory / "old.db").string();
    {
      auto connection = sqlite::Connection::open(path).value();
      REQUIRE(sqlite::migrate(connection, all.first(old)).ok());
    }
    auto store = SqliteStore::open(path).value();
    require_ok(store->commit(everything()));
    CHECK(store->load().value().deployments.size() == 1);
  }
}

TEST_CASE_METHOD(Fixture, "a file of a newer program is refused and left alone") {
  store.reset();
  auto connection = sqlite::Connection::open(path).value();
  REQUIRE(connection.execute("PRAGMA user_version = 999").ok());
  CHECK(SqliteStore::open(path).error().code == Errc::unsupported);
}
