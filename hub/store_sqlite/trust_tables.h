#pragma once

#include "hub/ports/join_records.h"
#include "hub/ports/trust_records.h"
#include "hub/store_sqlite/column.h"

// The columns of what people signed, and of what sites join with; see tables.h.
namespace depops::hub::store_sqlite {

template <Is<ApprovalRow> R>
auto columns(R& r) {
  return std::tuple(col("deployment", r.deployment), col("digest", r.digest), col("envelope", r.envelope),
                    col("person", r.person), col("received", r.received), col("brought_by", r.brought_by));
}

template <Is<TrustRootRow> R>
auto columns(R& r) {
  return std::tuple(col("version", r.version), col("digest", r.digest), bytes("bytes", r.bytes), col("taken", r.taken),
                    col("brought_by", r.brought_by));
}

template <Is<JoinTokenRow> R>
auto columns(R& r) {
  return std::tuple(col("site", r.site), col("token", r.token), col("site_epoch", r.site_epoch), col("made", r.made),
                    col("expires", r.expires), col("made_by", r.made_by), col("bad_proofs", r.bad_proofs),
                    col("refusals", r.refusals), col("ended", r.ended), col("used", r.used),
                    col("used_key", r.used_key), col("fingerprint", r.fingerprint));
}

}  // namespace depops::hub::store_sqlite
