#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "tests/e2e/faults/road.h"
#include "tests/e2e/faults/tls_end.h"

namespace depops::faults {

struct ProxySettings {
  std::uint16_t port = 0;         // where it listens, on 127.0.0.1
  std::uint16_t broker_port = 0;  // the broker's door behind it
  Papers here;                    // what it shows to who connects, and whose clients it takes
  Papers there;                   // what it shows to the broker
  std::uint64_t seed = 1;
};

// A man in the middle of one client and the broker who can read MQTT and be told to do mischief. It is the end of TLS
// on both sides: packets can not be taken out of a stream whose bytes are sealed. Messages with QoS 1 are acknowledged
// at once and sent on under a number of its own, so that the one who lost a message is told that it arrived; everything
// but messages passes as it is.
// A thread of its own. Thread: any.
class Proxy {
 public:
  explicit Proxy(ProxySettings settings);
  ~Proxy();
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;

  std::string url() const;
  void do_mischief(const Mischief& up, const Mischief& down);  // also to the connections there are
  void behave() { do_mischief({}, {}); }
  void cut(bool cut);                           // closes all connections; while cut, every new one too
  void freeze(bool frozen);                     // connections stay open and nothing gets through, not even their end
  void throttle(std::size_t bytes_per_second);  // each way; 0: no limit
  Tally up() const;                             // over all connections
  Tally down() const;
  std::uint64_t connections() const;  // that were taken so far

 private:
  class Body;
  std::unique_ptr<Body> body_;
};

}  // namespace depops::faults
