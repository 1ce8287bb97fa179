#include "tests/contract/transport/stranger.h"

#include <mqtt/async_client.h>

#include <condition_variable>
#include <mutex>
#include <stdexcept>

namespace depops::test {
namespace {

constexpr std::chrono::seconds kPatience{20};

}  // namespace

class Stranger::Client : public ::mqtt::callback {
 public:
  Client(const Mosquitto& broker, const std::string& name, bool at_hub_door)
      : client_(broker.url(at_hub_door), at_hub_door ? "stranger-" + name : name,
                ::mqtt::create_options(MQTTVERSION_5)) {
    tls_ = ::mqtt::ssl_options_builder()
               .trust_store(broker.file("infra-ca.pem"))
               .key_store(broker.file(name + ".pem"))
               .private_key(broker.file(name + ".key"))
               .enable_server_cert_auth(true)
               .finalize();
    client_.set_callback(*this);
  }

  void connect(const std::optional<Letter>& will) {
    auto options = ::mqtt::connect_options_builder().mqtt_version(MQTTVERSION_5).clean_start(true).ssl(tls_).finalize();
    if (will) options.set_will(::mqtt::will_options(will->topic, will->text.data(), will->text.size(), 1, false));
    wait(client_.connect(options));
  }
  int publish(const std::string& topic, const std::string& text, bool retained) {
    const auto token = client_.publish(topic, text, 1, retained);
    return answer_to(token);
  }
  int subscribe(const std::string& topic) {
    const auto token = client_.subscribe(topic, 1);
    return answer_to(token);
  }
  void message_arrived(::mqtt::const_message_ptr message) override {
    const std::lock_guard lock(mutex_);
    got_.push_back({message->get_topic(), message->to_string()});
    arrived_.notify_all();
  }
  std::vector<Letter> got() const {
    const std::lock_guard lock(mutex_);
    return got_;
  }
  std::vector<Letter> got_before(const std::string& text) const {
    std::unique_lock lock(mutex_);
    const auto last = [&] { return !got_.empty() && got_.back().text == text; };
    if (!arrived_.wait_for(lock, kPatience, last)) throw std::runtime_error("never came: " + text);
    return {got_.begin(), got_.end() - 1};
  }

 private:
  // A reason from 128 up comes as an exception.
  static int answer_to(const ::mqtt::token_ptr& token) {
    try {
      wait(token);
      return token->get_reason_code();
    } catch (const ::mqtt::exception& refused) {
      return refused.get_reason_code();
    }
  }
  static void wait(const ::mqtt::token_ptr& token) {
    if (!token->wait_for(kPatience)) throw std::runtime_error("the broker does not answer");
  }

  ::mqtt::async_client client_;
  ::mqtt::ssl_options tls_;
  mutable std::mutex mutex_;
  mutable std::condition_variable arrived_;
  std::vector<Letter> got_;
};

Stranger::Stranger(const Mosquitto& broker, const std::string& name, bool at_hub_door)
    : client_(std::make_unique<Client>(broker, name, at_hub_door)) {}
Stranger::~Stranger() = default;

void Stranger::connect(const std::optional<Letter>& will) { client_->connect(will); }
int Stranger::publish(const std::string& topic, const std::string& text, bool retained) {
  return client_->publish(topic, text, retained);
}
int Stranger::subscribe(const std::string& topic) { return client_->subscribe(topic); }
std::vector<Letter> Stranger::got() const { return client_->got(); }
std::vector<Letter> Stranger::got_before(const std::string& text) const { return client_->got_before(text); }

}  // namespace depops::test
