#pragma once

#include "hub/ports/records.h"
#include "hub/store_sqlite/column.h"

// The columns of what sites know and tell of themselves.
namespace depops::hub::store_sqlite {

template <Is<SiteFact> R>
auto columns(R& r) {
  return std::tuple(col("site", r.site), col("service", r.fact.service), col("stable", r.fact.stable),
                    col("rollout", r.fact.rollout), col("state", r.fact.state), col("attempt", r.fact.attempt),
                    col("versions", r.fact.versions), col("drift", r.fact.drift), col("received", r.received),
                    col("gone", r.gone));
}

template <Is<HealthRow> R>
auto columns(R& r) {
  return std::tuple(col("site", r.site), col("from", r.from), col("to", r.to), col("healthy", r.healthy),
                    col("problem", r.problem), col("services", r.services), col("received", r.received));
}

}  // namespace depops::hub::store_sqlite
