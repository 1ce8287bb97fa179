#include "hub/main/outlet.h"

#include <algorithm>
#include <span>
#include <utility>

#include "shared/wire/body.h"
#include "shared/wire/seal.h"
#include "shared/wire/topics.h"

namespace depops::hub {
namespace {

constexpr std::size_t kBatchBytes = 2 << 20;
constexpr Millis kPause{200};

using Steady = std::chrono::steady_clock;

std::string place_of(const Word& word) {
  if (const auto* document = std::get_if<PublishDesired>(&word))
    return "site=" + document->site.str() + " generation=" + std::to_string(document->generation.value());
  const auto* down = std::get_if<SendDown>(&word);
  return down == nullptr ? "state" : "site=" + down->site.str();
}

}  // namespace

Outlet::Outlet(OutletParts parts) : parts_(std::move(parts)), epoch_(parts_.epoch.value()) {
  waiting_.add(SayState{false});
}

Outlet::~Outlet() { stop(); }

void Outlet::start(std::function<void()> able) {
  able_ = std::move(able);
  thread_ = std::thread([this] { run(); });
}

void Outlet::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Outlet::add(Word word) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.add(std::move(word));
  }
  changed_.notify_all();
}

void Outlet::send(const SendDown& down) {
  if (brokers_ != nullptr) add(down);
}

void Outlet::announce() {
  {
    const std::lock_guard lock(mutex_);
    say_here_everywhere();
  }
  changed_.notify_all();
}

void Outlet::say_here_everywhere() {
  for (std::size_t door = 0; brokers_ != nullptr && door < brokers_->size(); ++door) waiting_.add(SayState{true, door});
}

void Outlet::linked(std::size_t door) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.add(SayState{true, door});
    for (const auto& [site, message] : desired_) brokers_->say_at(door, message);
  }
  changed_.notify_all();
}

void Outlet::take_over(HubEpoch epoch) {
  {
    const std::lock_guard lock(mutex_);
    epoch_ = epoch.value();
    desired_.clear();
    waiting_.forget_documents();
    waiting_.add(SayState{false});
    say_here_everywhere();
  }
  changed_.notify_all();
}

std::optional<ports::Message> Outlet::farewell() const {
  const std::lock_guard lock(mutex_);
  return farewell_;
}

std::string Outlet::trouble() const {
  const std::lock_guard lock(mutex_);
  if (trouble_.empty()) return "";
  return trouble_ + "; " + std::to_string(waiting_.size()) + " words of the hub wait for it";
}

void Outlet::run() {
  for (std::vector<Word> words = next(); !words.empty(); words = next()) sign(std::move(words));
}

// None: the end.
std::vector<Word> Outlet::next() {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (stopping_) return {};
    const bool documents = Steady::now() >= documents_at_;
    if (waiting_.has(documents)) return waiting_.take(wire::kSignItemsMax, kBatchBytes, documents);
    if (documents) {
      changed_.wait(lock);
    } else {
      changed_.wait_until(lock, documents_at_);
    }
  }
}

void Outlet::sign(std::vector<Word> words) {
  std::vector<wire::ToSign> items;
  items.reserve(words.size());
  signed_under_ = epoch_;
  for (const Word& word : words) items.push_back(bytes_of(word));
  const auto signatures = parts_.signer.sign(items);
  if (!signatures.ok()) {
    const std::lock_guard lock(mutex_);
    waiting_.give_back(std::move(words));
  } else {
    sort_out(std::move(words), items, *signatures);
  }
  pause(signatures.ok() ? "" : signatures.error().what);
}

// Tells a change, and waits a moment if nobody signs.
void Outlet::pause(const std::string& why) {
  std::unique_lock lock(mutex_);
  if (trouble_.empty() != why.empty())
    parts_.log(why.empty() ? "event=signer signs=true" : "event=signer signs=false why=\"" + why + "\"");
  trouble_ = why;
  if (!why.empty()) changed_.wait_for(lock, kPause, [this] { return stopping_; });
}

wire::ToSign Outlet::bytes_of(const Word& word) const {
  if (const auto* document = std::get_if<PublishDesired>(&word))
    return {std::string(wire::kDesiredType), document->bytes};
  wire::Body body;
  body.source = wire::hub_address(parts_.hub_id);
  body.hub_epoch = HubEpoch(signed_under_);
  body.at = parts_.clock.now().wall;
  if (const auto* down = std::get_if<SendDown>(&word)) {
    body.destination = wire::site_address(down->site);
    std::visit([&](const auto& content) { body.content = content; }, down->message);
  } else {
    body.content = sync::HubState{body.hub_epoch, std::get<SayState>(word).online, body.at};
  }
  return {std::string(wire::kBodyType), wire::encode_body(body)};
}

void Outlet::sort_out(std::vector<Word> words, const std::vector<wire::ToSign>& items,
                      const std::vector<wire::SignedWord>& signatures) {
  std::vector<Word> later;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const wire::SignedWord& word = signatures[i];
    if (!word.ed25519.empty()) {
      const wire::Signature signature{parts_.key, word.ed25519};
      let_out(words[i], wire::seal(items[i].body, std::span(&signature, 1)));
    } else if (word.again_in > Millis(0)) {
      const std::lock_guard lock(mutex_);
      documents_at_ = std::max(documents_at_, Steady::now() + word.again_in);
      later.push_back(std::move(words[i]));
    } else {
      parts_.log("event=signature_refused " + place_of(words[i]) + " code=" + word.code + " why=\"" + word.reason +
                 "\"");
    }
  }
  const std::lock_guard lock(mutex_);
  waiting_.give_back(std::move(later));
}

void Outlet::let_out(const Word& word, std::string payload) {
  if (const auto* document = std::get_if<PublishDesired>(&word)) return let_out_document(*document, std::move(payload));
  if (const auto* down = std::get_if<SendDown>(&word)) {
    const std::string topic = wire::topic_of(wire::Channel::down_message, down->site);
    return brokers_->say_to(down->site, {topic, std::move(payload), false, 1});
  }
  ports::Message state{wire::topic_of(wire::Channel::hub_state), std::move(payload), true, 1};
  const SayState& said = std::get<SayState>(word);
  if (said.online) return brokers_->say_at(said.door, state);
  {
    const std::lock_guard lock(mutex_);
    farewell_ = std::move(state);
  }
  if (able_) std::exchange(able_, nullptr)();
}

void Outlet::let_out_document(const PublishDesired& document, std::string payload) {
  ports::Message message{wire::topic_of(wire::Channel::down_desired, document.site), std::move(payload), true, 1};
  const std::lock_guard lock(mutex_);
  if (signed_under_ != epoch_) return;
  if (brokers_ != nullptr) brokers_->say_to_all(message);
  desired_[document.site] = std::move(message);
}

}  // namespace depops::hub
