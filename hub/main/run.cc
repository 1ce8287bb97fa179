#include "hub/main/run.h"

#include <unistd.h>

#include <atomic>
#include <csignal>

#include "hub/api_http/alarms.h"
#include "hub/app/world.h"
#include "hub/blobs/directory_blobs.h"
#include "hub/identity/file_credentials.h"
#include "hub/main/brokers.h"
#include "hub/main/checkpoints.h"
#include "hub/main/collector.h"
#include "hub/main/listeners.h"
#include "hub/main/log.h"
#include "hub/main/loop.h"
#include "hub/main/only_one.h"
#include "hub/main/signers.h"
#include "hub/main/wire_codec.h"
#include "hub/store_sqlite/sqlite_reader.h"
#include "hub/store_sqlite/sqlite_store.h"
#include "shared/clock/system_clock.h"
#include "shared/mqtt/mqtt_transport.h"
#include "shared/wire/topics.h"

namespace depops::hub {
namespace {

mqtt::MqttSettings broker_of(const Settings& settings, const std::string& url, const std::string& hub_id,
                             Outlet& outlet) {
  mqtt::MqttSettings out;
  out.url = url;
  out.client_id = "hub-" + hub_id;
  out.ca = settings.broker_ca;
  out.certificate = settings.broker_certificate;
  out.key = settings.broker_key;
  out.will = [&outlet] { return outlet.farewell(); };
  out.log = [](const std::string& text) { log_line("event=broker text=\"" + text + "\""); };
  return out;
}

std::vector<mqtt::MqttSettings> brokers_of(const Settings& settings, const std::string& hub_id, Outlet& outlet) {
  std::vector<mqtt::MqttSettings> brokers;
  for (const std::string& url : settings.broker_urls) brokers.push_back(broker_of(settings, url, hub_id, outlet));
  return brokers;
}

std::vector<std::unique_ptr<ports::Transport>> doors_of(std::vector<mqtt::MqttSettings> brokers) {
  std::vector<std::unique_ptr<ports::Transport>> doors;
  for (mqtt::MqttSettings& broker : brokers) doors.push_back(std::make_unique<mqtt::MqttTransport>(std::move(broker)));
  return doors;
}

std::vector<ports::Transport*> all_of(const std::vector<std::unique_ptr<ports::Transport>>& doors) {
  std::vector<ports::Transport*> all;
  for (const auto& door : doors) all.push_back(door.get());
  return all;
}

std::vector<std::string> topics() {
  std::vector<std::string> out;
  for (const auto channel : {wire::Channel::up_control, wire::Channel::up_events, wire::Channel::up_audit,
                             wire::Channel::up_telemetry, wire::Channel::up_presence})
    out.push_back(wire::every_site(channel));
  return out;
}

Brokers::Handlers handlers_of(const std::vector<std::string>& urls, Loop& loop, Outlet& outlet,
                              api_http::Metrics& metrics) {
  for (const std::string& url : urls) metrics.set_connected(url, false);
  Brokers::Handlers out;
  out.message = [&](ports::Message message) {
    if (!loop.take(std::move(message))) metrics.frame("overflow");
  };
  out.link = [&](std::size_t door, bool connected) {
    metrics.set_connected(urls[door], connected);
    if (connected) outlet.linked(door);
  };
  return out;
}

// Everything that outlives the threads, in the order of need.
struct Ground {
  std::unique_ptr<store_sqlite::SqliteStore> store;
  std::unique_ptr<store_sqlite::SqliteReader> reader;
  std::unique_ptr<blobs::DirectoryBlobs> artifacts;
  std::unique_ptr<identity::FileCredentials> credentials;
  clock::SystemClock clock;
  WireCodec codec;
  api_http::Metrics metrics;
  api_http::Alarms alarms;
};

Result<std::unique_ptr<Ground>> ground_of(const Settings& settings) {
  auto out = std::make_unique<Ground>();
  DEPOPS_TRY(out->store, store_sqlite::SqliteStore::open(settings.database().string()));
  DEPOPS_TRY(out->reader, store_sqlite::SqliteReader::open(settings.database().string()));
  DEPOPS_TRY(out->artifacts,
             blobs::DirectoryBlobs::open(settings.state_directory / "artifacts", settings.artifact_max));
  DEPOPS_TRY(out->credentials, identity::FileCredentials::open(settings.state_directory / "access"));
  return out;
}

api_http::Backend backend_of(Ground& ground, Loop& loop, Outlet& outlet, api_http::EventFeed& feed, const Door& door,
                             const std::string& version) {
  return {*ground.reader,
          *ground.reader,
          loop,
          *ground.artifacts,
          *ground.credentials,
          ground.codec,
          ground.clock,
          ground.metrics,
          [&loop, &outlet] {
            const std::string why = loop.not_ready();
            return why.empty() ? outlet.trouble() : why;
          },
          [&feed] { return feed.newest(); },
          version,
          door.joining.get(),
          &ground.alarms,
          ground.reader.get()};
}

// What the hub that was replaced says last would be taken for the word of the one that replaced it.
void say_goodbye(Brokers& brokers, const Outlet& outlet, bool gave_up) {
  const auto farewell = outlet.farewell();
  if (!gave_up && farewell) brokers.say_to_all(*farewell);
  brokers.stop();
}

// Until a signal, or until the driver gave up.
void wait_for_end(const sigset_t& signals) {
  int signal = 0;
  sigwait(&signals, &signal);
  log_line("event=stopping");
}

void say_started(const Settings& settings, const std::string& version, const Listeners& listeners) {
  log_line("event=started version=" + version + " api=http://" + settings.api.host + ":" +
           std::to_string(listeners.people->port()));
}

// Alarms are told until they are well again.
void note(Ground& ground, const char* alarm, const std::string& why) {
  if (why.empty()) return ground.alarms.clear(alarm);
  ground.alarms.raise(alarm, why, ground.clock.now().wall);
}

BrokerGate::Parts gate_parts(const Settings& settings, const std::string& hub_id, const Door& door, Outlet& outlet,
                             Ground& ground) {
  return {door.certificates.get(), settings.join.revocations.string(), settings.broker_pid_file,
          brokers_of(settings, hub_id, outlet), [&ground](Instant until) { ground.metrics.revocations_until(until); },
          // Who was revoked may still come in at the broker: somebody must see that.
          [&ground](const std::string& why) { note(ground, "revocations-not-handed-over", why); }, log_line};
}

Result<void> say_that_it_took_over(Loop& loop) {
  ApiCommand command;
  command.actor = Actor("hub");
  command.request_id = "take-over";
  command.request = NoteTakeOver{};
  DEPOPS_TRY(const Answer answer, loop.run(std::move(command)));
  return answer.ok ? Result<void>() : Error{answer.code, answer.what};
}

// A checkpoint counts from its commit on.
Result<void> keep_head(Loop& loop, LogHead head) {
  ApiCommand command;
  command.actor = Actor("hub");
  command.request_id = "checkpoint";
  command.request = KeepLogHead{std::move(head)};
  DEPOPS_TRY(const Answer answer, loop.run(std::move(command)));
  return answer.ok ? Result<void>() : Error{answer.code, answer.what};
}

CheckpointParts checkpoint_parts(Ground& ground, const Signers& signers, Loop& loop) {
  return {*ground.reader,
          *signers.log_signer,
          signer::log_origin(signers.hub_id),
          ground.clock,
          [&loop](LogHead head) { return keep_head(loop, std::move(head)); },
          [&ground](const std::string& why) { note(ground, "audit-log-not-signed", why); },
          log_line};
}

// At each start: what was written last is as it was, or nothing more is written or signed. What is wrong.
std::string damage_of_log(Ground& ground) {
  constexpr std::uint64_t kNewest = 1'000;
  const auto checked = ground.reader->check_log(kNewest);
  const std::string damage = checked.ok() ? "" : checked.error().what;
  if (!damage.empty()) log_line("event=audit_log damaged=true why=\"" + damage + "\"");
  note(ground, "audit-log-damaged", damage);
  return damage;
}

// What speaks to the world beside the API.
struct Voices {
  Outlet& outlet;
  Brokers& brokers;
  Loop& loop;
  Checkpoints& checkpoints;
};

void begin(const Voices& voices, const Settings& settings, Ground& ground) {
  voices.outlet.attach(settings.broker_urls.empty() ? nullptr : &voices.brokers);
  // No connection without a signed will: nobody would learn that the hub went.
  voices.outlet.start([voices, &settings, &ground] {
    voices.brokers.start(topics(), handlers_of(settings.broker_urls, voices.loop, voices.outlet, ground.metrics));
  });
  voices.loop.start();
  voices.checkpoints.start();
}

Result<void> serve(const Settings& settings, const std::string& version, Ground& ground, const sigset_t& signals,
                   bool take_over) {
  DEPOPS_TRY(const Signers signers, signers_of(settings));
  DEPOPS_TRY(Hub hub, load_hub(*ground.store, ground.codec));
  DEPOPS_TRY(const Door door, make_door(settings, signers.hub_id, signers.key));
  const std::string damage = damage_of_log(ground);
  api_http::EventFeed feed(hub.world().counters.event);
  Outlet outlet({*signers.signer, signers.key.id(), signers.hub_id, hub.world().hub_epoch, ground.clock, log_line});
  std::atomic<bool> gave_up{false};
  const auto give_up = [&gave_up] {
    gave_up = true;
    ::kill(::getpid(), SIGTERM);
  };
  const auto doors = doors_of(brokers_of(settings, signers.hub_id, outlet));
  Brokers brokers(all_of(doors));
  Collector collector(*ground.artifacts, log_line);
  const auto collect = [&collector](std::vector<Digest> keep) { collector.collect(std::move(keep)); };
  BrokerGate gate(gate_parts(settings, signers.hub_id, door, outlet, ground));
  Loop loop({*ground.store, ground.codec, ground.clock, outlet, feed, ground.metrics,
             Reading{signers.hub_id, signers.key, door.certificates.get(), settings.join.certificate_life},
             [&brokers](const SiteName& site, std::size_t by) { brokers.heard(site, by); }, collect, &gate, log_line,
             give_up, damage},
            std::move(hub));
  const auto backend = backend_of(ground, loop, outlet, feed, door, version);
  DEPOPS_TRY(Listeners listeners, open_listeners(settings, backend, feed));
  Checkpoints checkpoints(checkpoint_parts(ground, signers, loop));
  if (damage.empty()) begin({outlet, brokers, loop, checkpoints}, settings, ground);
  say_started(settings, version, listeners);
  if (take_over) DEPOPS_TRY_VOID(say_that_it_took_over(loop));
  wait_for_end(signals);
  listeners.stop();
  checkpoints.stop();
  outlet.stop();
  say_goodbye(brokers, outlet, gave_up);
  loop.stop();
  feed.stop();
  return gave_up ? Error{Errc::conflict, "this hub ended by itself: " + loop.not_ready()} : Result<void>();
}

// A hub that is asked to take over need not wait until the other one is gone.
Result<OnlyOne> be_the_only_one(const Settings& settings, Store& store, bool take_over) {
  auto held = OnlyOne::in(settings.state_directory);
  if (!take_over) return held;
  DEPOPS_TRY(const HubEpoch epoch, store.raise_epoch());
  log_line("event=take_over hub_epoch=" + std::to_string(epoch.value()));
  return held ? std::move(held) : Result<OnlyOne>(OnlyOne());
}

}  // namespace

Result<void> run(const Settings& settings, const std::string& version, bool take_over) {
  const sigset_t signals = blocked_signals();
  DEPOPS_TRY(const auto ground, ground_of(settings));
  DEPOPS_TRY(const OnlyOne held, be_the_only_one(settings, *ground->store, take_over));
  return serve(settings, version, *ground, signals, take_over);
}

}  // namespace depops::hub
