#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "agent/ports/artifacts.h"
#include "shared/base/moment.h"
#include "shared/base/result.h"

namespace depops::agent {

struct HttpArtifactsSettings {
  std::string program;    // depops-fetch
  std::string base_url;   // "https://127.0.0.1:9443/api/v1/artifacts/": the digest is appended
  std::string dir;        // absolute; dir/<64 hex digits>/ is a verified, unpacked artifact
  std::string ca_file;    // the only authority that is trusted; needed for https
  std::string cert_file;  // who this site is
  std::string key_file;
  // Asked for each fetch for certificate and key, in place of those above. Thread: any.
  std::function<std::pair<std::string, std::string>()> identity{};
  Millis idle_timeout{15'000};               // without a single byte
  Millis first_back_off{500};                // doubled up to 30 s
  std::uint64_t max_unpacked = 4ULL << 30U;  // bytes of all files together
  std::uint32_t max_entries = 100'000;
};

// Fetches over HTTPS (http on loopback only) with a client certificate and resumes after interruptions, also of the
// agent. Errors: dir can not be used, certificates missing, plain http to another machine.
Result<std::unique_ptr<Artifacts>> make_http_artifacts(HttpArtifactsSettings settings);

}  // namespace depops::agent
