#include <CLI/CLI.hpp>

#include "hub/cli/commands.h"
#include "hub/cli/json_text.h"
#include "hub/cli/views.h"

namespace depops::hub::cli {
namespace {

using json::Value;

Exit whoami(Session& session) {
  const auto hub = session.hub();
  if (!hub.ok()) return session.fail(hub.trouble());
  const auto me = (*hub)->get("/api/v1/me");
  if (!me.ok()) return session.fail(me.trouble());
  if (!session.table()) return session.print_one({"actor", "actor", {}}, *me);
  return session.print_text(plain_text((*me)["actor"]) + " at " + (*hub)->hub() + " (hub " +
                            plain_text((*me)["hubVersion"]) + ")\n");
}

// The code stands behind the #, so that it reaches no server log.
Exit sign_in(Session& session) {
  const auto hub = session.hub();
  if (!hub.ok()) return session.fail(hub.trouble());
  const auto code = (*hub)->post("/api/v1/sign-in-codes", Value::object());
  if (!code.ok()) return session.fail(code.trouble());
  std::string address = (*hub)->hub();
  while (address.ends_with('/')) address.pop_back();
  address += "/#code=" + plain_text((*code)["code"]);
  session.say("open this once, before " + short_time((*code)["expiresAt"]));
  if (session.table() || session.globals.output == "name") return session.print_text(address + "\n");
  Value value = *code;
  value.add("address", Value(address));
  return session.print_one({"code", "code", {}}, value);
}

}  // namespace

void add_access_commands(CLI::App& app, Session& session, Action& action) {
  app.add_subcommand("whoami", "who the hub takes you for")->callback([&session, &action] {
    action = [&session] { return whoami(session); };
  });
  app.add_subcommand("sign-in", "an address that signs a browser in to the console, once")
      ->callback([&session, &action] { action = [&session] { return sign_in(session); }; });
}

}  // namespace depops::hub::cli
