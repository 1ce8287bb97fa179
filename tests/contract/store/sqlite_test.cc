#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "hub/store_sqlite/sqlite_reader.h"
#include "hub/store_sqlite/sqlite_store.h"
#include "shared/sqlite/connection.h"
#include "shared/sqlite/migrations.h"
#include "tests/contract/store/store_suite.h"
#include "tests/support/paths.h"

using namespace depops;
using namespace depops::tests;
using hub::store_sqlite::SqliteReader;
using hub::store_sqlite::SqliteStore;
namespace fs = std::filesystem;

namespace {

// A file in a directory of its own; `again` opens it as the next process would.
struct InFile {
  InFile() {
    std::string name = (fs::temp_directory_path() / "depops-store-XXXXXX").string();
    directory = ::mkdtemp(name.data());
  }
  ~InFile() {
    store.reset();
    fs::remove_all(directory);
  }
  std::string path() const { return (directory / "hub.db").string(); }
  hub::Store* open() {
    store.reset();
    auto opened = SqliteStore::open(path());
    INFO((opened ? std::string("opened") : opened.error().what));
    REQUIRE(opened.ok());
    store = std::move(opened).value();
    return store.get();
  }

  fs::path directory;
  std::unique_ptr<SqliteStore> store;
  StoreUnderTest subject{[this] { return open(); }, [this] { return open(); }};
};

std::string text_of(const fs::path& file) {
  std::ifstream in(file);
  REQUIRE(in.good());
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

fs::path rows_of_schema(int number) {
  std::string digits = std::to_string(number);
  digits.insert(0, 3 - digits.size(), '0');
  return fs::path(test::source_dir()) / "tests/contract/store/rows" / (digits + ".sql");
}

// What that hub could not write yet is empty.
hub::Changeset expected_of_schema(int number) {
  hub::Changeset out = one_of_everything();
  if (number < 14) out.log_head.reset();
  if (number < 11) out.identities.clear();
  if (number < 10) {
    out.facts.clear();
    out.site_status[0].tokens = {};
    out.site_status[0].frozen.clear();
    out.site_status[0].facts_as_of = Sequence();
    out.site_status[0].facts_agreed.reset();
  }
  if (number < 9) out.recoveries.clear();
  if (number < 8) out.join_tokens.clear();
  if (number < 7) {
    out.approvals.clear();
    out.trust_roots.clear();
    out.deployments[0].approvals_needed = 0;
    out.deployments[0].approved_by.clear();
    out.site_status[0].base = Digest();
    out.site_status[0].base_generation = Generation();
    out.site_status[0].trust_version = trust::TrustVersion();
  }
  if (number < 6) out.commands[0].command.replicas.reset();
  if (number < 5) {
    out.deployments[0].supersede = false;
    out.deployments[0].superseded_by = DeploymentId();
  }
  if (number < 4) out.artifacts[0].collected.reset();
  if (number < 3) out.deployments[0].undo_all = false;
  if (number >= 2) return out;
  out.deployments[0].stopped.clear();
  out.rollouts[0].previous = VersionLabel();
  out.rollouts[0].previous_plan = Digest();
  out.plans.resize(1);
  return out;
}

}  // namespace

TEST_CASE("SQLite: a fresh store is empty") { a_fresh_store_is_empty(InFile().subject); }
TEST_CASE("SQLite: what was committed is loaded") { what_was_committed_is_loaded(InFile().subject); }
TEST_CASE("SQLite: a later row replaces") { a_later_row_replaces_the_one_with_its_key(InFile().subject); }
TEST_CASE("SQLite: a commit that raises the hub epoch fences what comes later") {
  a_commit_that_raises_the_epoch_fences_what_comes_later(InFile().subject);
}
TEST_CASE("SQLite: a head of the log replaces smaller ones only") {
  a_head_of_the_log_replaces_smaller_ones_only(InFile().subject);
}
TEST_CASE("SQLite: an older hub epoch writes nothing") { an_older_hub_epoch_writes_nothing(InFile().subject); }
TEST_CASE("SQLite: what is out of reach stays out") {
  answered_commands_and_old_deployments_stay_out_of_reach(InFile().subject);
}

TEST_CASE("SQLite: two hubs on one file: the one that did not take over writes nothing") {
  InFile file;
  REQUIRE(file.open()->commit(one_of_everything()).ok());
  auto other = SqliteStore::open(file.path());
  REQUIRE(other.ok());
  REQUIRE(other.value()->raise_epoch().value() == HubEpoch(2));
  hub::Changeset late;
  late.environments = {{EnvironmentName("late"), hub::Tier::staging, Instant()}};
  const auto refused = file.store->commit(late);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == Errc::conflict);
  CHECK(refused.error().what.find("this one must stop") != std::string::npos);
  CHECK(other.value()->load().value().environments.size() == 1);
}

