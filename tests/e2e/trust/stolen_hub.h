#pragma once

#include <string>

#include "shared/signing/signing.h"
#include "shared/sync/desired.h"
#include "tests/e2e/stage/stage.h"

namespace depops::stage {

// Whoever stole the hub: its release key, its certificate and a copy of its database. The real hub runs on beside it.
class StolenHub {
 public:
  StolenHub(Stage& stage, const SiteName& site);

  // As the hub would tell the site to begin this deployment, without anything that people signed. Each has a generation
  // of its own, above all that the hub has signed.
  sync::Desired draft(const std::string& deployment);
  std::string sealed(const sync::Desired& desired) const;
  std::string sealed_bytes(std::string_view type, const std::string& body) const;
  // Retained on the site's topic, in the hub's name.
  void publish(const std::string& frame);

 private:
  Stage& stage_;
  SiteName site_;
  signing::SecretKey key_;
  std::uint64_t drafts_ = 0;
};

}  // namespace depops::stage
