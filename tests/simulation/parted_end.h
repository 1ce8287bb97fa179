#pragma once

#include <memory>
#include <string>

#include "hub/app/world.h"
#include "tests/simulation/parted.h"

namespace depops::simulation {

// One site's link to the hub.
class Parted::End : public HubEnd {
 public:
  End(Parted& parted, SiteName site) : parted_(parted), site_(std::move(site)) {}

  bool has_document() const override { return !bytes_->empty(); }
  agent::DesiredArrived document(Instant) const override {
    return {*bytes_, *parted_.codec_.decode_desired(*bytes_), {}, {}};
  }
  std::vector<sync::DownMessage> take(std::uint64_t session, const sync::UpMessage& message, const Moment&) override {
    const std::uint64_t before = taken();
    parted_.give(hub::FromSite{{site_, SiteEpoch(1), "00112233445566778899aabbccddeeff", session}, message, draw()});
    spoke_ = spoke_ || taken() > before;
    return {};
  }
  void hear(const sync::Telemetry& telemetry) override { parted_.give(hub::Heard{site_, telemetry}); }
  void see(std::uint64_t session, bool online) override { parted_.give(hub::Presence{site_, session, online}); }
  std::uint64_t received(sync::Stream stream) const override {
    return parted_.hub_->world().sites.at(site_).inbox.contiguous(stream).value();
  }
  std::string problem() const override { return {}; }
  HubEpoch epoch() const override { return parted_.hub_->world().hub_epoch; }
  Instant time(Instant) const override { return parted_.now_.wall; }
  void retain(std::string bytes) { *bytes_ = std::move(bytes); }
  const SiteName& site() const { return site_; }
  // Whether entries were taken from this host since then.
  bool spoke() const { return spoke_; }
  void begin_to_listen() { spoke_ = false; }

 private:
  std::uint64_t taken() const { return received(sync::Stream::events) + received(sync::Stream::audit); }
  std::string draw() const {
    return parted_.schedule_.bug == Bug::no_tokens ? "" : "draw-" + std::to_string(++parted_.draws_);
  }

  Parted& parted_;
  SiteName site_;
  std::shared_ptr<std::string> bytes_ = std::make_shared<std::string>();  // the broker's: all hosts of a site read it
  bool spoke_ = false;
};

// A copy of a site's disk, from when it was made, and the host that runs with it.
struct Parted::Copy {
  std::size_t site = 0;
  std::unique_ptr<End> end;
  std::unique_ptr<World> host;
  bool booted = false;
  std::uint64_t entries = 0;  // that the site had written by then
};

}  // namespace depops::simulation
