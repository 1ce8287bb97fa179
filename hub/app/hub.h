#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "hub/app/catalog.h"
#include "hub/app/command.h"
#include "hub/ports/certificates.h"
#include "hub/ports/codec.h"
#include "hub/ports/store.h"
#include "shared/base/moment.h"
#include "shared/sync/frame.h"

// The hub as one deterministic object: inputs in, changes and effects out. It reads no clock and starts no thread.
namespace depops::hub {

// Content of a verified frame: signature, sender and topic agree.
struct FromSite {
  sync::Sender sender;
  sync::UpMessage message;
  std::string draw{};  // with a Hello: 16 fresh random bytes as 32 hex digits; empty: no session token is given
};

struct Heard {
  SiteName site;
  sync::Telemetry telemetry;
};

struct Presence {
  SiteName site;
  std::uint64_t session = 0;
  bool online = false;
  std::string voice{};  // of the connection that died
};

// A frame that was dropped at the edge.
struct BadFrame {
  SiteName site;  // by the topic it came on
  std::string why;
};

// A site asks for its next certificate, with a verified frame. The edge checked the request and read it.
struct AsksCertificate {
  SiteName site;  // by topic and signature
  SiteEpoch site_epoch;
  std::string request;  // PEM
  RequestFacts facts;
  Millis life{0};  // of what it may get
};

struct Tick {};

using Input = std::variant<ApiCommand, FromSite, Heard, Presence, BadFrame, AsksCertificate, Tick>;

// Sign these bytes and publish them retained on the site's `down/desired`. The same generation always has the same
// bytes.
struct PublishDesired {
  SiteName site;
  Generation generation;
  std::string bytes;
  bool operator==(const PublishDesired&) const = default;
};

struct SendDown {
  SiteName site;
  sync::DownMessage message;
  bool operator==(const SendDown&) const = default;
};

struct Reply {
  std::uint64_t ticket = 0;
  Answer answer;
  bool operator==(const Reply&) const = default;
};

// Say again that the hub is there. A site that was connected before it was known here answers with a Hello.
struct Announce {
  bool operator==(const Announce&) const = default;
};

// Make a certificate as the terms say and send it to the site. Made again it says the same.
struct SendCertificate {
  std::string request;  // PEM
  CertificateTerms terms;
  bool operator==(const SendCertificate&) const = default;
};

// Give the broker the list of certificates that count no longer. A list that ran out lets nobody in.
struct WriteRevocations {
  std::vector<RevokedCertificate> revoked;
  Instant issued{};
  Instant next{};  // it runs out
  bool operator==(const WriteRevocations&) const = default;
};

// End the site's connection to the broker.
struct EndConnection {
  SiteName site;
  bool operator==(const EndConnection&) const = default;
};

// Remove the bytes of all artifacts but these; those younger than a day stay anyway. Takes as long as a disk does.
struct CollectBlobs {
  std::vector<Digest> keep;
  bool operator==(const CollectBlobs&) const = default;
};

// From now on this hub speaks under this epoch; nothing that was signed under an earlier one is said again. Say that
// the hub is there, so that sites say Hello.
struct TakeOver {
  HubEpoch epoch;
  bool operator==(const TakeOver&) const = default;
};

using Effect = std::variant<PublishDesired, SendDown, Reply, Announce, SendCertificate, WriteRevocations, EndConnection,
                            CollectBlobs, TakeOver>;

// The driver commits `changes`, then carries out `effects` in order and shows changes.events to event streams. If the
// commit fails, effects are dropped and this Hub is thrown away: load a new one.
struct Output {
  Changeset changes;
  std::vector<Effect> effects;
  std::optional<Instant> wake;  // send a Tick then, by the wall clock; absent: nothing is due
};

struct World;

class Hub {
 public:
  // Errors: corrupt. The codec must outlive the hub.
  static Result<Hub> load(HubState state, Catalog catalog, Codec& codec);
  ~Hub();
  Hub(Hub&&) noexcept;
  Hub& operator=(Hub&&) noexcept;

  // First, once: says again what sites should do, and goes on with what is under way.
  Output start(const Moment& now);
  Output step(const Input& input, const Moment& now);
  // Bytes of frames that the driver can take before it would drop one; what sites may send follows from it.
  void set_room(std::uint64_t bytes);

  // For tests and metrics: what it believes now. Changed by the next step.
  const World& world() const noexcept { return *world_; }

 private:
  Hub(std::unique_ptr<World> world, Codec& codec);

  std::unique_ptr<World> world_;
  Codec* codec_;
  std::optional<Instant> renewal_;
  std::optional<Instant> collection_;
  std::optional<Instant> revocations_;
};

}  // namespace depops::hub
