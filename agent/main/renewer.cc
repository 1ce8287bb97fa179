#include "agent/main/renewer.h"

#include <filesystem>
#include <random>
#include <utility>

#include "agent/main/log.h"
#include "shared/http/http_get.h"
#include "shared/join/renewal.h"
#include "shared/json/parse.h"
#include "shared/whole_file/whole_file.h"

namespace depops::agent {
namespace {

constexpr std::chrono::seconds kPace{2};
constexpr Millis kDoorPatience{30'000};
constexpr std::size_t kWaitingMax = 4;  // certificates that were not looked at yet
constexpr std::size_t kTroubleMax = 300;

std::string whole(const std::string& path) { return whole_file::beginning_of(path, x509::kPemMax + 1); }

double chance() {
  std::random_device random;
  return std::uniform_real_distribution<double>(0, 1)(random);
}

std::string refusal_of(const http::Answer& answer) {
  const auto problem = json::parse(answer.body);
  return "status " + std::to_string(answer.status) + " " +
         (problem.ok() ? (*problem)["detail"].as_string().substr(0, kTroubleMax) : "");
}

}  // namespace

Renewer::Renewer(Parts parts) : parts_(std::move(parts)), renewal_(parts_.door.has_value(), chance()) {}

void Renewer::start() {
  thread_ = std::thread([this] { work(); });
}

void Renewer::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  woken_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Renewer::link(bool connected) {
  if (connected) parts_.credentials.let_in();
  const std::lock_guard lock(mutex_);
  links_.push_back(connected);
  woken_.notify_all();
}

void Renewer::certificate(std::string pem) {
  const std::lock_guard lock(mutex_);
  if (certificates_.size() < kWaitingMax) certificates_.push_back(std::move(pem));
  woken_.notify_all();
}

void Renewer::work() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const auto links = std::exchange(links_, {});
    const auto certificates = std::exchange(certificates_, {});
    lock.unlock();
    for (const bool connected : links) renewal_.link(connected, parts_.clock.now());
    for (const std::string& pem : certificates) take(pem);
    turn();
    lock.lock();
    woken_.wait_for(lock, kPace, [&] { return stopping_ || !links_.empty() || !certificates_.empty(); });
  }
}

void Renewer::turn() {
  const auto settled = parts_.credentials.settle();
  if (!settled) parts_.log("event=certificate state=kept reason=" + quoted(settled.error().what));
  if (settled && *settled) parts_.log("event=certificate state=in-use");
  const auto validity = parts_.credentials.validity();
  if (!validity) return;
  const RenewalWay way = renewal_.next(*validity, parts_.clock.now());
  if (way == RenewalWay::broker) ask_broker();
  if (way == RenewalWay::door) knock();
}

void Renewer::take(const std::string& pem) {
  const auto taken = parts_.credentials.take(pem);
  if (!taken) return parts_.log("event=certificate state=refused reason=" + quoted(taken.error().what));
  renewal_.renewed();
  parts_.log("event=certificate state=received");
  parts_.reconnect();
}

void Renewer::ask_broker() {
  const auto request = parts_.credentials.request();
  if (!request) return parts_.log("event=certificate state=not-asked reason=" + quoted(request.error().what));
  parts_.log("event=certificate state=asked over=broker");
  parts_.ask_broker(*request);
}

// With proof of both keys: the broker lets in nobody whose certificate ran out.
void Renewer::knock() {
  const Pair pair = parts_.credentials.current();
  const auto tls = x509::PrivateKey::load(pair.second);
  const auto request = parts_.credentials.request();
  http::Request message;
  const auto page = http::parse_url(parts_.door->url);
  for (const auto* trouble :
       {tls ? nullptr : &tls.error(), request ? nullptr : &request.error(), page ? nullptr : &page.error()})
    if (trouble != nullptr) return parts_.log("event=certificate state=not-asked reason=" + quoted(trouble->what));
  message.page = *page;
  message.page.path = "/renew";
  message.method = "POST";
  message.headers = {{"Content-Type", "application/json"}};
  message.certified_at = parts_.clock.now().wall;
  message.body = join::write(join::ask_renewal(whole(pair.first), *request, *tls, parts_.key));
  message.authority = parts_.door->authority;
  parts_.log("event=certificate state=asked over=https");
  const http::Sending sending = http::http_send(message, kDoorPatience, join::kAnswerMax, [this] {
    const std::lock_guard lock(mutex_);
    return stopping_;
  });
  const bool given = sending.answer && sending.answer->status == 200;
  const auto pem = given ? join::read_certificate(sending.answer->body)
                         : Error{Errc::refused, sending.answer ? refusal_of(*sending.answer) : sending.trouble};
  if (!pem) return parts_.log("event=certificate state=refused reason=" + quoted(pem.error().what));
  take(*pem);
}

Result<std::unique_ptr<Renewer>> make_renewer(const settings::Settings& settings, Credentials& credentials, Link& link,
                                              mqtt::MqttTransport& transport, const ports::Clock& clock) {
  DEPOPS_TRY(signing::SecretKey key, signing::load_secret_key(settings.keys.signing));
  std::optional<Door> door;
  if (!settings.hub.join_url.empty()) {
    const auto infra = x509::facts_of(whole(settings.hub.ca));
    if (!infra) return infra.error().in(settings.hub.ca);
    door = Door{settings.hub.join_url, infra->digest};
  }
  return std::make_unique<Renewer>(
      Renewer::Parts{credentials, clock, std::move(key), std::move(door),
                     [&link](const std::string& request) { link.ask_certificate(request); },
                     [&transport] { transport.reconnect("a new certificate is tried"); }, log_line});
}

}  // namespace depops::agent
