#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace depops::faults {

// One control packet of MQTT 5 as it travels (OASIS MQTT 5.0, sections 2.1, 3.3 and 3.4).
class Packet {
 public:
  enum class Kind : std::uint8_t { connect = 1, publish = 3, puback = 4, disconnect = 14 };  // the others just pass

  // Takes the first whole packet off what has arrived; nothing: more bytes are needed. Trouble: that is not MQTT.
  static std::optional<Packet> take_from(std::string& arrived);
  static Packet publish(const std::string& topic, const std::string& payload, std::uint8_t qos);
  static Packet puback(std::uint16_t id);

  bool is(Kind kind) const { return static_cast<std::uint8_t>(bytes_[0]) >> 4 == static_cast<std::uint8_t>(kind); }
  std::uint8_t qos() const { return static_cast<std::uint8_t>((static_cast<std::uint8_t>(bytes_[0]) >> 1) & 3); }
  std::string topic() const;  // of a publish
  std::uint16_t id() const;   // of a publish with QoS 1, or of a puback
  void set_id(std::uint16_t id);
  const std::string& bytes() const { return bytes_; }

 private:
  Packet(std::string bytes, std::size_t body) : bytes_(std::move(bytes)), body_(body) {}
  std::size_t id_at() const;
  std::uint16_t number_at(std::size_t at) const;

  std::string bytes_;
  std::size_t body_;  // where the variable header begins
};

}  // namespace depops::faults
