#include "agent/kubernetes/service/switch_dialect.h"

#include "agent/kubernetes/routing/selector.h"

namespace depops::agent::kubernetes {
namespace {

// The set with all requests; none: nobody has any, so it stays where it is.
Result<SetId> ordered_in(const ServiceRoute& route, const SetId& now) {
  for (const SetShare& share : route.shares) {
    if (share.percent == 100) return share.set;
    if (share.percent > 0)
      return Error{Errc::unsupported, "a Service sends all requests to one version, not " +
                                          std::to_string(share.percent) + " % of them; use blueGreen"};
  }
  return now;
}

Change selector_change(const Look& look, const SetId& to) {
  Change change{selector_fields(to), fenced(look.object)};
  change.needed = patch_selector(look, to, change.patch);
  return change;
}

}  // namespace

RouterCapabilities SwitchDialect::capabilities() const {
  return {.weights = true, .all_at_once = true, .proof = ShareProof::observed};
}

std::vector<Wanted> SwitchDialect::kinds() const { return {{ApiGroup(""), Plural("services"), {ApiVersion("v1")}}}; }

Result<Held> SwitchDialect::held(const Look& look) const {
  if (look.object["spec"]["selector"].members().empty())
    return Error{Errc::invalid,
                 "it has no selector, so it leads to no pods that a version could be chosen among; "
                 "give it the labels that all versions have"};
  Held held;
  const SetId set = selected_in(look.object);
  held.fields = selector_fields(set);
  if (set.empty()) {
    held.others = 1;
  } else {
    held.weights[set] = 1;
  }
  return held;
}

Result<Change> SwitchDialect::change(const Look& look) const {
  const SetId now = selected_in(look.object);
  if (look.route.shares.empty()) return selector_change(look, {});
  DEPOPS_TRY(const SetId to, ordered_in(look.route, now));
  DEPOPS_TRY_VOID(may_select(look, to));
  return selector_change(look, to);
}

Standing SwitchDialect::standing(const Look& look) const { return selector_standing(look); }

bool SwitchDialect::leads_to(const Look& look, const SetId& set) const { return selected_in(look.object) == set; }

}  // namespace depops::agent::kubernetes
