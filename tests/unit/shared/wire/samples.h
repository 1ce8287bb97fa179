#pragma once

#include <rapidcheck.h>

#include <string>
#include <utility>
#include <vector>

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
rollout::Plan tests_plan();                                         // every kind of test
std::vector<std::pair<std::string, rollout::Plan>> source_plans();  // one for each source, under its name
sync::Desired desired();
std::vector<rollout::Report> reports();  // one of each kind
audit::Leaf leaf();
rollout::Record record();          // everything set
rollout::Record tests_record();    // the state of every kind of test
std::vector<wire::Body> bodies();  // one of each content

rc::Gen<rollout::Plan> any_plan();
rc::Gen<rollout::Report> any_report();
rc::Gen<sync::Desired> any_desired();
rc::Gen<sync::Run> any_run();

}  // namespace depops::test
