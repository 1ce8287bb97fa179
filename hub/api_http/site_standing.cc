#include "hub/api_http/site_standing.h"

#include <array>
#include <charconv>

#include "hub/api_http/body.h"
#include "hub/api_http/handlers.h"
#include "hub/api_http/joining.h"
#include "hub/api_http/problem.h"
#include "hub/api_http/text.h"
#include "hub/api_http/views.h"
#include "hub/app/registry.h"
#include "shared/join/key_words.h"

// Whether a site may take part: revoked, cordoned; and who it is.
namespace depops::hub::api_http {
namespace {

constexpr std::size_t kWordsMax = 200;

std::string words_of_digits(const std::string& digits) {
  std::array<std::uint8_t, signing::PublicKey::kSize> key{};
  if (digits.size() != 2 * key.size()) return "";
  for (std::size_t i = 0; i < key.size(); ++i)
    if (std::from_chars(&digits[2 * i], &digits[2 * i] + 2, key[i], 16).ec != std::errc()) return "";
  return join::key_words(signing::PublicKey(key));
}

json::Value mark_view(Instant at, const Actor& by, const std::string& reason) {
  json::Value out;
  out.add("at", time_text(at)).add("by", by.str()).add("reason", reason);
  return out;
}

Response site_as_it_is(const SiteName& name, const Backend& backend, const std::string& left) {
  const auto page = backend.registry.sites({name, {}}, {1, ""});
  if (!page) return problem_of(page.error());
  if (page->items.empty()) return problem_of(Error{Errc::not_found, "there is no site " + name.str()});
  json::Value shown = view(page->items.front(), backend.clock.now().wall);
  if (!left.empty()) shown.add("leftToDo", left);
  return json_response(200, shown);
}

// `wish` as a command, and the site as it is after it.
template <typename Wish>
Response change_standing(const Request& request, const Backend& backend, const Wish& wish, const std::string& left) {
  const auto answer = give(request, backend, wish);
  if (!answer) return problem_of(answer.error());
  if (!answer->ok) return problem_of(*answer);
  return site_as_it_is(wish.site, backend, left);
}

Result<std::string> reason_of(const Request& request) {
  DEPOPS_TRY(const json::Value object, object_of(request.body));
  Body body(object, "");
  std::string reason = body.text("reason", kReasonBytesMax, true);
  DEPOPS_TRY_VOID(body.finish());
  return reason;
}

}  // namespace

Response revoke_site(const Request& request, const Backend& backend) {
  const auto reason = reason_of(request);
  if (!reason) return problem_of(reason.error());
  const std::string left = backend.joining == nullptr
                               ? "the broker still lets the site's certificate in: take it out of the broker by hand"
                               : backend.joining->left_to_people;
  return change_standing(request, backend, RevokeSite{SiteName(request.argument(0)), *reason}, left);
}

// Which key waits is not told: who copied its words from here would have compared nothing.
Response admit_site(const Request& request, const Backend& backend) {
  const auto object = object_of(request.body);
  if (!object) return problem_of(object.error());
  Body body(object.value(), "");
  const std::string words = body.text("words", kWordsMax, true);
  if (const auto good = body.finish(); !good) return problem_of(good.error());
  AdmitSite wish{SiteName(request.argument(0)), ""};
  const auto page = backend.registry.sites({wish.site, {}}, {1, ""});
  if (!page) return problem_of(page.error());
  const std::string waiting = page->items.empty() ? "" : page->items.front().identity.waiting_key;
  std::string given;
  for (const std::string& word : split(lower(words), ' ')) given += (given.empty() ? "" : " ") + word;
  if (!waiting.empty() && given == words_of_digits(waiting)) wish.key = waiting;
  return change_standing(request, backend, wish, "");
}

Response cordon_site(const Request& request, const Backend& backend) {
  const auto reason = reason_of(request);
  if (!reason) return problem_of(reason.error());
  return change_standing(request, backend, CordonSite{SiteName(request.argument(0)), true, *reason}, "");
}

Response uncordon_site(const Request& request, const Backend& backend) {
  return change_standing(request, backend, CordonSite{SiteName(request.argument(0)), false, ""}, "");
}

void add_identity(const SiteView& site, json::Value& out) {
  out.add("siteEpoch", site.site.site_epoch.value());
  add_text(out, "keyWords", words_of_digits(site.site.public_key));
  add_text(out, "incarnation", site.status.incarnation);
  if (!site.identity.certificates.empty()) {
    const CertificateRow& newest = site.identity.certificates.back();
    json::Value certificate;
    certificate.add("serial", newest.serial).add("endsAt", time_text(newest.not_after));
    out.add("certificate", std::move(certificate));
  }
  const SiteIdentity& identity = site.identity;
  if (!identity.waiting_key.empty() && identity.admitted_key.empty()) out.add("waitsForAdmission", true);
  if (identity.revoked) out.add("revoked", mark_view(*identity.revoked, identity.revoked_by, identity.revoke_reason));
  if (identity.cordoned)
    out.add("cordoned", mark_view(*identity.cordoned, identity.cordoned_by, identity.cordon_reason));
}

}  // namespace depops::hub::api_http
