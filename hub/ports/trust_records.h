#pragma once

#include <string>

#include "shared/base/moment.h"
#include "shared/base/names.h"
#include "shared/trust/root.h"

// Rows of what people signed. The hub keeps and passes on the exact bytes; whether they count is said by the trust root
// and decided again at every site.
namespace depops::hub {

// What somebody signed about a deployment, as it came. Key: deployment, digest.
struct ApprovalRow {
  DeploymentId deployment;
  Digest digest;         // of the envelope
  std::string envelope;  // DSSE as JSON (shared/statement)
  trust::Person person;  // who signed
  Instant received{};
  Actor brought_by;
  bool operator==(const ApprovalRow&) const = default;
};

// A trust root as it came. Key: version. All are kept: a site that was away for long needs every one in between.
struct TrustRootRow {
  trust::TrustVersion version;
  Digest digest;      // of its document
  std::string bytes;  // a frame, as shared/wire reads it
  Instant taken{};
  Actor brought_by;
  bool operator==(const TrustRootRow&) const = default;
};

}  // namespace depops::hub
