#include <CLI/CLI.hpp>
#include <memory>

#include "hub/cli/commands.h"
#include "hub/cli/describe.h"
#include "hub/cli/views.h"

namespace depops::hub::cli {
namespace {

using json::Value;

struct StandingOptions {
  std::string site;
  std::string reason;
  std::string words;
};

// What the hub answered: the site, and what is left to people.
Exit show_site(Session& session, const Answer<Value>& site) {
  if (!site.ok()) return session.fail(site.trouble());
  const Exit exit = session.print_one(site_view(), *site);
  if (const Value* left = site->find("leftToDo")) session.say("left to do: " + left->as_string());
  return exit;
}

Exit change_site(Session& session, const StandingOptions& options, const std::string& what) {
  const auto hub = session.hub();
  if (!hub.ok()) return session.fail(hub.trouble());
  Value body = Value::object();
  if (!options.reason.empty()) body.add("reason", options.reason);
  if (!options.words.empty()) body.add("words", options.words);
  return show_site(session, (*hub)->post("/api/v1/sites/" + encoded(options.site) + "/" + what, body));
}

Exit describe_site(Session& session, const StandingOptions& options) {
  const auto hub = session.hub();
  if (!hub.ok()) return session.fail(hub.trouble());
  const auto site = (*hub)->get("/api/v1/sites/" + encoded(options.site));
  if (!site.ok()) return session.fail(site.trouble());
  if (!session.table()) return session.print_one(site_view(), *site);
  return session.print_text(described_site(*site, session.colour_on(1)));
}

// Of a token made with --confirm.
void add_admit_command(CLI::App& site, Session& session, Action& action) {
  auto options = std::make_shared<StandingOptions>();
  CLI::App* admit =
      site.add_subcommand("admit", "let in who waits to join, if the words are those that stand at the site");
  admit->add_option("NAME", options->site)->required();
  admit->add_option("--words", options->words, "the six words that depops-agent join shows there")->required();
  admit->callback([&session, &action, options] {
    action = [&session, options] { return change_site(session, *options, "admission"); };
  });
}

}  // namespace

void add_standing_commands(CLI::App& site, Session& session, Action& action) {
  add_admit_command(site, session, action);
  auto options = std::make_shared<StandingOptions>();
  const auto add = [&, options](const char* name, const char* help, auto run, bool with_reason) {
    CLI::App* command = site.add_subcommand(name, help);
    command->add_option("NAME", options->site)->required();
    if (with_reason) command->add_option("--reason", options->reason, "why, for those who read it later")->required();
    command->callback(
        [&session, &action, options, run] { action = [&session, options, run] { return run(session, *options); }; });
  };
  add(
      "revoke", "nothing counts any longer that comes from the site, at once; it comes back with 'site reenroll'",
      [](Session& on, const StandingOptions& of) { return change_site(on, of, "revocation"); }, true);
  add(
      "cordon", "nothing new begins at the site; going back is free",
      [](Session& on, const StandingOptions& of) { return change_site(on, of, "cordon"); }, true);
  add(
      "uncordon", "deployments begin there as before",
      [](Session& on, const StandingOptions& of) { return change_site(on, of, "uncordon"); }, false);
  add("describe", "who the site is: its certificate, its key as six words, its epoch, what it waits for", describe_site,
      false);
}

}  // namespace depops::hub::cli
