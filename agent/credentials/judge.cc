#include "agent/credentials/judge.h"

namespace depops::agent {

bool names_site(const x509::Facts& facts, const SiteName& site, SiteEpoch epoch) {
  const std::string uri = "urn:depops:site:" + site.str() + ":e" + std::to_string(epoch.value());
  return facts.subject_parts == 1 && facts.common_names == std::vector{site.str()} && facts.uris == std::vector{uri} &&
         facts.other_names == 0;
}

Result<x509::Facts> judge_certificate(const std::string& pem, const SiteName& site, SiteEpoch epoch,
                                      const std::string& public_der) {
  auto facts = x509::facts_of(pem);
  if (!facts) return Error{Errc::refused, "its certificate can not be read"};
  if (facts->public_der != public_der) return Error{Errc::refused, "its certificate is for another key"};
  if (!names_site(*facts, site, epoch)) return Error{Errc::refused, "its certificate names somebody else"};
  const bool client = facts->purposes == std::vector<std::string>{"clientAuth"} && !facts->authority;
  if (!client) return Error{Errc::refused, "its certificate is not one of a client alone"};
  return facts;
}

}  // namespace depops::agent
