#pragma once

#include <rapidcheck.h>

#include "shared/audit/leaf.h"
#include "shared/rollout/plan.h"
#include "shared/rollout/record.h"
#include "shared/rollout/report.h"
#include "shared/sync/desired.h"
#include "shared/wire/body.h"

// Values of everything that is encoded: one full sample of each for the golden bytes, and random ones.
namespace depops::test {

rollout::Plan canary_plan();
rollout::Plan rolling_plan();
sync::Desired desired();
std::vector<rollout::Report> reports();  // one of each kind
audit::Leaf leaf();
rollout::Record record();          // everything set
std::vector<wire::Body> bodies();  // one of each content

rc::Gen<rollout::Plan> any_plan();
rc::Gen<rollout::Report> any_report();
rc::Gen<sync::Desired> any_desired();
rc::Gen<sync::Run> any_run();

}  // namespace depops::test
