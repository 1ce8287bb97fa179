#include "hub/app/certificates.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "hub/app/ingest.h"
#include "hub/app/registry.h"

namespace depops::hub {
namespace {

constexpr Millis kDay = std::chrono::hours(24);
constexpr Millis kBackdatedMost = std::chrono::minutes(5);
constexpr int kBackdatedPart = 10;  // of its life, at most
constexpr std::size_t kSerialDigits = 32;

std::string certificate_text(const CertificateRow& row) {
  return row.serial + " e" + std::to_string(row.site_epoch.value()) + " " + row.key.str() + " " +
         std::to_string(row.not_after.time_since_epoch().count()) + (row.revoked ? " revoked" : "");
}

// Not to be foreseen, for the key of the request is in it, and never given twice, for the count of leaves is.
std::string serial_of(Turn& turn, const SiteEntry& entry, const Digest& key) {
  const std::string text = "certificate " + entry.site.name.str() + " " + key.str() + " " +
                           std::to_string(turn.now.wall.time_since_epoch().count()) + " " +
                           std::to_string(turn.world.counters.audit);
  const std::string digest = turn.codec.digest(text).str();
  std::string digits = digest.substr(digest.size() - kSerialDigits);
  digits[0] = "4567"[static_cast<unsigned char>(digits[0]) % 4];
  return digits;
}

const CertificateRow* held_for(const SiteEntry& entry, const Digest& key, Instant now) {
  for (const CertificateRow& row : entry.identity.certificates)
    if (row.key == key && row.site_epoch == entry.site.site_epoch && !row.revoked && now < row.not_after) return &row;
  return nullptr;
}

// Rows from the future count, too: a clock that was set back opens nothing.
bool is_too_often(const SiteEntry& entry, Instant now) {
  const auto recent = [&](const CertificateRow& row) { return row.issued + kDay > now; };
  return static_cast<std::size_t>(std::ranges::count_if(entry.identity.certificates, recent)) >= kCertificatesPerDay;
}

Answer refuse_renewal(Turn& turn, const RenewSite& request, const std::string& why) {
  const std::uint64_t count = ++turn.world.renewals_refused;
  if (std::has_single_bit(count)) {
    const std::string loud = "RENEWAL REFUSED: " + why + ", from " + request.address + " (" + std::to_string(count) +
                             " such since the start)";
    turn.leaf("certificate.refused", "site/" + request.old.site.str(), "", "", loud);
    EventRow& line = turn.event("site", request.old.site.str() + ": " + loud);
    if (turn.world.sites.contains(request.old.site)) line.site = request.old.site;
  }
  return refused(Errc::refused,
                 "no certificate for this site: the request was not signed with both of its present keys, the last "
                 "certificate ended more than 90 days ago, or the site was revoked; enrol it anew with 'depops site "
                 "reenroll'");
}

std::string objection_to(const Turn& turn, const SiteEntry* entry, const RenewSite& request) {
  if (entry == nullptr) return "no site of that name";
  if (!request.proven) return "no proof of both keys";
  if (request.old.site_epoch != entry->site.site_epoch) return "a certificate of an earlier epoch";
  if (request.signing_key != entry->site.public_key) return "not the site's signing key";
  if (turn.now.wall >= request.old.ends + kRenewedAfter) return "the certificate ended more than 90 days ago";
  if (entry->identity.revoked) return "the site was revoked";
  if (!entry->inbox.frozen().empty()) return "the site is frozen: " + entry->inbox.frozen();
  return "";
}

}  // namespace

Result<CertificateRow> grant_certificate(Turn& turn, SiteEntry& entry, const CertificateWish& wish) {
  const Instant now = turn.now.wall;
  if (entry.identity.revoked) return Error{Errc::refused, "site " + entry.site.name.str() + " was revoked"};
  if (const CertificateRow* held = held_for(entry, wish.key, now)) return *held;
  if (is_too_often(entry, now))
    return Error{Errc::exhausted, "site " + entry.site.name.str() + " got " + std::to_string(kCertificatesPerDay) +
                                      " certificates within 24 hours; try again later"};
  std::erase_if(entry.identity.certificates, [&](const CertificateRow& row) { return row.not_after <= now - kDay; });
  const CertificateRow row{serial_of(turn, entry, wish.key), entry.site.site_epoch, wish.key, now, now + wish.life, {}};
  turn.leaf("certificate.issued", "site/" + entry.site.name.str(), "", certificate_text(row),
            "serial " + row.serial + ", " + wish.how);
  entry.identity.certificates.push_back(row);
  turn.save_identity(entry);
  return row;
}

CertificateTerms terms_of(const SiteName& site, const CertificateRow& row) {
  const Millis backdated = std::min(kBackdatedMost, Millis(row.not_after - row.issued) / kBackdatedPart);
  return {site, row.site_epoch, row.serial, row.issued - backdated, row.not_after};
}

void revoke_certificates(Turn& turn, SiteEntry& entry) {
  for (CertificateRow& row : entry.identity.certificates)
    if (!row.revoked) row.revoked = turn.now.wall;
  turn.save_identity(entry);
}

void asks_certificate(Turn& turn, const AsksCertificate& input) {
  SiteEntry* found = turn.world.find_site(input.site);
  if (found == nullptr) return;
  SiteEntry& entry = *found;
  const auto drop = [&](const std::string& why) { bad_frame(turn, {input.site, "asks for a certificate " + why}); };
  if (input.site_epoch != entry.site.site_epoch) return drop("with the identity of another epoch");
  if (input.facts.common_name != input.site.str()) return drop("of '" + input.facts.common_name.substr(0, 64) + "'");
  if (!entry.inbox.frozen().empty()) return drop("though it is frozen: " + entry.inbox.frozen());
  turn.actor = Actor("agent:" + input.site.str());
  const auto row = grant_certificate(turn, entry, {input.facts.key, input.life, "renewed over the broker"});
  if (!row) return drop("but " + row.error().what);
  turn.send(SendCertificate{input.request, terms_of(input.site, *row)});
}

Answer renew_site(Turn& turn, const RenewSite& request) {
  SiteEntry* entry = turn.world.find_site(request.old.site);
  const std::string objection = objection_to(turn, entry, request);
  if (!objection.empty()) return refuse_renewal(turn, request, objection);
  turn.actor = Actor("agent:" + request.old.site.str());
  const auto days = std::chrono::duration_cast<std::chrono::hours>(turn.now.wall - request.old.ends).count() / 24;
  const std::string how = "renewed over HTTPS from " + request.address +
                          (turn.now.wall < request.old.ends ? "" : ", " + std::to_string(days) + " days after its end");
  const auto row = grant_certificate(turn, *entry, {request.key, request.life, how});
  if (!row) return refused(row.error().code, row.error().what);
  return made("certificate/" + row->serial);
}

}  // namespace depops::hub
