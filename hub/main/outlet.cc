#include "hub/main/outlet.h"

#include "shared/wire/body.h"
#include "shared/wire/seal.h"
#include "shared/wire/topics.h"

namespace depops::hub {

Outlet::Outlet(signing::SecretKey key, std::string hub_id, HubEpoch epoch, ports::Clock& clock)
    : key_(std::move(key)), hub_id_(std::move(hub_id)), epoch_(epoch.value()), clock_(clock) {}

void Outlet::publish(const PublishDesired& desired) {
  ports::Message message{wire::topic_of(wire::Channel::down_desired, desired.site),
                         wire::seal(wire::kDesiredType, desired.bytes, key_), true, 1};
  const std::lock_guard lock(mutex_);
  // A refusal means there is no connection: linked() says it again.
  if (transport_ != nullptr) (void)transport_->publish(message).ok();
  desired_[desired.site] = std::move(message);
}

std::string Outlet::frame(const SiteName& site, const sync::DownMessage& message) const {
  wire::Body body;
  body.source = wire::hub_address(hub_id_);
  body.destination = wire::site_address(site);
  body.hub_epoch = HubEpoch(epoch_);
  body.at = clock_.now().wall;
  std::visit([&](const auto& content) { body.content = content; }, message);
  return wire::seal(wire::kBodyType, wire::encode_body(body), key_);
}

void Outlet::send(const SendDown& down) {
  if (transport_ == nullptr) return;
  const std::string bytes = frame(down.site, down.message);
  (void)transport_->publish({wire::topic_of(wire::Channel::down_message, down.site), bytes, false, 1}).ok();
}

ports::Message Outlet::presence(bool online) const {
  wire::Body body;
  body.source = wire::hub_address(hub_id_);
  body.hub_epoch = HubEpoch(epoch_);
  body.at = clock_.now().wall;
  body.content = sync::HubState{body.hub_epoch, online, body.at};
  return {wire::topic_of(wire::Channel::hub_state), wire::seal(wire::kBodyType, wire::encode_body(body), key_), true,
          1};
}

void Outlet::announce() {
  if (transport_ != nullptr) (void)transport_->publish(presence(true)).ok();
}

void Outlet::take_over(HubEpoch epoch) {
  epoch_ = epoch.value();
  {
    const std::lock_guard lock(mutex_);
    desired_.clear();
  }
  announce();
}

void Outlet::linked() {
  const std::lock_guard lock(mutex_);
  if (transport_ == nullptr) return;
  (void)transport_->publish(presence(true)).ok();
  for (const auto& [site, message] : desired_) (void)transport_->publish(message).ok();
}

}  // namespace depops::hub
