#pragma once

#include <cstdint>
#include <string>

#include "tests/support/child.h"

namespace depops::test {

// A real broker in a directory of its own, with two authorities and certificates for hub, fra-1 and sin-1. Trouble is
// thrown as std::runtime_error, so that it serves tests and measurements alike.
class Mosquitto {
 public:
  // `with_list`: sites on the list in sites.crl are not let in; it must be there before start().
  explicit Mosquitto(bool with_list = false);
  ~Mosquitto();

  void start();   // returns when it listens
  void kill();    // SIGKILL
  void reload();  // SIGHUP: it reads its files again, at its next turn

  void make_authority(const std::string& name);  // "<name>-ca.pem" and "<name>-ca.key"
  // A certificate for one more name: "<name>.pem" and "<name>.key". Authorities: "infra", "sites".
  void issue(const std::string& authority, const std::string& name);

  std::string url(bool hub) const;
  std::string file(const std::string& name) const { return directory_ + "/" + name; }  // "fra-1.pem", "infra-ca.pem"
  pid_t pid() const { return broker_.pid(); }

 private:
  std::string directory_;
  std::string configuration_;
  std::uint16_t sites_port_ = 0;
  std::uint16_t hub_port_ = 0;
  Child broker_;
};

}  // namespace depops::test
