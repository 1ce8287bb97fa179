#include "hub/app/join.h"

#include <bit>
#include <utility>

#include "hub/app/admission.h"
#include "hub/app/certificates.h"
#include "hub/app/registry.h"
#include "hub/app/standing.h"

namespace depops::hub {
namespace {

constexpr std::size_t kKeyLength = 64;
constexpr Millis kClockStep = std::chrono::minutes(5);  // so far a clock is set back in daily life

std::string object_of(const SiteName& site) { return "site/" + site.str(); }

std::string text_of(const JoinTokenRow& row) {
  return row.token.str() + " e" + std::to_string(row.site_epoch.value()) + " " +
         std::to_string(row.expires.time_since_epoch().count()) + " " + row.ended + " " + row.used_key;
}

std::string identity_of(const Site& site) {
  return site.name.str() + " e" + std::to_string(site.site_epoch.value()) + " " + site.public_key;
}

// The site that the token is for; made if it is not known. Nothing is changed if that can not be.
Answer find_or_create(Turn& turn, const MakeJoinToken& request) {
  const auto known = turn.world.sites.find(request.site);
  if (known == turn.world.sites.end()) {
    if (request.anew || request.environment.empty())
      return refused(Errc::not_found, "there is no site " + request.site.str() +
                                          "; enrol it with --environment, or see 'depops get sites'");
    return create_site(turn, {request.site, request.environment, {}, ""});
  }
  const Site& site = known->second.site;
  if (!request.environment.empty() && request.environment != site.environment)
    return refused(Errc::exists, "site " + site.name.str() + " belongs to environment " + site.environment.str() +
                                     "; a site never moves, create another one");
  if (!request.anew && !site.public_key.empty())
    return refused(Errc::exists, "site " + site.name.str() + " has joined already; if it lost its keys or its disk: " +
                                     "depops site reenroll " + site.name.str());
  return made(object_of(request.site), false);
}

void end_identity(Turn& turn, SiteEntry& entry) {
  Site next = entry.site;
  next.site_epoch = next.site_epoch.next();
  next.public_key.clear();
  turn.leaf("site.reenrolled", object_of(next.name), identity_of(entry.site), identity_of(next),
            "its key of epoch " + std::to_string(entry.site.site_epoch.value()) + " counts no longer");
  entry.site = next;
  turn.save_site(entry);
  // Who was revoked comes back so, with another key.
  entry.identity.revoked.reset();
  entry.identity.revoked_by = Actor();
  entry.identity.revoke_reason.clear();
  revoke_certificates(turn, entry);
  list_revocations(turn);
  // Who joins next has accepted nothing yet.
  SiteStatus& status = entry.status;
  status.online = false;
  status.base = Digest();
  status.base_generation = Generation();
  status.held = Generation();
  status.trust_version = trust::TrustVersion();
  turn.save_status(entry);
  // What it should do is signed for the new epoch: no document of the old one is obeyed.
  if (entry.desired.generation > Generation()) turn.mark_site(entry);
}

void say(Turn& turn, const SiteName& site, const std::string& text) {
  EventRow& line = turn.event("site", site.str() + ": " + text);
  line.site = site;
  const auto known = turn.world.sites.find(site);
  if (known != turn.world.sites.end()) line.environment = known->second.site.environment;
}

Answer no() {
  return refused(
      Errc::refused,
      "this site can not join with this token: it is not the token of this site, was used, is too old, or the "
      "request was not signed with the site's key; make a new token with 'depops site enroll'");
}

bool is_token(const Turn& turn, const JoinTokenRow& row, const JoinSite& request) {
  const Digest wanted = request.claim.empty() ? row.token : turn.codec.token_proof(row.token, request.claim);
  return turn.codec.same_secret(wanted, request.token);
}

// Nobody ever had this token. A flood must not fill the log: the 1st, 2nd, 4th, 8th ... guess is audited.
Answer refuse_guess(Turn& turn, const JoinSite& request) {
  const std::uint64_t count = ++turn.world.join_guesses;
  if (std::has_single_bit(count))
    turn.leaf("join.guessed", object_of(request.site), "", "",
              "a token that is not the site's, from " + request.address + " (" + std::to_string(count) +
                  " such since the start)");
  return no();
}

// Somebody has the token, and it is no use: that is worth to be said aloud, at the 1st, 2nd, 4th, 8th ... time.
Answer refuse_known(Turn& turn, JoinTokenRow row, const JoinSite& request, const std::string& why) {
  ++row.refusals;
  if (std::has_single_bit(row.refusals)) {
    const std::string loud = "JOIN REFUSED: " + why + ", from " + request.address + " (" +
                             std::to_string(row.refusals) + " with this token)";
    turn.leaf("join.refused", object_of(row.site), "", text_of(row), loud);
    say(turn, row.site, loud);
  }
  turn.save(std::move(row));
  return no();
}

Answer refuse_proof(Turn& turn, JoinTokenRow row, const JoinSite& request) {
  if (++row.bad_proofs < kBadProofsMax) return refuse_known(turn, std::move(row), request, "no proof of the key");
  row.ended = "burnt";
  turn.leaf("join.token_burnt", object_of(row.site), "", text_of(row),
            std::to_string(row.bad_proofs) + " times no proof of the key, the last from " + request.address);
  return refuse_known(turn, std::move(row), request, "no proof of the key; the token is burnt");
}

// `answer`, if the site may have the certificate it asks for.
Answer certified(Turn& turn, SiteEntry& entry, const JoinSite& request, Answer answer) {
  if (request.key.empty()) return answer;
  const auto row = grant_certificate(turn, entry, {request.key, request.life, "joined from " + request.address});
  return row ? answer : refused(row.error().code, row.error().what);
}

Answer accept_site(Turn& turn, JoinTokenRow row, SiteEntry& entry, const JoinSite& request) {
  Site next = entry.site;
  next.public_key = request.signing_key;
  row.used = turn.now.wall;
  row.used_key = request.signing_key;
  row.fingerprint = request.fingerprint;
  turn.actor = Actor("agent:" + next.name.str());
  turn.leaf("site.enrolled", object_of(next.name), identity_of(entry.site), identity_of(next),
            "with a token by " + row.made_by.str() + ", from " + request.address);
  entry.site = next;
  turn.save_site(entry);
  end_admission(turn, entry);
  turn.save(std::move(row));
  say(turn, next.name, "enrolled, from " + request.address);
  turn.send(Announce{});
  return certified(turn, entry, request, made(object_of(next.name)));
}

// The token is the right one and was used: by the same key the join goes on, by another one it is refused.
Answer join_again(Turn& turn, JoinTokenRow row, SiteEntry& entry, const JoinSite& request) {
  const bool same = row.used_key == request.signing_key && entry.site.public_key == request.signing_key;
  if (!same) return refuse_known(turn, std::move(row), request, "the token was used before, by another key");
  if (!request.proven) return refuse_proof(turn, std::move(row), request);
  return certified(turn, entry, request, made(object_of(row.site), false));
}

}  // namespace

Answer make_join_token(Turn& turn, const MakeJoinToken& request) {
  if (!is_name(request.site.str())) return refused(Errc::invalid, "site: not a name; use a-z, 0-9 and -");
  if (request.life < kTokenLifeMin || request.life > kTokenLifeMax)
    return refused(Errc::invalid, "a token lives for 1 minute to 24 hours");
  Answer found = find_or_create(turn, request);
  if (!found.ok) return found;
  SiteEntry& entry = turn.world.sites.at(request.site);
  if (request.anew) end_identity(turn, entry);
  JoinTokenRow row{
      request.site, request.token, entry.site.site_epoch, turn.now.wall, turn.now.wall + request.life, turn.actor, 0, 0,
      "",           std::nullopt};
  turn.leaf("join.token_made", object_of(request.site), "", text_of(row),
            request.confirm ? "who joins with it must be admitted" : "");
  begin_admission(turn, entry, request.confirm);
  turn.save(std::move(row));
  return made("join-token/" + request.token.str());
}

Answer join_site(Turn& turn, const JoinSite& request) {
  const auto found = turn.world.join_tokens.find(request.site);
  const auto site = turn.world.sites.find(request.site);
  const bool known =
      found != turn.world.join_tokens.end() && site != turn.world.sites.end() && is_token(turn, found->second, request);
  if (!known) return refuse_guess(turn, request);
  JoinTokenRow row = found->second;
  // Once too old, always too old: a clock that goes back brings no token back.
  if (row.ended.empty() && (turn.now.wall >= row.expires || turn.now.wall + kClockStep < row.made))
    row.ended = "expired";
  if (!row.ended.empty()) return refuse_known(turn, row, request, "the token is " + row.ended);
  if (row.site_epoch != site->second.site.site_epoch)
    return refuse_known(turn, row, request, "the token is of an earlier epoch of the site");
  if (row.used) return join_again(turn, std::move(row), site->second, request);
  if (!site->second.site.public_key.empty())
    return refuse_known(turn, row, request, "the site has a key already, which somebody registered");
  if (request.signing_key.size() != kKeyLength || !request.proven) return refuse_proof(turn, std::move(row), request);
  if (const auto why = why_not_admitted(turn, site->second, request)) {
    if (why->code == Errc::unavailable) return refused(*why);
    return refuse_known(turn, row, request, why->what);
  }
  return accept_site(turn, std::move(row), site->second, request);
}

}  // namespace depops::hub
