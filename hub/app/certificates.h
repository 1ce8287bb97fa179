#pragma once

#include "hub/app/turn.h"

// Which certificates sites get. A row is committed before its certificate is made: what is not written was never
// issued.
namespace depops::hub {

inline constexpr Millis kCertificateLife = std::chrono::hours(24 * 7);
inline constexpr Millis kByHandLife = std::chrono::hours(24 * 180);   // nothing renews what is carried by hand
inline constexpr Millis kRenewedAfter = std::chrono::hours(24 * 90);  // so long after its end one is renewed
inline constexpr std::size_t kCertificatesPerDay = 6;                 // of one site

struct CertificateWish {
  Digest key;
  Millis life{0};
  std::string how;  // for the leaf: how it was asked for
};

// For the site's present epoch, whatever the request says. The same key again gets the same certificate, until it runs
// out. Errors: refused (the site was revoked), exhausted (too many of them).
Result<CertificateRow> grant_certificate(Turn& turn, SiteEntry& entry, const CertificateWish& wish);

// It begins a little before it was issued, for clocks that are a little behind.
CertificateTerms terms_of(const SiteName& site, const CertificateRow& row);

// None of those it got counts any longer.
void revoke_certificates(Turn& turn, SiteEntry& entry);

// Over the broker. Refused like any frame that can not be right: one of an earlier epoch, or that names somebody else.
void asks_certificate(Turn& turn, const AsksCertificate& input);

// Over HTTPS. Whatever is wrong, the answer is the same; what it was stands in the audit log.
Answer renew_site(Turn& turn, const RenewSite& request);

}  // namespace depops::hub
