#include "hub/main/listeners.h"

#include "hub/authority/file_authority.h"
#include "hub/main/broker_gate.h"
#include "shared/x509/x509.h"

namespace depops::hub {

namespace {

// Without it the hub answers at the listener alone: TLS takes keys that it refuses, as one that a group may read.
Result<join::Seal> load_seal(const Settings& settings) {
  DEPOPS_TRY(std::string shown, authority::read_pem_file(settings.sites_tls.certificate));
  DEPOPS_TRY(x509::PrivateKey key, x509::PrivateKey::load(settings.sites_tls.key));
  return join::Seal{std::move(shown), std::move(key)};
}

}  // namespace

Result<Door> make_door(const Settings& settings, const std::string& hub_id, const signing::PublicKey& key) {
  const JoinSettings& join = settings.join;
  if (!join.listen) return Door{};
  Door door;
  DEPOPS_TRY(door.certificates, authority::FileAuthority::open(join.ca_certificate.string(), join.ca_key.string()));
  DEPOPS_TRY(const std::string infra, authority::read_pem_file(settings.broker_ca));
  const auto facts = x509::facts_of(infra);
  if (!facts) return facts.error().in(settings.broker_ca);
  door.joining.reset(new api_http::Joining{*door.certificates,
                                           join.url,
                                           facts.value().digest,
                                           infra,
                                           join.broker_urls.front(),
                                           {join.broker_urls.begin() + 1, join.broker_urls.end()},
                                           join.artifacts_url,
                                           hub_id,
                                           key,
                                           load_seal(settings),
                                           join.certificate_life,
                                           left_to_people(settings)});
  return door;
}

Result<Listeners> open_listeners(const Settings& settings, const api_http::Backend& backend,
                                 api_http::EventFeed& feed) {
  Listeners out;
  DEPOPS_TRY(out.people, api_http::Server::for_people(settings.api, backend, feed, settings.console));
  if (!settings.sites_tls.certificate.empty()) {
    DEPOPS_TRY(out.sites, api_http::Server::for_sites(settings.sites, settings.sites_tls, backend));
  }
  if (backend.joining != nullptr) {
    const api_http::JoinTls tls{settings.sites_tls.certificate, settings.sites_tls.key, settings.broker_ca};
    DEPOPS_TRY(out.joining, api_http::Server::for_joining(*settings.join.listen, tls, backend));
  }
  return out;
}

void Listeners::stop() {
  for (api_http::Server* server : {people.get(), sites.get(), joining.get()})
    if (server != nullptr) server->stop();
}

}  // namespace depops::hub
