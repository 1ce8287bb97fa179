#pragma once

#include <functional>

#include "hub/cli/answer.h"
#include "hub/cli/session.h"

namespace CLI {  // NOLINT(readability-identifier-naming): the library's own name
class App;
}

namespace depops::hub::cli {

// What was asked for on the command line; set while it is parsed, run once it is known to be right as a whole.
using Action = std::function<Exit()>;

// Each adds its commands to `app`. `session` and `action` live longer than `app`.
void add_context_commands(CLI::App& app, Session& session, Action& action);
void add_registry_commands(CLI::App& app, Session& session, Action& action);   // env, site
void add_standing_commands(CLI::App& site, Session& session, Action& action);  // revoke, cordon, uncordon, describe
void add_enroll_commands(CLI::App& site, Session& session, Action& action);    // enroll, reenroll
void add_lift_command(CLI::App& site, Session& session, Action& action);
void add_publish_command(CLI::App& app, Session& session, Action& action);
void add_document_commands(CLI::App& app, Session& session, Action& action);  // apply, validate
void add_read_commands(CLI::App& app, Session& session, Action& action);      // get, describe, history
void add_deploy_commands(CLI::App& app, Session& session, Action& action);    // deploy, promote, rollback
void add_rollout_commands(CLI::App& app, Session& session, Action& action);   // rollout watch, pause, ...
void add_scale_command(CLI::App& app, Session& session, Action& action);
void add_replica_plan_command(CLI::App& rollout, Session& session, Action& action);
void add_simulate_command(CLI::App& rollout, Session& session, Action& action);
void add_analysis_commands(CLI::App& app, Session& session, Action& action);  // judge, power
void add_record_commands(CLI::App& app, Session& session, Action& action);    // audit, dora, events
void add_audit_commands(CLI::App& audit, Session& session, Action& action);   // export, verify
void add_hub_commands(CLI::App& app, Session& session, Action& action);       // hub status, recover
void add_access_commands(CLI::App& app, Session& session, Action& action);    // whoami, sign-in
void add_keys_commands(CLI::App& app, Session& session, Action& action);      // keys new, list, rotate
void add_trust_commands(CLI::App& app, Session& session, Action& action);     // trust new, sign, show
void add_approve_command(CLI::App& app, Session& session, Action& action);
void add_completion_commands(CLI::App& app, Session& session, Action& action);

}  // namespace depops::hub::cli
