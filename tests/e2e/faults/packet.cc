#include "tests/e2e/faults/packet.h"

#include <utility>

#include "tests/e2e/stage/trouble.h"

namespace depops::faults {
namespace {

constexpr std::size_t kLengthBytes = 4;

// The remaining length: seven bits a byte, the lowest first.
std::string length_bytes(std::size_t length) {
  std::string bytes;
  do {
    bytes += static_cast<char>((length & 0x7f) | (length > 0x7f ? 0x80 : 0));
    length >>= 7;
  } while (length > 0);
  return bytes;
}

std::string number_bytes(std::size_t number) {
  return {static_cast<char>(number >> 8), static_cast<char>(number & 0xff)};
}

}  // namespace

std::optional<Packet> Packet::take_from(std::string& arrived) {
  std::size_t length = 0;
  for (std::size_t i = 0; i < kLengthBytes; ++i) {
    if (arrived.size() < i + 2) return std::nullopt;
    const auto byte = static_cast<std::uint8_t>(arrived[i + 1]);
    length |= static_cast<std::size_t>(byte & 0x7f) << (7 * i);
    if ((byte & 0x80) != 0) continue;
    const std::size_t body = i + 2;
    if (arrived.size() < body + length) return std::nullopt;
    Packet packet(arrived.substr(0, body + length), body);
    arrived.erase(0, body + length);
    return packet;
  }
  throw stage::Trouble("what came is no MQTT: its length has more than four bytes");
}

Packet Packet::publish(const std::string& topic, const std::string& payload, std::uint8_t qos) {
  const std::string body = number_bytes(topic.size()) + topic + (qos > 0 ? number_bytes(0) : "") + '\0' + payload;
  const std::string length = length_bytes(body.size());
  return {
      static_cast<char>(static_cast<unsigned>(Kind::publish) << 4 | static_cast<unsigned>(qos) << 1) + length + body,
      1 + length.size()};
}

Packet Packet::puback(std::uint16_t id) {
  return {static_cast<char>(static_cast<unsigned>(Kind::puback) << 4) + length_bytes(2) + number_bytes(id), 2};
}

std::uint16_t Packet::number_at(std::size_t at) const {
  if (at + 2 > bytes_.size()) throw stage::Trouble("an MQTT packet ends before its number");
  return static_cast<std::uint16_t>(static_cast<std::uint8_t>(bytes_[at]) << 8 |
                                    static_cast<std::uint8_t>(bytes_[at + 1]));
}

std::string Packet::topic() const { return bytes_.substr(body_ + 2, number_at(body_)); }

std::size_t Packet::id_at() const { return is(Kind::publish) ? body_ + 2 + number_at(body_) : body_; }

std::uint16_t Packet::id() const { return number_at(id_at()); }

void Packet::set_id(std::uint16_t id) {
  number_at(id_at());
  bytes_.replace(id_at(), 2, number_bytes(id));
}

}  // namespace depops::faults
