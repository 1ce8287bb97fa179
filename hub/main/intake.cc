#include "hub/main/intake.h"

#include <array>
#include <charconv>

#include "shared/signing/signing.h"
#include "shared/wire/body.h"
#include "shared/wire/seal.h"
#include "shared/wire/topics.h"

namespace depops::hub {
namespace {

constexpr std::size_t kDrawBytes = 16;

std::optional<signing::PublicKey> key_of(const std::string& hex) {
  std::array<std::uint8_t, signing::PublicKey::kSize> bytes{};
  if (hex.size() != bytes.size() * 2) return {};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const char* digits = hex.data() + i * 2;
    if (std::from_chars(digits, digits + 2, bytes[i], 16).ptr != digits + 2) return {};
  }
  return signing::PublicKey(bytes);
}

Result<wire::Body> verified(const ports::Message& message, const SiteEntry& entry, const std::string& hub_id) {
  if (entry.identity.revoked) return Error{Errc::refused, "the site was revoked: " + entry.identity.revoke_reason};
  const auto key = key_of(entry.site.public_key);
  if (!key) return Error{Errc::refused, "the site has no signing key here; give it with 'depops site create'"};
  const std::array keys{*key};
  DEPOPS_TRY(const wire::Opened opened, wire::open(wire::kBodyType, message.payload, keys));
  DEPOPS_TRY(wire::Body body, wire::decode_body(opened.body));
  if (body.source != wire::site_address(entry.site.name) || body.destination != wire::hub_address(hub_id))
    return Error{Errc::refused, "from " + body.source + " to " + body.destination + " on the topic of another"};
  if (body.site_epoch != entry.site.site_epoch)
    return Error{Errc::refused, "of site epoch " + std::to_string(body.site_epoch.value()) + ", the site's is " +
                                    std::to_string(entry.site.site_epoch.value())};
  return body;
}

struct ToInput {
  const SiteName& site;
  const wire::Body& body;
  const Reading& reading;

  template <typename Up>
  Input up(const Up& message) const {
    return FromSite{wire::sender_of(body, site), message};
  }
  Input operator()(const sync::Hello& hello) const {
    FromSite said{wire::sender_of(body, site), hello, signing::to_hex(signing::random_bytes(kDrawBytes))};
    if (hello.document.empty()) return said;
    const std::array keys{reading.release_key};
    auto shown = wire::open(wire::kDesiredType, hello.document, keys);
    if (!shown) return BadFrame{site, "shows a document that this hub never signed: " + shown.error().what};
    std::get<sync::Hello>(said.message).document = std::move(shown).value().body;
    return said;
  }
  Input operator()(const sync::Run& run) const { return up(run); }
  Input operator()(const sync::Gone& gone) const { return up(gone); }
  Input operator()(const sync::Inventory& inventory) const { return up(inventory); }
  Input operator()(const sync::SnapshotPart& part) const { return up(part); }
  Input operator()(const sync::Presence& presence) const {
    return Presence{site, body.session, presence.online, presence.voice};
  }
  Input operator()(const sync::Telemetry& telemetry) const { return Heard{site, telemetry}; }
  Input operator()(const sync::Renewal& renewal) const {
    const std::string& request = renewal.certificate_request;
    if (reading.certificates == nullptr) return BadFrame{site, "asks for a certificate, and none are given here"};
    auto facts = reading.certificates->check(request);
    if (!facts) return BadFrame{site, "asks for a certificate: " + facts.error().what};
    return AsksCertificate{site, body.site_epoch, request, std::move(facts).value(), reading.certificate_life};
  }
  template <typename Other>
  Input operator()(const Other&) const {
    return BadFrame{site, "a frame that a hub does not take"};
  }
};

}  // namespace

std::optional<Input> input_of(const ports::Message& message, const World& world, const Reading& reading) {
  const auto topic = wire::parse_topic(message.topic);
  if (!topic || topic->site.empty()) return {};
  const auto entry = world.sites.find(topic->site);
  if (entry == world.sites.end()) return {};
  const auto body = verified(message, entry->second, reading.hub_id);
  if (!body) return BadFrame{topic->site, body.error().what};
  return std::visit(ToInput{topic->site, body.value(), reading}, body.value().content);
}

}  // namespace depops::hub
