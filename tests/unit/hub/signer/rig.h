#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "hub/signer/notary.h"
#include "shared/sync/desired.h"

// A signer's office on a folder of its own, and people with real keys.
namespace depops::hub::signer {

class HandClock final : public ports::Clock {
 public:
  Moment now() const override { return {Instant(Millis(1'790'000'000'000)) + at, at, BootId("boot")}; }
  Millis at{1'000};
};

struct Office {
  explicit Office(bool asks_people = true, std::uint32_t per_minute = kDocumentsPerMinute);
  ~Office();

  void open();   // the notary, as a process begins
  void close();  // as by kill -9: what is not on the disk is gone
  wire::SignedWord ask(const sync::Desired& desired);
  std::string code(const sync::Desired& desired);  // "signed" or the code of the refusal
  std::string path(const std::string& name) const { return (folder / name).string(); }
  std::vector<std::string> log() const;  // lines

  // A production rollout of checkout at the site, with that generation, that alice and bob approved.
  sync::Desired wanted(const std::string& site, std::uint64_t generation) const;
  std::string root() const;  // as a frame

  std::filesystem::path folder;
  signing::SecretKey ann = signing::SecretKey::generate();
  signing::SecretKey alice = signing::SecretKey::generate();
  signing::SecretKey bob = signing::SecretKey::generate();
  signing::PublicKey key;
  HandClock clock;
  bool asks;
  std::uint32_t rate;
  std::unique_ptr<Notary> notary;
};

std::string hub_frame(const std::string& hub_id, const std::string& site);  // an acknowledgement, not signed

}  // namespace depops::hub::signer
