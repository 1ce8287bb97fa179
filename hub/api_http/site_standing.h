#pragma once

#include "hub/ports/reader.h"
#include "shared/json/value.h"

namespace depops::hub::api_http {

// Who the site is and whether it may take part, into the view of it: members siteEpoch, keyWords, incarnation,
// certificate, revoked, cordoned.
void add_identity(const SiteView& site, json::Value& out);

// How it was, and how much of that was lost, into the view of it: members healthHistory, healthHistoryDropped.
void add_health(const SiteView& site, Instant now, json::Value& out);

}  // namespace depops::hub::api_http
