#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "shared/base/names.h"
#include "shared/base/result.h"

namespace depops::fetch {

struct Order {
  std::string url;
  std::uint64_t size = 0;  // anything longer is refused while it arrives
  Digest digest;
  std::string folder;  // where the unpacked artifact shall stand; FOLDER.part and FOLDER.unpacking are ours too
  std::uint64_t max_unpacked = 0;
  std::uint32_t max_entries = 0;
  std::uint32_t idle_ms = 0;                 // without a single byte
  std::string ca_file, cert_file, key_file;  // empty: plain http
};

// Brings FOLDER.part to the whole of the artifact, beginning behind what is there already, and checks size and SHA-256.
// The bytes are hashed as they arrive. Errors: invalid and corrupt are for good (wrong digest, too long; the part is
// removed), all others may pass (the part is kept). One process at a time: `unavailable` while another works on it.
Result<void> fetch(const Order& order, const std::string& part, const std::function<void(std::uint64_t)>& received);

}  // namespace depops::fetch
