#include "hub/main/run.h"

#include <pthread.h>
#include <unistd.h>

#include <csignal>
#include <iostream>
#include <mutex>

#include "hub/app/world.h"
#include "hub/blobs/directory_blobs.h"
#include "hub/identity/file_credentials.h"
#include "hub/main/collector.h"
#include "hub/main/listeners.h"
#include "hub/main/loop.h"
#include "hub/main/wire_codec.h"
#include "hub/store_sqlite/sqlite_reader.h"
#include "hub/store_sqlite/sqlite_store.h"
#include "shared/clock/system_clock.h"
#include "shared/mqtt/mqtt_transport.h"
#include "shared/wire/topics.h"

namespace depops::hub {
namespace {

void log_line(const std::string& line) {
  static std::mutex mutex;
  std::string flat = line;
  for (char& letter : flat)
    if (static_cast<unsigned char>(letter) < 0x20) letter = ' ';
  const std::lock_guard lock(mutex);
  std::cerr << flat << std::endl;
}

// Taken by sigwait() below and by nothing else; writing to a closed socket is an error code and no signal.
sigset_t blocked_signals() {
  std::signal(SIGPIPE, SIG_IGN);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  return set;
}

mqtt::MqttSettings broker_of(const Settings& settings, const std::string& hub_id, Outlet& outlet) {
  mqtt::MqttSettings out;
  out.url = settings.broker_url;
  out.client_id = "hub-" + hub_id;
  out.ca = settings.broker_ca;
  out.certificate = settings.broker_certificate;
  out.key = settings.broker_key;
  out.will = [&outlet] { return std::optional(outlet.presence(false)); };
  out.log = [](const std::string& text) { log_line("event=broker text=\"" + text + "\""); };
  return out;
}

std::vector<std::string> topics() {
  std::vector<std::string> out;
  for (const auto channel : {wire::Channel::up_control, wire::Channel::up_events, wire::Channel::up_audit,
                             wire::Channel::up_telemetry, wire::Channel::up_presence})
    out.push_back(wire::every_site(channel));
  return out;
}

ports::Transport::Handlers handlers_of(Loop& loop, Outlet& outlet, api_http::Metrics& metrics) {
  ports::Transport::Handlers out;
  out.message = [&](ports::Message message) {
    if (!loop.take(std::move(message))) metrics.frame("overflow");
  };
  out.link = [&](bool connected, const std::string&) {
    metrics.set_connected(connected);
    if (connected) outlet.linked();
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

api_http::Backend backend_of(Ground& ground, Loop& loop, api_http::EventFeed& feed, const Door& door,
                             const std::string& version) {
  return {*ground.reader,
          *ground.reader,
          loop,
          *ground.artifacts,
          *ground.credentials,
          ground.codec,
          ground.clock,
          ground.metrics,
          [&loop] { return loop.not_ready(); },
          [&feed] { return feed.newest(); },
          version,
          door.joining.get()};
}

Result<void> serve(const Settings& settings, const std::string& version, Ground& ground, const sigset_t& signals) {
  DEPOPS_TRY(signing::SecretKey key, signing::load_secret_key(settings.release_key.string()));
  DEPOPS_TRY(Hub hub, load_hub(*ground.store, ground.codec));
  // Agents know the hub by its key: a hub with another key is another hub.
  const std::string hub_id = settings.hub_id.empty() ? key.public_key().id().str() : settings.hub_id;
  DEPOPS_TRY(const Door door, make_door(settings, hub_id, key.public_key()));
  const signing::PublicKey release_key = key.public_key();
  api_http::EventFeed feed(hub.world().counters.event);
  Outlet outlet(std::move(key), hub_id, hub.world().hub_epoch, ground.clock);
  const auto give_up = [] { ::kill(::getpid(), SIGTERM); };
  Collector collector(*ground.artifacts, log_line);
  const auto collect = [&collector](std::vector<Digest> keep) { collector.collect(std::move(keep)); };
  Loop loop({*ground.store, ground.codec, ground.clock, outlet, feed, ground.metrics, hub_id, release_key, collect,
             log_line, give_up},
            std::move(hub));
  const auto backend = backend_of(ground, loop, feed, door, version);
  DEPOPS_TRY(Listeners listeners, open_listeners(settings, backend, feed));
  mqtt::MqttTransport transport(broker_of(settings, hub_id, outlet));
  if (!settings.broker_url.empty()) {
    outlet.attach(&transport);
    transport.start(topics(), handlers_of(loop, outlet, ground.metrics));
  }
  loop.start();
  log_line("event=started version=" + version + " api=http://" + settings.api.host + ":" +
           std::to_string(listeners.people->port()));
  int signal = 0;
  sigwait(&signals, &signal);
  log_line("event=stopping");
  listeners.stop();
  if (!settings.broker_url.empty()) {
    (void)transport.publish(outlet.presence(false)).ok();
    transport.stop();
  }
  loop.stop();
  feed.stop();
  return {};
}

}  // namespace

Result<void> run(const Settings& settings, const std::string& version) {
  const sigset_t signals = blocked_signals();
  DEPOPS_TRY(const auto ground, ground_of(settings));
  return serve(settings, version, *ground, signals);
}

}  // namespace depops::hub
