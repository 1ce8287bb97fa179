#pragma once

#include "shared/join/file_answer.h"

// What a hub's joining listener shows, without a hub. The keys (Ed25519) are the same each time, so that what was
// signed once is found again by a fuzzer.
namespace depops::tests {

struct ListenerTerms {
  std::uint8_t seed = 1;  // of the authority's key; the next number's is the listener's
  std::string name = "DNS:hub.example";
  Instant begins = Instant(Millis(1'789'000'000'000));
  Instant ends = Instant(Millis(1'791'000'000'000));
};

struct Listener {
  std::string authority;  // PEM
  Digest digest;          // of it
  join::Seal seal;
};

Listener make_listener(const ListenerTerms& terms);

}  // namespace depops::tests
