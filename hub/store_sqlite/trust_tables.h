#pragma once

#include "hub/ports/identity_records.h"
#include "hub/ports/join_records.h"
#include "hub/ports/recovery_records.h"
#include "hub/ports/trust_records.h"
#include "hub/store_sqlite/column.h"

// The columns of what people signed, of what sites join with, and of lost memory; see tables.h.
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

template <Is<RecoveryRow> R>
auto columns(R& r) {
  return std::tuple(col("number", r.number), col("noticed", r.noticed), col("site", r.site), col("why", r.why),
                    col("generation", r.generation), col("hub_epoch", r.hub_epoch), col("deployments", r.deployments),
                    col("ended", r.ended), col("ended_by", r.ended_by), col("reason", r.reason),
                    col("raised_to", r.raised_to));
}

template <Is<SiteIdentity> R>
auto columns(R& r) {
  return std::tuple(col("site", r.site), col("certificates", r.certificates), col("revoked", r.revoked),
                    col("revoked_by", r.revoked_by), col("revoke_reason", r.revoke_reason), col("cordoned", r.cordoned),
                    col("cordoned_by", r.cordoned_by), col("cordon_reason", r.cordon_reason), col("confirm", r.confirm),
                    col("waiting_key", r.waiting_key), col("admitted_key", r.admitted_key));
}

}  // namespace depops::hub::store_sqlite
