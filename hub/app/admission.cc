#include "hub/app/admission.h"

#include "hub/app/registry.h"
#include "hub/app/session.h"

namespace depops::hub {
namespace {

void note_admission(Turn& turn, const SiteEntry& entry, const std::string& action, const std::string& what) {
  turn.leaf(action, "site/" + entry.site.name.str(), "", entry.identity.waiting_key, what);
  site_event(turn, entry, "site", entry.site.name.str() + ": " + what);
}

}  // namespace

void begin_admission(Turn& turn, SiteEntry& entry, bool confirm) {
  SiteIdentity& identity = entry.identity;
  if (!confirm && !identity.confirm && identity.waiting_key.empty() && identity.admitted_key.empty()) return;
  identity.confirm = confirm;
  identity.waiting_key.clear();
  identity.admitted_key.clear();
  turn.save_identity(entry);
}

std::optional<Error> why_not_admitted(Turn& turn, SiteEntry& entry, const JoinSite& request) {
  SiteIdentity& identity = entry.identity;
  if (!identity.confirm || identity.admitted_key == request.signing_key) return std::nullopt;
  const std::string name = entry.site.name.str();
  if (!identity.waiting_key.empty() && identity.waiting_key != request.signing_key)
    return Error{Errc::refused, "another key waits to be admitted"};
  if (identity.waiting_key.empty()) {
    identity.waiting_key = request.signing_key;
    turn.save_identity(entry);
    note_admission(turn, entry, "join.waits", "asks to be admitted, from " + request.address);
  }
  return Error{Errc::unavailable, "a person must admit this site: depops site admit " + name +
                                      " --words \"...\", with the words that stand at the site; then run this again"};
}

void end_admission(Turn& turn, SiteEntry& entry) { begin_admission(turn, entry, false); }

Answer admit_site(Turn& turn, const AdmitSite& request) {
  SiteEntry* found = turn.world.find_site(request.site);
  if (found == nullptr) return no_site(request.site);
  SiteEntry& entry = *found;
  SiteIdentity& identity = entry.identity;
  if (identity.waiting_key.empty())
    return refused(Errc::refused, "nobody waits to be site " + request.site.str() +
                                      "; run the printed command at the site first, it shows the words");
  const std::string object = "site/" + request.site.str();
  if (identity.waiting_key != request.key) {
    note_admission(turn, entry, "join.not_admitted",
                   "NOT ADMITTED: the words that " + turn.actor.str() + " gave are not of the key that waits");
    return refused(Errc::refused,
                   "these are not the words of the key that waits: somebody else holds the token; make "
                   "another one with 'depops site enroll'");
  }
  if (identity.admitted_key == request.key) return made(object, false);
  identity.admitted_key = request.key;
  turn.save_identity(entry);
  note_admission(turn, entry, "join.admitted", "admitted by " + turn.actor.str());
  return made(object);
}

}  // namespace depops::hub