TEST_CASE("SQLite: a file of every old schema is brought to the newest with all it holds") {
  const auto all = hub::store_sqlite::migrations();
  for (std::size_t old = 1; old <= all.size(); ++old) {
    INFO("schema " << old);
    InFile file;
    {
      auto connection = sqlite::Connection::open(file.path()).value();
      REQUIRE(sqlite::migrate(connection, all.first(old)).ok());
      const auto filled = connection.execute(text_of(rows_of_schema(all[old - 1].number)));
      INFO((filled ? std::string() : filled.error().what));
      REQUIRE(filled.ok());
    }
    const auto state = file.open()->load();
    INFO((state ? std::string() : state.error().what));
    REQUIRE(state.ok());
    const hub::Changeset expected = expected_of_schema(all[old - 1].number);
    check_holds(state.value(), expected);
    CHECK(state->log_head == expected.log_head);
  }
}

TEST_CASE("SQLite: readers see what is committed, all of it, without the writer") {
  InFile file;
  const hub::Changeset changes = one_of_everything();
  REQUIRE(file.open()->commit(changes).ok());
  auto reader = SqliteReader::open(file.path()).value();
  CHECK(reader->environments().value() == changes.environments);
  const auto sites = reader->sites({}, {}).value();
  REQUIRE(sites.items.size() == 1);
  CHECK(sites.items[0].site == changes.sites[0]);
  CHECK(sites.items[0].status == changes.site_status[0]);
  CHECK(sites.items[0].targets == changes.targets);
  CHECK(reader->versions({ServiceName("checkout"), VersionLabel("1.1")}, {}).value().items == changes.versions);
  CHECK(reader->documents().value().pipelines == changes.pipelines);
  CHECK(reader->documents().value().templates == changes.templates);
  const auto view = reader->deployment(DeploymentId("d-1")).value();
  CHECK(view.deployment == changes.deployments[0]);
  CHECK(view.release == changes.releases[0]);
  CHECK(view.plan == changes.plans[0]);
  CHECK(view.rollouts == changes.rollouts);
  CHECK(view.commands == changes.commands);
  CHECK(reader->events({}, 0, 10).value() == changes.events);
  CHECK(reader->audit({}, {}).value().items == changes.audit);
}

