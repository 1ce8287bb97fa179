#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace depops::test {

// A real broker in a directory of its own, with two authorities and certificates for hub, fra-1 and sin-1.
class Mosquitto {
 public:
  Mosquitto();
  ~Mosquitto();

  void start();  // returns when it listens
  void kill();   // SIGKILL

  std::string url(bool hub) const;
  std::string file(const std::string& name) const { return directory_ + "/" + name; }  // "fra-1.pem", "infra-ca.pem"

 private:
  void make_authority(const std::string& name);
  void issue(const std::string& authority, const std::string& name);

  std::string directory_;
  std::string configuration_;
  std::uint16_t sites_port_ = 0;
  std::uint16_t hub_port_ = 0;
  pid_t pid_ = -1;
};

}  // namespace depops::test
