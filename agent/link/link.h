#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "agent/ports/downlink.h"
#include "agent/ports/uplink.h"
#include "shared/ports/clock.h"
#include "shared/ports/transport.h"
#include "shared/signing/signing.h"
#include "shared/wire/body.h"

namespace depops::agent {

struct LinkSettings {
  SiteName site;
  SiteEpoch site_epoch{1};
  std::string hub;  // the hub's id: frames from another hub are dropped
};

// Between the transport's bytes and the domain's values: signs what goes up, verifies what comes down. The broker is
// not trusted: a frame counts only with the hub's signature, for this site, from this hub.
class Link final : public Uplink {
 public:
  Link(LinkSettings settings, ports::Transport& transport, const ports::Clock& clock, signing::SecretKey key,
       signing::PublicKey hub_key);

  void start(Downlink downlink);

  // Connected for so long already, and the hub is not there: by another broker it may be. Thread: any.
  bool hub_is_away(Millis at_least) const;

  void begin(const std::string& incarnation, std::uint64_t session) override;
  Result<std::uint64_t> send(const sync::Run& run) override;
  void send(const sync::Hello& hello) override;
  void send(const sync::Gone& gone) override;
  void send(const sync::Inventory& inventory) override;
  void send(const sync::SnapshotPart& part) override;
  void send(const sync::Telemetry& telemetry) override;

  // Asks for the next certificate (PEM request). Lost like any frame. Thread: any.
  void ask_certificate(const std::string& request);

  // Verifies and decodes a sealed desired state; also for the one the journal holds.
  DesiredRead read_desired(const std::string& bytes) const;

 private:
  void on_message(const ports::Message& message);
  void note_hub(bool connected, std::optional<bool> online);
  bool hub_is_there() const;
  void on_frame(const ports::Message& message);
  void tell(const sync::HubState& state);
  Result<wire::Body> opened(const std::string& frame) const;
  void control(wire::Content content);
  Result<std::uint64_t> publish(const std::string& topic, wire::Content content, std::uint8_t qos = 1);
  wire::Body body_of(wire::Content content) const;

  LinkSettings settings_;
  ports::Transport& transport_;
  const ports::Clock& clock_;
  signing::SecretKey key_;
  signing::PublicKey hub_key_;
  Downlink downlink_;
  mutable std::mutex mutex_;
  bool hub_there_ = false;            // what was told of the hub on this connection
  std::optional<Millis> away_since_;  // boottime: connected, and the hub is not there
  std::string incarnation_;           // writer thread only
  std::uint64_t session_ = 0;         // writer thread only
};

// The signed word that a site is there, or gone, as the transport's will of the connection `voice`.
std::string presence_frame(const LinkSettings& settings, const signing::SecretKey& key, const sync::Presence& presence,
                           Instant now);

}  // namespace depops::agent
