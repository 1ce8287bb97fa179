#pragma once

#include <string>
#include <vector>

#include "agent/app/input.h"
#include "shared/sync/frame.h"

namespace depops::simulation {

// The hub as one site sees it: a script, or the production hub behind a link.
class HubEnd {
 public:
  virtual ~HubEnd() = default;

  // The retained document, as the edge of the site decodes it.
  virtual bool has_document() const = 0;
  virtual agent::DesiredArrived document(Instant now) const = 0;
  // Takes a message of the site; the answers go back over the same link.
  virtual std::vector<sync::DownMessage> take(std::uint64_t session, const sync::UpMessage& message,
                                              const Moment& now) = 0;
  virtual void hear(const sync::Telemetry&) {}
  virtual void see(std::uint64_t /*session*/, bool /*online*/) {}
  // Entries of the stream that are recorded for good.
  virtual std::uint64_t received(sync::Stream stream) const = 0;
  virtual std::string problem() const = 0;  // an invariant of the stream that broke
  virtual HubEpoch epoch() const { return HubEpoch(1); }
  virtual bool is_script() const { return false; }
  // What its clock shows; `own`: what time it really is at the site.
  virtual Instant time(Instant own) const { return own; }
};

}  // namespace depops::simulation
