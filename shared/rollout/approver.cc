#include "shared/rollout/approver.h"

namespace depops::rollout {

std::string person_of(const Actor& actor) {
  static const std::string kLocal = "local:";
  const std::string& text = actor.str();
  return text.rfind(kLocal, 0) == 0 ? text.substr(kLocal.size()) : text;
}

bool is_excluded(const Plan& plan, const Approval& approval, const Actor& actor) {
  return approval.exclude_requester && !plan.requested_by.empty() && person_of(plan.requested_by) == person_of(actor);
}

}  // namespace depops::rollout
