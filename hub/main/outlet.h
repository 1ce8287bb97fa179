#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <string>

#include "hub/app/hub.h"
#include "shared/ports/clock.h"
#include "shared/ports/transport.h"
#include "shared/signing/signing.h"

namespace depops::hub {

// Signs what the hub says and gives it to the broker. Desired states are kept and said again at every connect, since
// nothing is asked of the broker's memory. Thread: any.
class Outlet {
 public:
  Outlet(signing::SecretKey key, std::string hub_id, HubEpoch epoch, ports::Clock& clock);

  void attach(ports::Transport* transport) { transport_ = transport; }
  void publish(const PublishDesired& desired);
  void send(const SendDown& down);
  void linked();    // the broker is there (again)
  void announce();  // "the hub is there" once more
  // From now on under this epoch; what was signed under the one before is not said again.
  void take_over(HubEpoch epoch);
  // "The hub is (not) there", also the will.
  ports::Message presence(bool online) const;

 private:
  std::string frame(const SiteName& site, const sync::DownMessage& message) const;

  signing::SecretKey key_;
  std::string hub_id_;
  std::atomic<std::uint64_t> epoch_;
  ports::Clock& clock_;
  ports::Transport* transport_ = nullptr;
  std::mutex mutex_;
  std::map<SiteName, ports::Message> desired_;
};

}  // namespace depops::hub
