#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "agent/ports/validity.h"
#include "shared/base/names.h"
#include "shared/base/result.h"
#include "shared/whole_file/file_state.h"

namespace depops::agent {

struct CredentialSettings {
  SiteName site;
  SiteEpoch site_epoch{1};
  std::string directory;         // ours; made if it is not there
  std::string certificate, key;  // the given pair
};

using Pair = std::pair<std::string, std::string>;  // PEM files: certificate, key

// Thread: any.
class Credentials {
 public:
  // Error: the directory can not be used. What lies in it and is no use is passed over.
  static Result<std::unique_ptr<Credentials>> open(CredentialSettings settings);

  Pair offer();            // to show at the next connect
  void let_in() noexcept;  // the broker let in what was offered last
  // Makes what was let in the current pair, if it was the next one; true if so. Error: it stays the next one.
  Result<bool> settle();

  Pair current() const;
  // Of the newest certificate, tried or not; nothing if it is not one of the hub's authority.
  std::optional<Validity> validity() const;

  // A certificate request for the next key, which is made if there is none that waits for its certificate. Errors: the
  // disk.
  Result<std::string> request();
  // The certificate for that key. Errors: refused, it is not what was asked for; the disk.
  Result<void> take(const std::string& pem);

 private:
  explicit Credentials(CredentialSettings settings) : settings_(std::move(settings)) {}
  std::string file(std::uint64_t number, const char* end) const;
  Pair pair(std::uint64_t number) const;  // 0: the given one
  void look();
  void remove(std::uint64_t number) const;
  bool is_usable(std::uint64_t number, Validity& validity) const;
  std::optional<Validity> validity_of(std::uint64_t number) const;

  // Which files a pair was when it was judged.
  struct Files {
    whole_file::FileState certificate, key;
    bool operator==(const Files&) const = default;
  };
  struct Judged {
    Files files;
    std::optional<Validity> validity;
  };
  std::optional<Files> files_of(std::uint64_t number) const;

  const CredentialSettings settings_;
  mutable std::mutex mutex_;
  std::uint64_t current_ = 0;  // 0: the given pair
  std::uint64_t next_ = 0;     // 0: none
  bool next_complete_ = false;
  bool offered_next_ = false;
  bool let_in_ = false;
  mutable std::optional<Judged> judged_;  // at the last question about the validity
};

}  // namespace depops::agent
