#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>

#include "hub/cli/commands.h"
#include "hub/cli/describe.h"
#include "hub/cli/event_stream.h"
#include "hub/cli/interrupt.h"
#include "hub/cli/json_text.h"
#include "hub/cli/time_text.h"
#include "hub/cli/views.h"
#include "shared/json/parse.h"
#include "shared/manifest/quantity.h"

namespace depops::hub::cli {
namespace {

using json::Value;

constexpr Millis kAgain{1'000};
constexpr int kSilencesMax = 60;

struct RecordOptions {
  std::string object, actor, site;
  std::string service, environment, since, from, to;
  std::string deployment, topics, after;
  std::size_t limit = 100;
  bool follow = false;
};

Exit list_audit(Session& session, const RecordOptions& options) {
  const auto hub = session.hub();
  if (!hub.ok()) return session.fail(hub.trouble());
  const auto items = (*hub)->list(
      "/api/v1/audit", {{"object", options.object}, {"actor", options.actor}, {"site", options.site}}, options.limit);
  if (!items.ok()) return session.fail(items.trouble());
  if (items->second) session.say("there are more; see them with --limit 0");
  return session.print_list(audit_view(), items->first);
}

Exit show_dora(Session& session, const RecordOptions& options) {
  std::string from = options.from;
  if (!options.since.empty()) {
    const auto now = std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now());
    from = write_time(now - manifest::parse_duration(options.since).value_or(Millis(0)));
  }
  const auto hub = session.hub();
  if (!hub.ok()) return session.fail(hub.trouble());
  const auto dora = (*hub)->get(
      "/api/v1/dora",
      {{"service", options.service}, {"environment", options.environment}, {"from", from}, {"to", options.to}});
  if (!dora.ok()) return session.fail(dora.trouble());
  if (session.table()) return session.print_text(described_dora(*dora));
  return session.print_one({"dora", "service", {}}, *dora);
}

void print_event(const Session& session, const ServerEvent& event) {
  const auto data = json::parse(event.data);
  Value value = Value::object();
  value.add("id", Value(event.id)).add("event", Value(event.name));
  value.add("data", data ? *data : Value(event.data));
  const std::string what = data ? plain_text((*data)["kind"]) + " " + plain_text((*data)["id"]) : printable(event.data);
  session.print_change(event.id + "  " + event.name + "  " + what, value);
}

// The hub may be away for a while; the stream goes on after the last event that came.
Exit follow_events(Session& session, const RecordOptions& options) {
  const auto hub = session.hub();
  if (!hub.ok()) return session.fail(hub.trouble());
  const Interrupt interrupt;
  EventReader reader;
  std::string last = options.after;
  int silences = 0;
  while (!interrupt.came()) {
    Request request{
        "GET", with_query("/api/v1/events", {{"topics", options.topics}}), "", "", {{"Accept", "text/event-stream"}}};
    if (!last.empty()) request.headers["Last-Event-ID"] = last;
    const auto line = [&](const std::string& text) {
      const auto event = reader.take(text);
      if (event) print_event(session, *event);
      if (!reader.last_id().empty()) last = reader.last_id();
      silences = 0;
      return !interrupt.came();
    };
    const auto ended = (*hub)->stream(request, line, [&interrupt] { return !interrupt.came(); });
    const bool away = ended.ok() || ended.trouble().exit == Exit::unreachable;
    if (!away || ++silences > kSilencesMax)
      return session.fail(ended.ok() ? Trouble{Exit::unreachable, "the hub ends every stream"} : ended.trouble());
    if (silences == 1 && !interrupt.came()) session.say("the stream broke off; trying again");
    interrupt.wait(kAgain);
  }
  return Exit::interrupted;
}

Exit show_events(Session& session, const RecordOptions& options) {
  if (options.follow && options.deployment.empty()) return follow_events(session, options);
  if (options.deployment.empty()) {
    return session.fail({Exit::usage, "name a deployment for its events so far, or follow all changes with -f"});
  }
  if (options.follow)
    return session.fail({Exit::usage, "follow one deployment with: depops rollout watch " + options.deployment});
  const auto hub = session.hub();
  if (!hub.ok()) return session.fail(hub.trouble());
  const auto items = (*hub)->list("/api/v1/deployments/" + encoded(options.deployment) + "/events", {}, options.limit);
  if (!items.ok()) return session.fail(items.trouble());
  if (items->second) session.say("there are more; see them with --limit 0");
  return session.print_list(event_view(), items->first);
}

std::string check_time(const std::string& text) {
  return parse_time(text) ? "" : "must be a time like 2026-11-23T13:00:00Z, with its offset";
}

std::string check_span(const std::string& text) {
  return manifest::parse_duration(text) ? "" : "must be a duration like 90d or 12h";
}

void add_dora(CLI::App& app, Session& session, Action& action, const std::shared_ptr<RecordOptions>& options) {
  CLI::App* dora = app.add_subcommand("dora", "how often, how fast, how safe: the delivery measures");
  dora->add_option("-s,--service", options->service, "without it all services together");
  dora->add_option("-e,--environment", options->environment, "without it all of tier production");
  CLI::Option* since = dora->add_option("--since", options->since, "so long back from now: 90d")->check(check_span);
  dora->add_option("--from", options->from, "start, RFC 3339")->check(check_time)->excludes(since);
  dora->add_option("--to", options->to, "end, RFC 3339; not part of it")->check(check_time);
  dora->callback(
      [&session, &action, options] { action = [&session, options] { return show_dora(session, *options); }; });
}

}  // namespace

void add_record_commands(CLI::App& app, Session& session, Action& action) {
  auto options = std::make_shared<RecordOptions>();
  CLI::App* audit = app.add_subcommand("audit", "who did what, when and why");
  audit->require_subcommand(1);
  CLI::App* list = audit->add_subcommand("list", "newest first");
  list->add_option("--object", options->object, "of this thing: deployment/d-17");
  list->add_option("--actor", options->actor, "of this person or part");
  list->add_option("--site", options->site, "written at this site");
  list->add_option("--limit", options->limit, "at most so many; 0 for all")->capture_default_str();
  list->callback(
      [&session, &action, options] { action = [&session, options] { return list_audit(session, *options); }; });
  add_audit_commands(*audit, session, action);
  add_dora(app, session, action, options);
  CLI::App* events = app.add_subcommand("events", "what happened in a deployment, or all changes as they come");
  events->add_option("DEPLOYMENT", options->deployment);
  events->add_flag("-f,--follow", options->follow, "all changes as they come, until Ctrl-C");
  events->add_option("--topics", options->topics, "with -f: only these kinds, comma-separated");
  events->add_option("--after", options->after, "with -f: go on after the event with this id");
  events->add_option("--limit", options->limit, "at most so many; 0 for all")->capture_default_str();
  events->callback(
      [&session, &action, options] { action = [&session, options] { return show_events(session, *options); }; });
}

}  // namespace depops::hub::cli
