#include "hub/main/run.h"

#include <unistd.h>

#include <atomic>
#include <csignal>

#include "hub/api_http/alarms.h"
#include "hub/app/world.h"
#include "hub/blobs/directory_blobs.h"
#include "hub/identity/file_credentials.h"
#include "hub/main/brokers.h"
#include "hub/main/collector.h"
#include "hub/main/listeners.h"
#include "hub/main/log.h"
#include "hub/main/loop.h"
#include "hub/main/only_one.h"
#include "hub/main/wire_codec.h"
#include "hub/signer/signer.h"
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
          &ground.alarms};
}

// Who signs, and the key by which sites know it.
struct Release {
  std::unique_ptr<signer::Signer> signer;
  signing::PublicKey key;
};

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

// Who was revoked may still come in at the broker: somebody must see that.
void note_handing_over(Ground& ground, const std::string& why) {
  constexpr const char* kAlarm = "revocations-not-handed-over";
  if (why.empty()) return ground.alarms.clear(kAlarm);
  ground.alarms.raise(kAlarm, why, ground.clock.now().wall);
}

BrokerGate::Parts gate_parts(const Settings& settings, const std::string& hub_id, const Door& door, Outlet& outlet,
                             Ground& ground) {
  return {door.certificates.get(),
          settings.join.revocations.string(),
          settings.broker_pid_file,
          brokers_of(settings, hub_id, outlet),
          [&ground](Instant until) { ground.metrics.revocations_until(until); },
          [&ground](const std::string& why) { note_handing_over(ground, why); },
          log_line};
}

Result<void> say_that_it_took_over(Loop& loop) {
  ApiCommand command;
  command.actor = Actor("hub");
  command.request_id = "take-over";
  command.request = NoteTakeOver{};
  DEPOPS_TRY(const Answer answer, loop.run(std::move(command)));
  return answer.ok ? Result<void>() : Error{answer.code, answer.what};
}

Result<Release> release_of(const Settings& settings) {
  if (!settings.signer_socket.empty()) {
    DEPOPS_TRY(const signing::PublicKey key, signing::load_public_key(settings.public_key.string()));
    return Release{signer::socket_signer(settings.signer_socket.string(), key.id()), key};
  }
  DEPOPS_TRY(signing::SecretKey key, signing::load_secret_key(settings.release_key.string()));
  log_line(
      "event=warning text=\"the hub holds its release key itself: whoever breaks into it can sign; give the key to "
      "depops-hub signer and name its socket in the settings: signer: {socket: PATH}\"");
  const signing::PublicKey shown = key.public_key();
  return Release{signer::key_signer(std::move(key)), shown};
}

Result<void> serve(const Settings& settings, const std::string& version, Ground& ground, const sigset_t& signals,
                   bool take_over) {
  DEPOPS_TRY(const Release release, release_of(settings));
  DEPOPS_TRY(Hub hub, load_hub(*ground.store, ground.codec));
  // Agents know the hub by its key: a hub with another key is another hub.
  const std::string hub_id = settings.hub_id.empty() ? release.key.id().str() : settings.hub_id;
  DEPOPS_TRY(const Door door, make_door(settings, hub_id, release.key));
  api_http::EventFeed feed(hub.world().counters.event);
  Outlet outlet({*release.signer, release.key.id(), hub_id, hub.world().hub_epoch, ground.clock, log_line});
  std::atomic<bool> gave_up{false};
  const auto give_up = [&gave_up] {
    gave_up = true;
    ::kill(::getpid(), SIGTERM);
  };
  const auto doors = doors_of(brokers_of(settings, hub_id, outlet));
  Brokers brokers(all_of(doors));
  Collector collector(*ground.artifacts, log_line);
  const auto collect = [&collector](std::vector<Digest> keep) { collector.collect(std::move(keep)); };
  BrokerGate gate(gate_parts(settings, hub_id, door, outlet, ground));
  Loop loop({*ground.store, ground.codec, ground.clock, outlet, feed, ground.metrics,
             Reading{hub_id, release.key, door.certificates.get(), settings.join.certificate_life},
             [&brokers](const SiteName& site, std::size_t by) { brokers.heard(site, by); }, collect, &gate, log_line,
             give_up},
            std::move(hub));
  const auto backend = backend_of(ground, loop, outlet, feed, door, version);
  DEPOPS_TRY(Listeners listeners, open_listeners(settings, backend, feed));
  outlet.attach(settings.broker_urls.empty() ? nullptr : &brokers);
  // No connection without a signed will: nobody would learn that the hub went.
  outlet.start([&] { brokers.start(topics(), handlers_of(settings.broker_urls, loop, outlet, ground.metrics)); });
  loop.start();
  say_started(settings, version, listeners);
  if (take_over) DEPOPS_TRY_VOID(say_that_it_took_over(loop));
  wait_for_end(signals);
  listeners.stop();
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
