#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "shared/clock/system_clock.h"
#include "shared/mqtt/mqtt_transport.h"
#include "shared/signing/signing.h"
#include "shared/sync/outbox.h"
#include "shared/wire/body.h"

namespace depops::bench {

// What sites have to say; the same for all, for it names none of them.
using Backlog = std::shared_ptr<const std::vector<std::string>>;
// Entries of about so many bytes each, written evenly over the time before `now`.
Backlog make_backlog(std::uint64_t entries, std::size_t entry_bytes, Instant now, Millis over);

// A site that has a backlog and nothing else to do: the outbox, the wire format and the transport of the agent, with
// entries from memory. Frames of one entry are signed beforehand, so that the hub is measured and not its load.
class Feeder {
 public:
  struct Load {
    Backlog backlog;
    bool alone = false;  // every entry in a frame of its own, as a site sends what happens now
  };

  Feeder(const std::string& site, const Load& load, mqtt::MqttSettings transport, signing::SecretKey key,
         const signing::PublicKey& hub_key);
  ~Feeder() { transport_.stop(); }

  void start();
  bool ready() const { return ready_; }        // connected, and the hub said that it is there
  bool answered() const { return answered_; }  // the hub took its Hello
  void begin();                                // from now on the entries are there to be sent
  void tick();                                 // sends again what was not acknowledged in time
  void beat();                                 // the lossy telemetry of a site where nothing happens
  std::uint64_t acknowledged() const { return acknowledged_; }
  std::uint64_t frames() const { return frames_; }
  std::uint64_t frame_bytes() const { return frame_bytes_; }

 private:
  void on_message(const ports::Message& message);
  void on_link(bool connected);
  void greet(HubEpoch epoch);
  void pump();
  std::string frame(Sequence first, std::uint64_t count) const;
  std::string sealed(wire::Content content) const;

  SiteName site_;
  Load load_;
  signing::SecretKey key_;
  signing::PublicKey hub_key_;
  clock::SystemClock clock_;
  std::string incarnation_;
  std::uint64_t session_ = 1;
  bool was_connected_ = false;
  std::vector<std::string> frames_made_;  // of one entry each
  std::mutex mutex_;
  sync::Outbox outbox_;
  std::atomic<bool> ready_{false};
  std::atomic<bool> answered_{false};
  std::atomic<std::uint64_t> acknowledged_{0};
  std::atomic<std::uint64_t> frames_{0};
  std::atomic<std::uint64_t> frame_bytes_{0};
  mqtt::MqttTransport transport_;
};

}  // namespace depops::bench
