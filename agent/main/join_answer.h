#pragma once

#include <string>

#include "shared/join/join.h"
#include "shared/x509/x509.h"

namespace depops::agent {

// Whether the hub told what was asked for: the same site, a certificate for our key and nothing else, and its own
// authority. Error: refused, names what is wrong.
Result<void> check_answer(const join::Answer& answer, const SiteName& site, const Digest& authority,
                          const x509::PrivateKey& key);

// The settings that `depops-agent run` takes. `join_url`: where it joined, and renews its certificate when the broker
// does not let it in; empty: nowhere. `binds` as in JoinArguments.
Result<std::string> settings_text(const join::Answer& answer, const std::string& join_url,
                                  const std::string& port_range, const std::vector<std::string>& binds);

}  // namespace depops::agent
