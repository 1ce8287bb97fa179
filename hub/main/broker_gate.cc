#include "hub/main/broker_gate.h"

#include <signal.h>

#include <charconv>
#include <fstream>
#include <memory>
#include <set>
#include <utility>

#include "shared/whole_file/whole_file.h"

namespace depops::hub {
namespace {

constexpr std::size_t kEndingMax = 10'000;
constexpr std::chrono::seconds kTakeOver{10};
constexpr const char* kBrokerProgram = "mosquitto";

// 0: there is none, or another program got its number.
pid_t broker_of(const std::string& pid_file) {
  std::string text;
  std::ifstream(pid_file) >> text;
  pid_t pid = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), pid);
  if (wrong != std::errc() || end != text.data() + text.size() || pid <= 1) return 0;
  std::string program;
  std::getline(std::ifstream("/proc/" + text + "/comm"), program);
  return program == kBrokerProgram ? pid : 0;
}

}  // namespace

BrokerGate::BrokerGate(Parts parts) : parts_(std::move(parts)), thread_([this] { main(); }) {}

BrokerGate::~BrokerGate() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  asked_.notify_all();
  thread_.join();
}

void BrokerGate::list(WriteRevocations list) {
  const std::lock_guard lock(mutex_);
  list_ = std::move(list);
  asked_.notify_all();
}

void BrokerGate::end_connection(const SiteName& site) {
  const std::lock_guard lock(mutex_);
  if (ending_.size() < kEndingMax) ending_.push_back(site);
  asked_.notify_all();
}

// The list goes first: who is put out must not come in again.
void BrokerGate::main() {
  std::unique_lock lock(mutex_);
  while (true) {
    asked_.wait(lock, [this] { return stopping_ || list_ || !ending_.empty(); });
    if (stopping_) return;
    const auto list = std::exchange(list_, std::nullopt);
    const auto ending = std::exchange(ending_, {});
    lock.unlock();
    if (list) write(*list);
    for (const SiteName& site : ending) take_over(site);
    lock.lock();
  }
}

void BrokerGate::write(const WriteRevocations& list) {
  if (parts_.certificates == nullptr || parts_.list_file.empty()) return;
  const auto made = parts_.certificates->revocations(list.revoked, list.issued, list.next);
  const auto written =
      made ? whole_file::replace(parts_.list_file, *made, whole_file::Readers::all) : Result<void>(made.error());
  if (!written) return parts_.log("event=revocations_not_written why=\"" + written.error().what + "\"");
  parts_.listed(list.next);
  parts_.log("event=revocations_written count=" + std::to_string(list.revoked.size()));
  tell_broker();
}

void BrokerGate::tell_broker() {
  if (parts_.pid_file.empty()) return;
  const pid_t broker = broker_of(parts_.pid_file);
  if (broker != 0 && ::kill(broker, SIGHUP) == 0) return;
  parts_.log("event=broker_not_told why=\"" + parts_.pid_file +
             " names no mosquitto that this user may signal; send it SIGHUP, or it goes by the list it knows\"");
}

// A second connection under a name ends the first. Ours has no rights a site has not, and goes at once. Nobody knows
// for sure by which broker a site is there: it is put out of all of them side by side, for one may not answer.
void BrokerGate::take_over(const SiteName& site) {
  std::mutex mutex;
  std::condition_variable told;
  std::set<std::string> there;
  std::vector<std::unique_ptr<mqtt::MqttTransport>> transports;
  for (mqtt::MqttSettings broker : parts_.as_hub) {
    broker.client_id = site.str();
    broker.will = nullptr;
    ports::Transport::Handlers handlers;
    handlers.message = [](const ports::Message&) {};
    handlers.link = [&, url = broker.url](bool connected, const std::string&) {
      const std::lock_guard lock(mutex);
      if (connected) there.insert(url);
      told.notify_all();
    };
    transports.push_back(std::make_unique<mqtt::MqttTransport>(std::move(broker)));
    transports.back()->start({}, std::move(handlers));
  }
  {
    std::unique_lock lock(mutex);
    told.wait_for(lock, kTakeOver, [&] { return there.size() == transports.size(); });
  }
  for (const auto& transport : transports) transport->stop();
  for (const mqtt::MqttSettings& broker : parts_.as_hub)
    parts_.log("event=connection_ended site=" + site.str() + " broker=" + broker.url +
               " done=" + (there.contains(broker.url) ? "true" : "false"));
}

std::string left_to_people(const Settings& settings) {
  if (settings.join.revocations.empty())
    return "the broker still lets its certificate in until that runs out: name sites.ca.crl in the hub's settings, and "
           "the same file as crlfile in the broker's, and start both again";
  if (settings.broker_pid_file.empty())
    return "send the broker SIGHUP, so that it reads " + settings.join.revocations.string() +
           "; the hub does it by itself if broker.pidFile is in its settings";
  if (settings.broker_urls.size() > 1)
    return "give " + settings.join.revocations.string() +
           " to each broker but the one of broker.pidFile and send it SIGHUP: the hub put the site out of all brokers, "
           "and tells only that one who must not come in again";
  return "";
}

}  // namespace depops::hub
