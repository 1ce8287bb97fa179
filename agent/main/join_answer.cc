#include "agent/main/join_answer.h"

#include "agent/credentials/judge.h"
#include "shared/json/write.h"

namespace depops::agent {
namespace {

Error wrong(const std::string& what) {
  return {Errc::refused,
          "the hub's answer can not be right: " + what + "; nothing of it was kept, ask who runs the hub"};
}

std::string quoted_text(const std::string& text) { return json::write(json::Value(text)); }  // YAML reads it, too

std::string broker_text(const join::Answer& answer) {
  if (answer.other_brokers.empty()) return "url: " + quoted_text(answer.broker_url);
  std::string text = "urls: [" + quoted_text(answer.broker_url);
  for (const std::string& url : answer.other_brokers) text += ", " + quoted_text(url);
  return text + "]";
}

std::string router_text(const std::vector<std::string>& binds) {
  std::string text = "router:\n  haproxy:\n    directory: haproxy\n    services:\n";
  for (const std::string& bind : binds) {
    const std::size_t equals = bind.find('=');
    text += "      " + bind.substr(0, equals) + ": {bind: " + quoted_text(bind.substr(equals + 1)) + "}\n";
  }
  return text;
}

constexpr const char* kNoRouter =
    "# Somebody else balances. For HAProxy, in place of the next line:\n"
    "# router: {haproxy: {directory: haproxy, services: {checkout: {bind: \"127.0.0.1:8080\"}}}}\n"
    "router: none\n";

}  // namespace

Result<void> check_answer(const join::Answer& answer, const SiteName& site, const Digest& authority,
                          const x509::PrivateKey& key) {
  if (answer.site != site) return wrong("it is for site " + answer.site.str());
  if (answer.hub_id != answer.hub_key.id().str()) return wrong("the hub's name is not the one of its key");
  const auto infra = x509::facts_of(answer.infra_ca);
  if (!infra || infra->digest != authority) return wrong("its authority is not the one that was pinned");
  const auto own = judge_certificate(answer.certificate, site, answer.site_epoch, key.public_der());
  if (!own) return wrong(own.error().what);
  return {};
}

Result<std::string> settings_text(const join::Answer& answer, const std::string& join_url,
                                  const std::string& port_range, const std::vector<std::string>& binds) {
  for (const std::string& bind : binds) {
    const std::size_t equals = bind.find('=');
    if (equals == std::string::npos || !is_name(bind.substr(0, equals)))
      return Error{Errc::invalid, "--bind '" + bind + "' must be SERVICE=ADDRESS:PORT"};
  }
  const join::Floors& floors = answer.floors;
  const std::string door = join_url.empty() ? "" : ", joinUrl: " + quoted_text(join_url);
  const std::string trust = answer.trust_root.empty() ? "" : "trust: {root: trust-root}\n";
  return "# Written by depops-agent join; yours to change from now on. Start the agent with: depops-agent run --config "
         "FILE\n"
         "site: " +
         answer.site.str() + "\nenvironment: " + answer.environment.str() + "\nstateDir: state\n" + "broker: {" +
         broker_text(answer) + ", ca: infra-ca.pem, cert: tls.pem, key: tls.key}\n" +
         "hub: {artifactsUrl: " + quoted_text(answer.artifacts_url) + ", ca: infra-ca.pem" + door + "}\n" +
         "keys: {signing: site.key, hub: hub.pub}\n" + trust +
         "# What the hub had signed when this site joined, and when: nothing older is obeyed.\n" +
         "enrolment: {siteEpoch: " + std::to_string(answer.site_epoch.value()) +
         ", generation: " + std::to_string(floors.generation.value()) +
         ", hubEpoch: " + std::to_string(floors.hub_epoch.value()) +
         ", timeMs: " + std::to_string(floors.time.time_since_epoch().count()) + "}\n" +
         "runtime: {process: {portRange: " + quoted_text(port_range) + "}}\n" +
         (binds.empty() ? kNoRouter : router_text(binds));
}

}  // namespace depops::agent
