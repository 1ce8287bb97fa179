#include <CLI/CLI.hpp>
#include <memory>

#include "hub/cli/commands.h"
#include "hub/cli/views.h"

namespace depops::hub::cli {
namespace {

struct Lift {
  std::string site;
  std::string reason;
};

Exit lift(Session& session, const Lift& options) {
  const auto hub = session.hub();
  if (!hub.ok()) return session.fail(hub.trouble());
  json::Value body = json::Value::object();
  body.add("reason", options.reason);
  const auto site = (*hub)->post("/api/v1/sites/" + encoded(options.site) + "/lift", body);
  if (!site.ok()) return session.fail(site.trouble());
  const Exit exit = session.print_one(site_view(), *site);
  session.suggest("depops describe site " + options.site);
  return exit;
}

}  // namespace

void add_lift_command(CLI::App& site, Session& session, Action& action) {
  auto options = std::make_shared<Lift>();
  CLI::App* command = site.add_subcommand(
      "lift", "a site that was frozen because two hosts spoke for it counts again; only one of them may be left");
  command->add_option("NAME", options->site)->required();
  command->add_option("-m,--reason", options->reason, "what was done about the other host, for the record")->required();
  command->callback([&session, &action, options] { action = [&session, options] { return lift(session, *options); }; });
}

}  // namespace depops::hub::cli
