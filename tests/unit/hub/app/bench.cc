#include "tests/unit/hub/app/bench.h"

#include <catch2/catch.hpp>

#include "shared/base/check.h"

namespace depops::tests {
namespace {

manifest::Wave wave(const char* name, std::vector<std::string> sites, std::uint32_t max, Millis bake) {
  manifest::SiteSelector selector;
  selector.names = std::move(sites);
  return {WaveName(name), selector, {max, false}, bake};
}

manifest::Pipeline pipeline(rollout::RollbackScope scope, Millis bake) {
  manifest::Pipeline made;
  made.service = ServiceName("checkout");
  made.process = rollout::ProcessWorkload{};
  made.process->command = {"./checkout"};
  manifest::Environment staging;
  staging.name = EnvironmentName("staging");
  staging.strategy = rollout::Rolling{};
  manifest::SiteSelector all;
  all.all = true;
  staging.waves = {{WaveName("all"), all, {1, false}, Millis{0}}};
  manifest::Environment production = staging;
  production.name = EnvironmentName("production");
  production.promote_from = staging.name;
  production.rollback_scope = scope;
  production.waves = {wave("one", {"fra-1"}, 1, bake), wave("two", {"sin-*"}, 1, Millis{0})};
  made.environments = {staging, production};
  return made;
}

}  // namespace

void Bench::restart() {
  auto state = store.load();
  REQUIRE(state.ok());
  auto loaded = hub::Hub::load(std::move(state).value(), catalog, codec);
  REQUIRE(loaded.ok());
  hub.emplace(std::move(loaded).value());
  take(hub->start(now));
}

bool Bench::take(hub::Output output) {
  if (!output.changes.empty() && !store.commit(output.changes).ok()) {
    restart();
    return false;
  }
  wake = output.wake;
  for (hub::Effect& effect : output.effects) effects.push_back(std::move(effect));
  return true;
}

bool Bench::give(const hub::Input& input) { return take(hub->step(input, now)); }

hub::Answer Bench::ask(hub::Request request, const std::string& key, bool dry_run) {
  hub::ApiCommand command;
  command.ticket = 7;
  command.actor = who;
  command.request_id = "req-1";
  command.idempotency_key = key;
  command.request_digest = codec.digest(std::to_string(request.index()));
  command.request = std::move(request);
  command.dry_run = dry_run;
  const std::size_t before = effects.size();
  REQUIRE(give(command));
  for (std::size_t i = before; i < effects.size(); ++i)
    if (const auto* reply = std::get_if<hub::Reply>(&effects[i])) return reply->answer;
  FAIL("no answer");
  return {};
}

void Bench::set_up(rollout::RollbackScope scope, Millis bake) {
  const EnvironmentName staging("staging");
  const EnvironmentName production("production");
  REQUIRE(ask(hub::CreateEnvironment{staging, hub::Tier::staging}).ok);
  REQUIRE(ask(hub::CreateEnvironment{production, hub::Tier::production}).ok);
  REQUIRE(ask(hub::CreateSite{SiteName("stg-1"), staging, {}, ""}).ok);
  for (const char* name : {"fra-1", "sin-1", "sin-2"})
    REQUIRE(ask(hub::CreateSite{SiteName(name), production, {}, ""}).ok);
  const Digest artifact = codec.digest("artifact");
  REQUIRE(ask(hub::ArtifactStored{artifact, 100}).ok);
  for (const char* label : {"1.0", "1.1", "1.2"})
    REQUIRE(ask(hub::PublishVersion{ServiceName("checkout"), VersionLabel(label), artifact, label, at(-3600), {}}).ok);
  auto made = std::make_shared<manifest::Pipeline>(pipeline(scope, bake));
  catalog.pipelines[made->service] = made;
  REQUIRE(ask(hub::ApplyDocuments{{hub::ApplyPipeline{"pipeline", made}}}).ok);
}

const hub::Deployment& Bench::deployment(const std::string& id) const {
  return store.deployments().at(DeploymentId(id));
}

const hub::Rollout& Bench::rollout(const std::string& id) const { return store.rollouts().at(RolloutId(id)); }

bool Bench::has_rollout(const std::string& id) const { return store.rollouts().contains(RolloutId(id)); }

void ToySite::obey(const sync::Desired& desired) {
  REQUIRE(desired.site == name_);
  if (!held_ || desired.generation > held_->generation) held_ = desired;
}

void ToySite::write(const rollout::Report& report) {
  outbox_[sync::Stream::events].push_back(bench_.codec.encode_report(report));
}

void ToySite::report(const std::string& rollout, rollout::State state, const std::string& reason, bool exposed) {
  rollout::RolloutChanged changed;
  changed.at = bench_.now.wall;
  changed.status.rollout = RolloutId(rollout);
  changed.status.service = ServiceName("checkout");
  changed.status.state = state;
  changed.status.reason = reason;
  if (exposed) changed.status.exposed_at = bench_.now.wall;
  write(changed);
  audit::Leaf leaf;
  leaf.at = bench_.now.wall;
  leaf.actor = Actor("agent:" + name_.str());
  leaf.action = std::string("rollout.") + rollout::name_of(state);
  leaf.object = "rollout/" + rollout;
  outbox_[sync::Stream::audit].push_back(bench_.codec.encode_leaf(leaf));
}

sync::Run ToySite::unsent(sync::Stream stream) const {
  const auto found = acked_.find(stream);
  const std::uint64_t acked = found == acked_.end() ? 0 : found->second.value();
  const auto& entries = outbox_.at(stream);
  return {stream, Sequence(acked + 1), {entries.begin() + static_cast<std::ptrdiff_t>(acked), entries.end()}};
}

void ToySite::acknowledged(const sync::Ack& ack) { acked_[ack.stream] = std::max(acked_[ack.stream], ack.contiguous); }

void ToySite::greet() {
  if (bench_.hub->world().sites.at(name_).heard) return;
  sync::Hello hello;
  if (held_) hello.generation = held_->generation;
  REQUIRE(bench_.give(frame(hello)));
}

void ToySite::exchange() {
  greet();
  for (const sync::Stream stream : sync::kStreams)
    if (sync::Run run = unsent(stream); !run.entries.empty()) REQUIRE(bench_.give(frame(std::move(run))));
  deliver(bench_, {this});
}

void deliver(Bench& bench, std::vector<ToySite*> sites) {
  for (const hub::Effect& effect : bench.take_effects()) {
    for (ToySite* site : sites) {
      if (const auto* publish = std::get_if<hub::PublishDesired>(&effect); publish && publish->site == site->name()) {
        const auto desired = bench.codec.decode_desired(publish->bytes);
        REQUIRE(desired.ok());
        site->obey(*desired);
      }
      if (const auto* down = std::get_if<hub::SendDown>(&effect); down && down->site == site->name())
        if (const auto* ack = std::get_if<sync::Ack>(&down->message)) site->acknowledged(*ack);
    }
  }
}

}  // namespace depops::tests
