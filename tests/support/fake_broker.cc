#include "tests/support/fake_broker.h"

#include <algorithm>

namespace depops::test {
namespace {

constexpr std::size_t kPayloadMax = 1 << 20;

std::string take_level(std::string& rest) {
  const auto slash = rest.find('/');
  const std::string level = rest.substr(0, slash);
  rest = slash == std::string::npos ? "" : rest.substr(slash + 1);
  return level;
}

}  // namespace

bool topic_matches(const std::string& filter, const std::string& topic) {
  std::string wanted = filter;
  std::string given = topic;
  while (!wanted.empty() && !given.empty()) {
    const std::string level = take_level(wanted);
    if (level == "#") return true;
    const std::string actual = take_level(given);
    if (level != "+" && level != actual) return false;
  }
  return wanted.empty() && given.empty();
}

std::unique_ptr<FakeTransport> FakeBroker::client(std::optional<ports::Message> will) {
  return std::make_unique<FakeTransport>(*this, std::move(will));
}

void FakeBroker::connect(FakeTransport& client) {
  if (!up_ || client.connected_ || !client.started_) return;
  client.connected_ = true;
  for (const auto& [topic, message] : retained_) {
    if (client.wants(topic)) queue_.push_back({&client, message});
  }
  client.handlers_.link(true, "");
}

void FakeBroker::disconnect(FakeTransport& client, bool with_will, const std::string& why) {
  if (!client.connected_) return;
  client.connected_ = false;
  std::erase_if(queue_, [&](const Delivery& delivery) { return delivery.to == &client; });
  if (with_will && client.will_) publish(*client.will_);
  if (!why.empty()) client.handlers_.link(false, why);
}

void FakeBroker::publish(const ports::Message& message) {
  ports::Message live = message;
  live.retained = false;  // only what was kept comes marked as retained
  for (FakeTransport* client : clients_) {
    if (client->connected_ && client->wants(message.topic)) queue_.push_back({client, live});
  }
  if (!message.retained) return;
  if (message.payload.empty()) {
    retained_.erase(message.topic);
  } else {
    retained_[message.topic] = message;
  }
}

void FakeBroker::go_down() {
  up_ = false;
  retained_.clear();
  queue_.clear();
  const auto clients = clients_;
  for (FakeTransport* client : clients) disconnect(*client, false, "the broker is down");
}

void FakeBroker::come_up() {
  up_ = true;
  const auto clients = clients_;
  for (FakeTransport* client : clients) connect(*client);
}

bool FakeBroker::deliver_one() {
  if (queue_.empty()) return false;
  Delivery delivery = std::move(queue_.front());
  queue_.pop_front();
  delivery.to->handlers_.message(std::move(delivery.message));
  return true;
}

void FakeBroker::deliver() {
  while (deliver_one()) {
  }
}

FakeTransport::~FakeTransport() { stop(); }

bool FakeTransport::wants(const std::string& topic) const {
  return std::any_of(topics_.begin(), topics_.end(), [&](const auto& filter) { return topic_matches(filter, topic); });
}

void FakeTransport::start(std::vector<std::string> topics, Handlers handlers) {
  topics_ = std::move(topics);
  handlers_ = std::move(handlers);
  started_ = true;
  broker_.clients_.push_back(this);
  broker_.connect(*this);
}

Result<void> FakeTransport::publish(ports::Message message) {
  if (message.payload.size() > kPayloadMax) return Error{Errc::invalid, "message of more than 1 MiB"};
  if (!connected_) return Error{Errc::unavailable, "not connected to the broker"};
  broker_.publish(message);
  return {};
}

void FakeTransport::stop() {
  broker_.disconnect(*this, false, "");
  std::erase(broker_.clients_, this);
  started_ = false;
}

void FakeTransport::break_link() {
  broker_.disconnect(*this, true, "the network is gone");
  broker_.connect(*this);
}

}  // namespace depops::test
