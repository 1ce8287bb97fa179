#pragma once

#include <string>

#include "agent/main/commands.h"
#include "shared/join/join.h"
#include "shared/x509/x509.h"

// The directory that becomes a site: its keys first, what the hub said last.
namespace depops::agent {

struct JoinFolder {
  std::string path;
  std::string file(const char* name) const { return path + "/" + name; }
};

struct SiteKeys {
  x509::PrivateKey tls;
  signing::SecretKey signing;
};

// Ours: empty, or where an earlier try with the same keys broke off. Errors: exists, refused, unavailable.
Result<JoinFolder> open_join_folder(const std::string& directory);
// Made unless they are there.
Result<SiteKeys> keys_in(const JoinFolder& folder);

// Tells a machine that moved from one that was copied; says nothing else about it.
std::string machine_fingerprint();

// The settings come last: what has them is a site. Their path.
Result<std::string> keep(const JoinFolder& folder, const JoinArguments& arguments, const join::Answer& answer);

// On standard error, if the hub's clock and this one are far apart.
void tell_skew(const join::Answer& answer);

}  // namespace depops::agent
