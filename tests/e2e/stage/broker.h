#pragma once

#include <cstdint>
#include <string>

#include "tests/e2e/stage/certificates.h"
#include "tests/e2e/stage/ports.h"
#include "tests/e2e/stage/program.h"

namespace depops::stage {

// A real mosquitto on a folder and ports of its own. Thread: one at a time.
class Broker {
 public:
  // `revocations`: the list of revoked certificates that it goes by, made if it is not there; empty: none.
  // `address`: where it listens.
  Broker(std::string folder, std::string log, Ports& ports, const Certificates& papers, std::string revocations,
         std::string address);

  bool run();   // also again, after it ended; false: another program was quicker to its ports
  void lose();  // SIGKILL, its folder removed, and started again on the same ports; returns when it listens
  Program& program() noexcept { return program_; }

  std::string url(bool for_hub) const;
  std::string pid_file() const { return folder_ + ".pid"; }

 private:
  void begin_revocations() const;

  std::string folder_;
  std::string log_;
  const Certificates* papers_;
  std::string revocations_;
  std::string address_;
  std::uint16_t sites_port_;
  std::uint16_t hub_port_;
  Program program_;
};

}  // namespace depops::stage
