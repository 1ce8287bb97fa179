#include "hub/api_http/identity.h"

#include "hub/api_http/joining.h"
#include "hub/app/certificates.h"

namespace depops::hub::api_http {

Error no_joining() {
  return {Errc::refused,
          "sites can not join this hub by themselves: add sites.ca and sites.join to its settings "
          "(see hub/main) and start it again, or register the site's key with 'depops site create --key'"};
}

std::string hex_of(const signing::PublicKey& key) {
  return signing::to_hex({reinterpret_cast<const char*>(key.bytes().data()), key.bytes().size()});
}

Result<SiteView> find_site(const Backend& backend, const SiteName& name) {
  DEPOPS_TRY(auto page, backend.registry.sites({name, {}}, {1, ""}));
  if (page.items.empty()) return Error{Errc::not_found, "there is no site " + name.str()};
  return std::move(page.items.front());
}

Result<std::string> certificate_of(const SiteView& found, const Digest& key, const std::string& request,
                                   const Backend& backend) {
  const auto& rows = found.identity.certificates;
  for (auto row = rows.rbegin(); row != rows.rend(); ++row)
    if (row->key == key && !row->revoked)
      return backend.joining->certificates.issue(request, terms_of(found.site.name, *row));
  return Error{Errc::refused, "the site was enrolled anew meanwhile"};
}

// It joined already; only what it needs to know is put together here.
Result<join::Answer> identity_of(const Joined& joined, const Backend& backend) {
  const Joining& here = *backend.joining;
  DEPOPS_TRY(const SiteView found, find_site(backend, joined.site));
  // Somebody may have enrolled it anew a moment ago: then this key is nobody's.
  if (found.site.public_key != hex_of(joined.signing_key))
    return Error{Errc::refused, "the site was enrolled anew meanwhile"};
  const Instant now = backend.clock.now().wall;
  DEPOPS_TRY(const auto roots, backend.registry.trust_roots());
  DEPOPS_TRY(const HubView hub, backend.registry.hub());
  DEPOPS_TRY(const std::string certificate, certificate_of(found, joined.key, joined.certificate_request, backend));
  join::Answer answer{found.site.name,
                      found.site.environment,
                      found.site.site_epoch,
                      certificate,
                      here.infra_ca,
                      here.broker_url,
                      here.artifacts_url,
                      here.hub_id,
                      here.hub_key,
                      "",
                      {found.status.signed_generation, hub.hub_epoch, 0, now},
                      here.other_brokers};
  if (!roots.empty()) {
    answer.trust_root = roots.back().bytes;
    answer.floors.trust_version = roots.back().version.value();
  }
  return answer;
}

}  // namespace depops::hub::api_http