TEST_CASE("SQLite: how a site was is read with it alone, the oldest first, and goes after a month") {
  InFile file;
  hub::Changeset changes = one_of_everything();
  hub::Store* store = file.open();
  REQUIRE(store->commit(changes).ok());
  auto reader = SqliteReader::open(file.path()).value();
  const auto health = [&] { return reader->sites({SiteName("fra-1"), {}}, {}).value().items.at(0).health; };
  CHECK(health() == changes.health);
  CHECK(reader->sites({}, {}).value().items.at(0).health.empty());
  hub::Changeset later;
  hub::HealthRow row = changes.health[1];
  row.problem = "said again";
  later.health = {row};
  row.from = changes.health[0].from + hub::kHealthKept + Millis(1);
  row.to = row.from + Millis(60'000);
  later.health.push_back(row);
  REQUIRE(store->commit(later).ok());
  CHECK(health() == later.health);
}

TEST_CASE("SQLite: a reader's filters take exactly what they name") {
  InFile file;
  REQUIRE(file.open()->commit(one_of_everything()).ok());
  auto reader = SqliteReader::open(file.path()).value();
  const ServiceName other("payments");
  CHECK(reader->sites({SiteName("sin-1"), {}}, {}).value().items.empty());
  CHECK(reader->sites({{}, EnvironmentName("staging")}, {}).value().items.empty());
  CHECK(reader->versions({other, {}}, {}).value().items.empty());
  CHECK(reader->deployments({other, {}, {}, false}, {}).value().items.empty());
  CHECK(reader->deployments({{}, {}, rollout::State::completed, false}, {}).value().items.empty());
  CHECK(reader->deployments({{}, {}, rollout::State::running, true}, {}).value().items.size() == 1);
  CHECK(reader->deployment(DeploymentId("d-2")).error().code == Errc::not_found);
  CHECK(reader->events({}, 1, 10).value().empty());
  CHECK(reader->audit({"deployment/d-1", {}, {}, {}, {}, {}}, {}).value().items.size() == 1);
  CHECK(reader->audit({"deployment/d-2", {}, {}, {}, {}, {}}, {}).value().items.empty());
  CHECK(reader->audit({{}, Actor("nobody"), {}, {}, {}, {}}, {}).value().items.empty());
  CHECK(reader->audit({{}, {}, "deployment.ended", {}, {}, {}}, {}).value().items.empty());
}

TEST_CASE("SQLite: audit of one site is what was written there, page by page") {
  InFile file;
  hub::Changeset changes = one_of_everything();
  const hub::AuditRow of_hub = changes.audit[0];
  for (const char* site : {"fra-1", "sin-1", "fra-1"}) {
    hub::AuditRow row = of_hub;
    row.index = changes.audit.size() + 1;
    row.source = hub::AuditSource::site;
    row.site = SiteName(site);
    row.sequence = Sequence(row.index);
    changes.audit.push_back(row);
  }
  REQUIRE(file.open()->commit(changes).ok());
  auto reader = SqliteReader::open(file.path()).value();
  hub::AuditFilter filter;
  filter.site = SiteName("fra-1");
  const auto all = reader->audit(filter, {}).value();
  REQUIRE(all.items.size() == 2);
  CHECK(all.items[0].index == 4);
  CHECK(all.items[1].index == 2);
  const auto first = reader->audit(filter, {1, ""}).value();
  REQUIRE(first.items.size() == 1);
  const auto second = reader->audit(filter, {1, first.next}).value();
  REQUIRE(second.items.size() == 1);
  CHECK(second.items[0].index == 2);
  filter.site = SiteName("tyo-1");
  CHECK(reader->audit(filter, {}).value().items.empty());
}

TEST_CASE("SQLite: a list names the newest event of each deployment") {
  InFile file;
  hub::Changeset changes = one_of_everything();
  hub::Deployment silent = changes.deployments[0];
  silent.id = DeploymentId("d-2");
  silent.number = 2;
  changes.deployments.push_back(silent);
  hub::EventRow later = changes.events[0];
  later.deployment = DeploymentId("d-1");
  later.id = 7;
  hub::EventRow other = later;
  other.id = 8;
  other.deployment = DeploymentId();
  changes.events.insert(changes.events.end(), {later, other});
  REQUIRE(file.open()->commit(changes).ok());
  const auto list = SqliteReader::open(file.path()).value()->deployments({}, {}).value().items;
  REQUIRE(list.size() == 2);
  CHECK(list[0].deployment.id == silent.id);
  CHECK(list[0].newest_event == 0);
  CHECK(list[1].newest_event == 7);
}

TEST_CASE("SQLite: what a reader had open before sees a later commit at its next question") {
  InFile file;
  hub::Store* store = file.open();
  auto reader = SqliteReader::open(file.path()).value();
  CHECK(reader->environments().value().empty());
  REQUIRE(store->commit(one_of_everything()).ok());
  CHECK(reader->environments().value().size() == 1);
}
