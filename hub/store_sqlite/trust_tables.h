#pragma once

#include "hub/ports/trust_records.h"
#include "hub/store_sqlite/column.h"

// The columns of what people signed; see tables.h.
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

}  // namespace depops::hub::store_sqlite
