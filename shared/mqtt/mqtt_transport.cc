#include "shared/mqtt/mqtt_transport.h"

#include <mqtt/async_client.h>

#include <csignal>
#include <deque>

#include "shared/base/check.h"
#include "shared/mqtt/library.h"
#include "shared/mqtt/link.h"
#include "shared/mqtt/walk.h"

namespace depops::mqtt {
namespace {

constexpr std::chrono::milliseconds kGoodbye{2'000};
constexpr std::chrono::seconds kRetired{120};  // longer than any attempt to connect: nothing of it is under way then
constexpr int kQos = 1;

std::vector<std::string> all_brokers(const MqttSettings& settings) {
  std::vector<std::string> all{settings.url};
  all.insert(all.end(), settings.others.begin(), settings.others.end());
  return all;
}

// Of an attempt to connect, a message or a subscription: the number of the connection it belongs to.
std::uint64_t connection_of(const ::mqtt::token& token) {
  return reinterpret_cast<std::uint64_t>(token.get_user_context());
}

}  // namespace

// Ties the Link to the library: a worker thread does what the Link says, the callbacks tell the Link what happened.
class MqttTransport::Session : public ::mqtt::iaction_listener {
 public:
  explicit Session(MqttSettings settings);
  ~Session() override { end(); }
  void begin(std::vector<std::string> topics, Handlers handlers);
  void end();
  void reconnect(const std::string& why);
  Link& link() { return link_; }
  void leave();

 private:
  void work();
  void make_client();
  void connect();
  void subscribe(std::uint64_t connection);
  void send(std::uint64_t connection);
  void lost(const std::string& why) { tell_lost(link_.on_lost(), why); }
  void tell_lost(bool news, const std::string& why);
  void arrived(const ::mqtt::const_message_ptr& message);
  void set_will();
  void set_identity();
  void log(const std::string& line) const {
    if (settings_.log) settings_.log(line);
  }
  void on_success(const ::mqtt::token& token) override;
  void on_failure(const ::mqtt::token& token) override;

