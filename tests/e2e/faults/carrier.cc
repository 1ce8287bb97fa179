#include "tests/e2e/faults/carrier.h"

#include <utility>

namespace depops::faults {

void Carrier::carry(TlsEnd& from, TlsEnd& to, Carrier& back, const Mischief& mischief, Millis now) {
  while (auto packet = Packet::take_from(from.in)) {
    if (packet->is(Packet::Kind::puback)) {
      back.in_flight_.erase(packet->id());
    } else if (packet->is(Packet::Kind::publish)) {
      if (packet->qos() > 0) from.out += Packet::puback(packet->id()).bytes();
      road_.take(std::move(*packet), mischief, now);
      send(to, now);
    } else {
      to.out += packet->bytes();
    }
  }
}

void Carrier::send(TlsEnd& to, Millis now) {
  while (in_flight_.size() < kInFlight) {
    auto message = road_.next(now);
    if (!message) return;
    if (message->qos() > 0) {
      id_ = id_ == UINT16_MAX ? kFirstId : static_cast<std::uint16_t>(id_ + 1);
      message->set_id(id_);
      in_flight_.insert(id_);
    }
    to.out += message->bytes();
  }
}

}  // namespace depops::faults
