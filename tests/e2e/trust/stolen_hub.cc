#include "tests/e2e/trust/stolen_hub.h"

#include <chrono>

#include "shared/mqtt/mqtt_transport.h"
#include "shared/sqlite/connection.h"
#include "shared/wire/documents.h"
#include "shared/wire/seal.h"
#include "shared/wire/topics.h"
#include "tests/e2e/stage/hub_client.h"

namespace depops::stage {
namespace {

constexpr Seconds kConnect{20};

template <typename T>
T must(Result<T> result) {
  if (!result.ok()) throw Trouble(result.error().what);
  return std::move(result).value();
}

// The first column of the first row.
std::string ask(sqlite::Connection& database, const char* sql, const std::string& key) {
  sqlite::Statement* statement = must(database.cached(sql));
  statement->bind(key);
  if (!must(statement->step())) throw Trouble("the hub's database has no row for " + key);
  std::string value = statement->string(0);
  statement->reset();
  return value;
}

}  // namespace

StolenHub::StolenHub(Stage& stage, const SiteName& site)
    : stage_(stage), site_(site), key_(must(signing::load_secret_key(stage.folder("keys/hub.key")))) {}

sync::Desired StolenHub::draft(const std::string& deployment) {
  auto database = must(sqlite::Connection::open(stage_.folder("hub/hub.db"), {.read_only = true}));
  sync::Desired desired =
      must(wire::decode_desired(ask(database, "SELECT bytes FROM desired WHERE site = ?", site_.str())));
  desired.base = Digest();  // "not said" is what a thief would say
  desired.generation = Generation(desired.generation.value() + 100 + ++drafts_);
  sync::Target target;
  target.plan_digest = Digest(ask(database, "SELECT plan FROM deployments WHERE id = ?", deployment));
  target.plan_bytes = ask(database, "SELECT bytes FROM plans WHERE digest = ?", target.plan_digest.str());
  target.plan = must(wire::decode_plan(target.plan_bytes));
  target.service = target.plan.service;
  target.deployment = DeploymentId(deployment);
  target.rollout = RolloutId(deployment + "." + site_.str());
  target.epoch = desired.generation;
  desired.targets = {target};
  return desired;
}

std::string StolenHub::sealed(const sync::Desired& desired) const {
  return sealed_bytes(wire::kDesiredType, wire::encode_desired(desired));
}

std::string StolenHub::sealed_bytes(std::string_view type, const std::string& body) const {
  return wire::seal(type, body, key_);
}

void StolenHub::publish(const std::string& frame) {
  mqtt::MqttTransport transport(hub_client(stage_, "thief"));
  transport.start({}, {[](const ports::Message&) {}, [](bool, const std::string&) {}});
  wait_until("the broker takes the thief", kConnect, [&] { return transport.connected(); });
  const auto sent = transport.publish({wire::topic_of(wire::Channel::down_desired, site_), frame, true, 1});
  transport.stop();
  if (!sent.ok()) throw Trouble(sent.error().what);
}

}  // namespace depops::stage
