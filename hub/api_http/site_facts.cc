#include <algorithm>

#include "hub/api_http/body.h"
#include "hub/api_http/handlers.h"
#include "hub/api_http/problem.h"
#include "hub/api_http/text.h"
#include "hub/api_http/views.h"

namespace depops::hub::api_http {
namespace {

constexpr std::size_t kWhyMax = 1'000;

json::Value versions_view(const std::vector<sync::FactVersion>& versions) {
  json::Value out = json::Value::array();
  for (const sync::FactVersion& version : versions) {
    json::Value item;
    item.add("version", version.label.str()).add("desired", version.desired).add("ready", version.ready);
    item.add("available", version.available).add("percent", version.weight);
    out.push(std::move(item));
  }
  return out;
}

}  // namespace

// A fact is as old as the last word of the site that it is still so.
json::Value facts_view(const SiteView& site, Instant now) {
  json::Value out = json::Value::array();
  for (const SiteFact& row : site.facts) {
    const Instant known = std::max(row.received, site.status.facts_agreed.value_or(row.received));
    json::Value item;
    item.add("service", row.fact.service.str()).add("version", row.fact.stable.str());
    add_text(item, "rollout", row.fact.rollout.str());
    item.add("state", rollout::name_of(row.fact.state)).add("versions", versions_view(row.fact.versions));
    add_text(item, "drift", row.fact.drift);
    item.add("asOf", time_text(known)).add("ageMs", std::max(Millis{0}, Millis(now - known)).count());
    out.push(std::move(item));
  }
  return out;
}

Response lift_site(const Request& request, const Backend& backend) {
  const auto object = object_of(request.body);
  if (!object) return problem_of(object.error());
  Body body(object.value(), "");
  LiftSite wanted{SiteName(request.argument(0)), body.text("reason", kWhyMax, true)};
  if (const auto good = body.finish(); !good) return problem_of(good.error());
  const auto answer = give(request, backend, wanted);
  if (!answer) return problem_of(answer.error());
  return answer.value().ok ? get_site(request, backend) : problem_of(answer.value());
}

}  // namespace depops::hub::api_http