  MqttSettings settings_;
  std::vector<std::string> topics_;
  Handlers handlers_;
  Walk walk_;
  std::pair<std::string, std::string> identity_;  // certificate and key
  Link link_;
  ::mqtt::connect_options options_;  // lives as long as the client: the library keeps pointers into it
  std::unique_ptr<::mqtt::async_client> client_;
  struct Retired {
    std::unique_ptr<::mqtt::async_client> client;
    std::chrono::steady_clock::time_point since;
  };
  std::deque<Retired> retired_;  // oldest first
  std::thread worker_;
};

MqttTransport::Session::Session(MqttSettings settings)
    : settings_(std::move(settings)),
      walk_(all_brokers(settings_)),
      identity_(settings_.certificate, settings_.key),
      link_(settings_) {
  std::signal(SIGPIPE, SIG_IGN);
  options_.set_mqtt_version(MQTTVERSION_5);
  options_.set_clean_start(true);
  options_.set_keep_alive_interval(static_cast<int>(settings_.keep_alive_s));
  options_.set_properties(
      ::mqtt::properties{{::mqtt::property::SESSION_EXPIRY_INTERVAL, static_cast<int>(settings_.session_expiry_s)},
                         {::mqtt::property::RECEIVE_MAXIMUM, settings_.receive_maximum}});
}

void MqttTransport::Session::set_identity() {
  if (!walk_.url().starts_with("mqtts://")) return;
  ::mqtt::ssl_options tls;
  tls.set_trust_store(settings_.ca);
  tls.set_key_store(identity_.first);
  tls.set_private_key(identity_.second);
  tls.set_enable_server_cert_auth(true);
  tls.set_verify(true);
  options_.set_ssl(tls);
}

void MqttTransport::Session::reconnect(const std::string& why) {
  walk_.ask_anew();
  if (!link_.online()) return;
  walk_.stay();
  if (!link_.on_lost()) return;
  log("broker " + walk_.url() + " is connected anew: " + why);
  handlers_.link(false, why);
}

void MqttTransport::Session::leave() {
  if (!walk_.has_others() || !link_.online() || !link_.on_lost()) return;
  log("broker " + walk_.url() + " is left for the next one: the hub is not there by it");
  handlers_.link(false, "left for another broker");
}

void MqttTransport::Session::begin(std::vector<std::string> topics, Handlers handlers) {
  DEPOPS_CHECK(client_ == nullptr);
  topics_ = std::move(topics);
  handlers_ = std::move(handlers);
  make_client();
  worker_ = std::thread([this] { work(); });
}

// A client that is put away is not destroyed before all is over that its threads may still do for it: the library frees
// what they are about to read.
void MqttTransport::Session::make_client() {
  const auto now = std::chrono::steady_clock::now();
  while (!retired_.empty() && now - retired_.front().since > kRetired) retired_.pop_front();
  if (client_) {
    client_->disable_callbacks();
    retired_.push_back({std::move(client_), now});
  }
  stop_library_trace();
  client_ = std::make_unique<::mqtt::async_client>(library_url(walk_.url()), settings_.client_id,
                                                   ::mqtt::create_options(MQTTVERSION_5));
  client_->set_connection_lost_handler([this](const std::string& why) { lost(why.empty() ? "connection lost" : why); });
  client_->set_disconnected_handler([this](const ::mqtt::properties&, ::mqtt::ReasonCode code) {
    if (code == ::mqtt::ReasonCode::SESSION_TAKEN_OVER) return lost(ports::kTakenOver);
    lost("the broker closed the connection: reason " + std::to_string(code));
  });
  client_->set_message_callback([this](const ::mqtt::const_message_ptr& message) { arrived(message); });
}

void MqttTransport::Session::end() {
  if (!client_) return;
  link_.wait_sent(kGoodbye);
  link_.stop();
  worker_.join();
  try {
    if (client_->is_connected()) client_->disconnect()->wait_for(kGoodbye);
    client_->disable_callbacks();
  } catch (const ::mqtt::exception&) {  // it is gone already
  }
  client_.reset();
}

void MqttTransport::Session::work() {
  for (;;) {
    const Link::Task task = link_.next_task();
    if (task == Link::Task::none_left) return;
    try {
      if (task == Link::Task::renew) make_client();
      if (task == Link::Task::connect || task == Link::Task::renew) connect();
      if (task == Link::Task::subscribe) subscribe(link_.connection());
      if (task == Link::Task::send) send(link_.connection());
    } catch (const std::exception& error) {
      lost(error.what());
    }
  }
}

void MqttTransport::Session::set_will() {
  const auto will = settings_.will ? settings_.will() : std::nullopt;
  if (!will) return;
  ::mqtt::will_options options(will->topic, will->payload.data(), will->payload.size(), will->qos, will->retained);
  options.set_properties(
      ::mqtt::properties{{::mqtt::property::WILL_DELAY_INTERVAL, static_cast<int>(settings_.will_delay_s)}});
  options_.set_will(options);
}

// Told to connect while it connects, the library would change what its own threads read at that moment.
void MqttTransport::Session::connect() {
  try {
    if (client_->is_connected()) client_->disconnect()->wait_for(kGoodbye);
    const Walk::Step step = walk_.next();
    if (step.other) make_client();
    if (step.ask && settings_.identity) identity_ = settings_.identity();
    set_will();
    set_identity();
    options_.set_connect_timeout(link_.patience());
    client_->connect(options_, reinterpret_cast<void*>(link_.connection()), *this);
  } catch (const std::exception& error) {
    tell_lost(link_.on_refused(link_.connection()), error.what());
  }
}

void MqttTransport::Session::subscribe(std::uint64_t connection) {
  if (topics_.empty()) {
    if (link_.on_subscribed(connection)) handlers_.link(true, "");
    return;
  }
  auto topics = std::make_shared<::mqtt::string_collection>(topics_);
  client_->subscribe(topics, ::mqtt::iasync_client::qos_collection(topics_.size(), kQos),
                     reinterpret_cast<void*>(connection), *this);
}

void MqttTransport::Session::send(std::uint64_t connection) {
  const ports::Message message = link_.next_message();
  if (message.topic.empty()) return;
  auto out = ::mqtt::make_message(message.topic, message.payload, message.qos, message.retained);
  client_->publish(out, reinterpret_cast<void*>(connection), *this);
}

void MqttTransport::Session::tell_lost(bool news, const std::string& why) {
  if (!news) return;
  log("broker " + walk_.url() + " is away: " + why + "; it is tried again until it answers");
  handlers_.link(false, why);
}

// An exception that left a callback would end the process.
void MqttTransport::Session::arrived(const ::mqtt::const_message_ptr& message) {
  try {
    handlers_.message({message->get_topic(), message->to_string(), message->is_retained(),
                       static_cast<std::uint8_t>(message->get_qos())});
  } catch (const std::exception& error) {
    log("message on " + message->get_topic() + " was dropped: " + error.what());
  }
}

void MqttTransport::Session::on_success(const ::mqtt::token& token) {
  switch (token.get_type()) {
    case ::mqtt::token::CONNECT:
      (void)link_.on_connected(connection_of(token));
      return;
    case ::mqtt::token::SUBSCRIBE:
      if (!link_.on_subscribed(connection_of(token))) return;
      log("broker " + walk_.url() + " is connected");
      handlers_.link(true, "");
      return;
    case ::mqtt::token::PUBLISH:
      link_.on_confirmed(connection_of(token));
      return;
    case ::mqtt::token::UNSUBSCRIBE:
    case ::mqtt::token::DISCONNECT:
      return;
  }
}

void MqttTransport::Session::on_failure(const ::mqtt::token& token) {
  const std::string why = failure_of(token);
  switch (token.get_type()) {
    case ::mqtt::token::CONNECT:
      tell_lost(link_.on_refused(connection_of(token)), why);
      return;
    case ::mqtt::token::SUBSCRIBE:
      tell_lost(link_.on_not_subscribed(connection_of(token)), why);
      return;
    case ::mqtt::token::PUBLISH:
      log("the broker refused a message: " + why);
      link_.on_confirmed(connection_of(token));
      return;
    case ::mqtt::token::UNSUBSCRIBE:
    case ::mqtt::token::DISCONNECT:
      return;
  }
}

MqttTransport::MqttTransport(MqttSettings settings) : session_(std::make_unique<Session>(std::move(settings))) {}

MqttTransport::~MqttTransport() = default;

void MqttTransport::start(std::vector<std::string> topics, Handlers handlers) {
  session_->begin(std::move(topics), std::move(handlers));
}

Result<void> MqttTransport::publish(ports::Message message) { return session_->link().push(std::move(message)); }

void MqttTransport::try_another() { session_->leave(); }

bool MqttTransport::connected() const { return session_->link().online(); }

void MqttTransport::reconnect(const std::string& why) { session_->reconnect(why); }

void MqttTransport::stop() { session_->end(); }

}  // namespace depops::mqtt
