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

// The list goes first: who is put out must not come in again. One that the broker did not get is owed.
void BrokerGate::main() {
  std::optional<WriteRevocations> owed;
  std::unique_lock lock(mutex_);
  while (true) {
    const auto is_asked = [this] { return stopping_ || list_ || !ending_.empty(); };
    if (owed) {
      asked_.wait_for(lock, parts_.again, is_asked);
    } else {
      asked_.wait(lock, is_asked);
    }
    if (stopping_) return;
    if (list_) owed = std::exchange(list_, std::nullopt);
    const auto ending = std::exchange(ending_, {});
    lock.unlock();
    if (owed && hand_over(*owed)) owed.reset();
    for (const SiteName& site : ending) take_over(site);
    lock.lock();
  }
}

bool BrokerGate::hand_over(const WriteRevocations& list) {
  if (parts_.certificates == nullptr || parts_.list_file.empty()) return true;
  std::string why = write(list);
  if (why.empty()) why = tell_broker();
  if (!why.empty() && why != trouble_) parts_.log("event=revocations_not_handed_over why=\"" + why + "\"");
  if (why.empty()) parts_.log("event=revocations_written count=" + std::to_string(list.revoked.size()));
  trouble_ = why;
  parts_.handed_over(why);
  return why.empty();
}

std::string BrokerGate::write(const WriteRevocations& list) {
  const auto made = parts_.certificates->revocations(list.revoked, list.issued, list.next);
  const auto written =
      made ? whole_file::replace(parts_.list_file, *made, whole_file::Readers::all) : Result<void>(made.error());
  if (!written) return "the list of revoked certificates could not be written: " + written.error().what;
  parts_.listed(list.next);
  return "";
}

std::string BrokerGate::tell_broker() {
  if (parts_.pid_file.empty()) return "";
  const pid_t broker = broker_of(parts_.pid_file);
  if (broker != 0 && ::kill(broker, SIGHUP) == 0) return "";
  return "the broker was not told of the newest list of revoked certificates: " + parts_.pid_file +
         " names no mosquitto that this user may signal; send it SIGHUP, or it goes by the list it knows";
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
