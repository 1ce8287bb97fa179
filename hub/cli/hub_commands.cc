#include <CLI/CLI.hpp>
#include <memory>

#include "hub/cli/commands.h"
#include "hub/cli/json_text.h"

// The hub itself: whether its memory is whole, and letting it go on if it is not.
namespace depops::hub::cli {
namespace {

using json::Value;

Column member(const char* header, const char* name) {
  return {header, [name](const Value& hub) { return plain_text(hub[name]); }};
}

View hub_view() {
  return {"hub", "state", {member("STATE", "state"), member("EPOCH", "epoch"), member("VERSION", "version")}};
}

Exit print_hub(Session& session, const Value& hub) {
  const Exit exit = session.print_one(hub_view(), hub);
  if (!session.table() || exit != Exit::done) return exit;
  const auto& recoveries = hub["recoveries"].items();
  if (hub["state"].as_string() == "recovery")
    session.say("RECOVERY since " + plain_text(recoveries.back()["noticedAt"]) + ": " +
                plain_text(recoveries.back()["why"]) + ". Nothing new is signed.");
  for (const Value& site : hub["sitesSetAside"].items())
    session.say("nothing is signed for " + plain_text(site["site"]) + ": it " + plain_text(site["why"]));
  for (const Value& alarm : hub["alarms"].items())
    session.say("ALARM since " + plain_text(alarm["since"]) + ": " + plain_text(alarm["what"]));
  if (hub.find("remedy") != nullptr) session.say("who can let it go on: " + plain_text(hub["remedy"]));
  return exit;
}

Exit show_hub(Session& session) {
  const auto hub = session.hub();
  if (!hub.ok()) return session.fail(hub.trouble());
  const auto state = (*hub)->get("/api/v1/hub");
  return state.ok() ? print_hub(session, *state) : session.fail(state.trouble());
}

Exit recover_hub(Session& session, const std::string& reason) {
  const auto hub = session.hub();
  if (!hub.ok()) return session.fail(hub.trouble());
  Value body = Value::object();
  body.add("reason", Value(reason));
  const auto state = (*hub)->post("/api/v1/hub/recover", body);
  if (!state.ok()) return session.fail(state.trouble());
  const Exit exit = print_hub(session, *state);
  if (exit == Exit::done) session.suggest("depops get deployments: those that are paused wait for resume or abort");
  return exit;
}

}  // namespace

void add_hub_commands(CLI::App& app, Session& session, Action& action) {
  CLI::App* hub = app.add_subcommand("hub", "the hub itself");
  hub->require_subcommand(1);
  hub->add_subcommand("status", "its epoch, and whether its memory is whole")->callback([&session, &action] {
    action = [&session] { return show_hub(session); };
  });
  CLI::App* recover = hub->add_subcommand(
      "recover",
      "let a hub go on whose database was put back from a backup: it takes from the sites what it lost, under a new "
      "hub epoch; deployments under way are held until somebody resumes or aborts them");
  const auto reason = std::make_shared<std::string>();
  recover->add_option("--reason", *reason, "what happened; goes into the audit log")->required();
  recover->callback(
      [&session, &action, reason] { action = [&session, reason] { return recover_hub(session, *reason); }; });
}

}  // namespace depops::hub::cli
