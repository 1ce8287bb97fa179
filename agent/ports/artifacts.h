#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "shared/base/names.h"
#include "shared/base/result.h"

namespace depops::agent {

struct ArtifactRef {
  Digest digest;
  std::uint64_t size = 0;  // bytes; anything longer is refused while streaming
  bool operator==(const ArtifactRef&) const = default;
};

struct ArtifactFacts {
  Digest digest;
  bool present = false;        // fetched, verified and unpacked
  std::uint64_t received = 0;  // bytes so far
  std::string trouble;         // why not yet, for people; empty while all is well
  bool permanent = false;      // trying again can not help: wrong digest, a path that leaves the directory
  bool operator==(const ArtifactFacts&) const = default;
};

// Brings artifacts to the site: fetched with resume, hashed while streaming, unpacked into a directory named by digest.
class Artifacts {
 public:
  virtual ~Artifacts() = default;
  virtual void start(std::function<void(ArtifactFacts)> changed) = 0;
  // Everything that must be here; what is not named may be removed. Returns at once.
  virtual void want(std::vector<ArtifactRef> refs) = 0;
  virtual void stop() = 0;
};

}  // namespace depops::agent
