#include "hub/app/session.h"

#include <utility>

#include "hub/app/registry.h"
#include "hub/app/standing.h"

namespace depops::hub {
namespace {

// Asks every host that speaks for the site to say Hello.
void call(Turn& turn, const SiteName& site) { turn.send(SendDown{site, sync::Welcome{"", "", {}, true}}); }

}  // namespace

EventRow& site_event(Turn& turn, const SiteEntry& entry, const std::string& kind, std::string text) {
  EventRow& row = turn.event(kind, std::move(text));
  row.site = entry.site.name;
  row.environment = entry.site.environment;
  return row;
}

void note_on_site(Turn& turn, const SiteEntry& entry, const std::string& action, const std::string& why) {
  turn.leaf(action, "site/" + entry.site.name.str(), "", why, why);
  site_event(turn, entry, "site", entry.site.name.str() + ": " + why);
}

bool greet(Turn& turn, SiteEntry& entry, const sync::Hello& hello, const std::string& draw) {
  if (hello.voice.empty() || draw.empty()) return true;  // an agent from before there were tokens
  const sync::TokenTip before = entry.status.tokens;
  sync::Presented judged = sync::present(entry.status.tokens, hello.token, draw);
  if (!judged.frozen.empty()) {
    freeze_site(turn, entry, judged.frozen);
    return false;
  }
  if (entry.status.tokens != before) turn.save_status(entry);
  const bool stray = judged.next.stray;
  turn.send(
      SendDown{entry.site.name, sync::Welcome{hello.voice, hello.token.secret, std::move(judged.next), judged.again}});
  return !stray;
}

void freeze_site(Turn& turn, SiteEntry& entry, const std::string& why) {
  entry.inbox.freeze(why);
  entry.status.frozen = why;
  turn.save_inbox(entry);
  turn.save_status(entry);
  note_on_site(turn, entry, "site.frozen", "FROZEN: " + why);
  touch_waiting(turn, entry);
  turn.send(SendDown{entry.site.name, sync::Freeze{why}});
}

void tell_frozen(Turn& turn, const SiteEntry& entry, const sync::UpMessage& message) {
  if (std::holds_alternative<sync::Hello>(message))
    turn.send(SendDown{entry.site.name, sync::Freeze{entry.inbox.frozen()}});
}

void begin_life(Turn& turn, SiteEntry& entry) {
  const bool was_frozen = !std::exchange(entry.status.frozen, "").empty();
  entry.status.tokens = {};
  entry.status.facts_as_of = {};
  entry.facts.begin_anew();
  turn.save_status(entry);
  if (was_frozen && entry.behind) turn.mark_site(entry);
  if (was_frozen) touch_waiting(turn, entry);
}

Answer lift_site(Turn& turn, const LiftSite& request) {
  const std::string object = "site/" + request.site.str();
  if (request.reason.empty() || request.reason.size() > kReasonBytesMax)
    return refused(Errc::invalid, "reason: say in 1 to 1,000 bytes what was done about the other host");
  SiteEntry* found = turn.world.find_site(request.site);
  if (found == nullptr) return no_site(request.site);
  SiteEntry& entry = *found;
  if (entry.inbox.frozen().empty()) return made(object, false);
  const std::string before = entry.inbox.frozen();
  entry.inbox.lift();
  entry.status.frozen.clear();
  entry.status.tokens.open = true;
  turn.save_inbox(entry);
  turn.save_status(entry);
  turn.leaf("site.lifted", object, before, "", request.reason);
  site_event(turn, entry, "site",
             request.site.str() + ": counts again, by " + turn.actor.str() + ": " + request.reason);
  if (entry.behind) turn.mark_site(entry);
  touch_waiting(turn, entry);
  call(turn, request.site);
  return made(object);
}

}  // namespace depops::hub
