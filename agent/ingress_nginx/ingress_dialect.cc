#include "agent/ingress_nginx/ingress_dialect.h"

#include <algorithm>

#include "agent/ingress_nginx/plan.h"
#include "agent/kubernetes/routing/selector.h"

namespace depops::agent::ingress_nginx {
namespace {

using kubernetes::Change;
using kubernetes::Fields;
using kubernetes::Held;
using kubernetes::Look;
using kubernetes::OwnChange;

const json::Value* own_of(const Look& look) { return look.beside.own ? &look.beside.own->kept : nullptr; }

std::optional<CanarySeen> canary_in(const Look& look) {
  const json::Value* own = own_of(look);
  return own == nullptr ? std::nullopt : std::optional(read_canary(*own));
}

// That there is something to divide; not needed once nothing is.
Result<void> check(const Look& look) {
  if (look.object["spec"]["selector"].members().empty())
    return Error{Errc::invalid,
                 "it has no selector, so it leads to no pods that a version could be chosen among; "
                 "give it the labels that all versions have"};
  if (look.route.shares.empty()) return {};
  if (!look.beside.front)
    return Error{Errc::not_found, "Ingress " + look.binding.beside.str() +
                                      " that is to lead to it is not there: make it, or name another in the agent's "
                                      "settings; until then the agent moves no request"};
  const auto spec = canary_spec(look.beside.front->kept, look.binding, SetId());
  return spec.ok() ? Result<void>() : spec.error();
}

void add_weight(const Look& look, const std::string& backend, std::uint64_t weight, Held& held) {
  if (kubernetes::is_set_of(look.route.service, backend)) {
    held.weights[SetId(backend)] += weight;
  } else {
    held.others += weight;
  }
}

void add_own(const Look& look, Held& held) {
  for (const auto& [name, value] : fields_in(*own_of(look))) {
    held.fields[name] = value;
    held.beside[name] = place_of(name);
  }
}

// The order of the writes: the selector, then what it leads to is seen, then the canary; but a canary that leads to
// neither goes at once.
bool canary_waits(const Look& look, const Plan& plan, const std::optional<CanarySeen>& now) {
  const bool moves = kubernetes::selected_in(look.object) != plan.base;
  if (!moves && kubernetes::selector_standing(look).observed) return false;
  if (!plan.canary) return now && now->backend == plan.base.str();
  return moves || !now || now->backend != plan.canary->set.str();
}

void keep_own(const Look& look, Change& change) {
  if (own_of(look) != nullptr) change.fields.merge(fields_in(*own_of(look)));
}

void drop_own(const Look& look, Change& change) {
  if (look.beside.own && !look.beside.own->meta.deleting) change.own = OwnChange{OwnChange::Act::remove};
}

Result<void> put_own(const Look& look, const Canary& canary, Change& change) {
  const json::Value& front = look.beside.front->kept;
  DEPOPS_TRY(const json::Value spec, canary_spec(front, look.binding, canary.set));
  const Fields fields = fields_of(canary, spec, front, look.route.service);
  const json::Value* own = own_of(look);
  if (own == nullptr) {
    change.own = OwnChange{OwnChange::Act::make, canary_object(canary, spec, front, look)};
  } else if (fields_in(*own) != fields) {
    change.own = OwnChange{OwnChange::Act::change, {}, canary_patch(canary, spec, front, *own)};
  }
  change.fields.insert(fields.begin(), fields.end());
  return {};
}

}  // namespace

RouterCapabilities IngressDialect::capabilities() const {
  return {.weights = true, .headers = true, .proof = ShareProof::accepted};
}

std::vector<kubernetes::Wanted> IngressDialect::kinds() const {
  return {{kubernetes::ApiGroup(""), kubernetes::Plural("services"), {kubernetes::ApiVersion("v1")}}};
}

std::vector<kubernetes::Wanted> IngressDialect::beside() const {
  using kubernetes::ApiVersion;
  return {{kubernetes::ApiGroup("networking.k8s.io"),
           kubernetes::Plural("ingresses"),
           {ApiVersion("v1"), ApiVersion("v1beta1")}}};
}

Result<Held> IngressDialect::held(const Look& look) const {
  DEPOPS_TRY_VOID(check(look));
  Held held;
  for (const SetShare& share : look.route.shares) held.weights[share.set] = 0;
  const SetId selected = kubernetes::selected_in(look.object);
  held.fields = kubernetes::selector_fields(selected);
  const auto now = canary_in(look);
  add_weight(look, selected.str(), now ? now->total - now->weight : kWeightTotal, held);
  if (now) {
    add_weight(look, now->backend, now->weight, held);
    add_own(look, held);
  }
  const auto plan = plan_of(look.route, selected, now ? now->base : SetId());
  if (!plan.ok() || plan->base != selected) return held;
  const std::string header = plan->canary ? plan->canary->header : "";
  const std::string value = plan->canary ? plan->canary->value : "";
  const bool same =
      now ? now->header == header && now->value == value && (header.empty() || now->backend == plan->canary->set.str())
          : header.empty();
  if (same) held.forced = plan->forced;
  return held;
}

Result<Change> IngressDialect::change(const Look& look) const {
  const SetId selected = kubernetes::selected_in(look.object);
  Change change{{}, kubernetes::fenced(look.object)};
  if (look.route.shares.empty()) {
    change.needed = kubernetes::patch_selector(look, {}, change.patch);
    drop_own(look, change);
    return change;
  }
  const auto now = canary_in(look);
  DEPOPS_TRY(const Plan plan, plan_of(look.route, selected, now ? now->base : SetId()));
  change.fields = kubernetes::selector_fields(plan.base.empty() ? selected : plan.base);
  change.trouble = plan.trouble;
  if (plan.base.empty()) return keep_own(look, change), change;
  DEPOPS_TRY_VOID(kubernetes::may_select(look, plan.base));
  change.needed = kubernetes::patch_selector(look, plan.base, change.patch);
  if (canary_waits(look, plan, now)) {
    keep_own(look, change);
  } else if (plan.canary) {
    DEPOPS_TRY_VOID(put_own(look, *plan.canary, change));
  } else {
    drop_own(look, change);
  }
  return change;
}

kubernetes::Standing IngressDialect::standing(const Look& look) const { return kubernetes::selector_standing(look); }

bool IngressDialect::leads_to(const Look& look, const SetId& set) const {
  const auto now = canary_in(look);
  return kubernetes::selected_in(look.object) == set || (now && now->backend == set.str());
}

}  // namespace depops::agent::ingress_nginx
