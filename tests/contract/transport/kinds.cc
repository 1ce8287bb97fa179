#include "tests/contract/transport/kinds.h"

#include <algorithm>
#include <chrono>

#include "shared/mqtt/mqtt_transport.h"

namespace depops::test {

ports::Transport::Handlers Seen::handlers() {
  ports::Transport::Handlers handlers;
  handlers.message = [this](ports::Message message) {
    const std::lock_guard lock(mutex);
    messages.push_back(std::move(message));
    changed.notify_all();
  };
  handlers.link = [this](bool connected, const std::string&) {
    const std::lock_guard lock(mutex);
    links.push_back(connected);
    changed.notify_all();
  };
  return handlers;
}

std::size_t Seen::count(const std::string& payload) {
  return static_cast<std::size_t>(
      std::count_if(messages.begin(), messages.end(), [&](const auto& message) { return message.payload == payload; }));
}

bool Seen::wait(const std::function<bool(Seen&)>& holds, const std::function<void()>& step) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (std::chrono::steady_clock::now() < deadline) {
    step();
    std::unique_lock lock(mutex);
    if (holds(*this)) return true;
    changed.wait_for(lock, std::chrono::milliseconds(50));
  }
  return false;
}

std::unique_ptr<ports::Transport> FakeKind::client(const std::string&, std::optional<ports::Message> will) {
  return broker_.client(std::move(will));
}

std::unique_ptr<ports::Transport> MosquittoKind::client(const std::string& name, std::optional<ports::Message> will) {
  mqtt::MqttSettings settings;
  settings.url = broker_.url(name == "hub");
  settings.client_id = name;
  settings.ca = broker_.file("infra-ca.pem");
  settings.certificate = broker_.file(name + ".pem");
  settings.key = broker_.file(name + ".key");
  settings.retry_max = Millis(500);
  settings.will = [will] { return will; };
  return std::make_unique<mqtt::MqttTransport>(settings);
}

}  // namespace depops::test
