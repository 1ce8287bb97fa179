#include <stdlib.h>

#include <filesystem>

#include "hub/authority/file_authority.h"
#include "shared/x509/x509.h"
#include "tests/fuzz/target.h"

// Certificates that servers show, and requests that become certificates of sites. Inputs are DER, for a search finds
// nothing behind base64. The keys are new each time: the library makes none that can be foreseen.
namespace depops::fuzz {
namespace {

using hub::authority::FileAuthority;

constexpr Instant kNow(Millis(1'790'000'000'000));

const hub::CertificateTerms kTerms{SiteName("fra-1"), SiteEpoch(2), std::string(32, '5'), kNow,
                                   kNow + Millis(604'800'000)};

std::string pem_of(const std::string& kind, std::string_view der) {
  const std::string text = signing::to_base64(der);
  std::string pem = "-----BEGIN " + kind + "-----\n";
  for (std::size_t at = 0; at < text.size(); at += 64) pem += text.substr(at, 64) + "\n";
  return pem + "-----END " + kind + "-----\n";
}

std::string der_of(const std::string& pem) {
  std::string text;
  for (std::size_t at = pem.find('\n') + 1; pem[at] != '-'; ++at) {
    if (pem[at] != '\n') text += pem[at];
  }
  return signing::from_base64(text).value();
}

// An authority, a site's key and the certificate that the site got.
struct World {
  World() {
    char name[] = "/tmp/depops-fuzz-XXXXXX";
    const std::string folder = ::mkdtemp(name);
    DEPOPS_CHECK(hub::authority::make_authority(folder + "/ca", folder + "/key", kNow).ok());
    authority_pem = hub::authority::read_pem_file(folder + "/ca").value();
    authority = FileAuthority::open(folder + "/ca", folder + "/key").value();
    std::filesystem::remove_all(folder);
    certificate = authority->issue(request, kTerms).value();
  }
  std::string request = x509::PrivateKey::generate().request("somebody");
  std::string authority_pem;
  std::unique_ptr<FileAuthority> authority;
  std::string certificate;
};

const World& world() {
  static const World it;
  return it;
}

// Only what the authority gave out is its word: the signature may be written in two ways, what it says in one.
bool judge_certificate(std::string_view der) {
  const std::string pem = pem_of("CERTIFICATE", der);
  const auto facts = x509::facts_of(pem);
  const bool ours = x509::signed_by(pem, world().authority_pem);
  (void)x509::signed_by(world().certificate, pem);
  (void)x509::said_by(pem, "a claim", der);
  DEPOPS_CHECK(!world().authority->read(pem).ok() || ours);
  // The authority of sites names no server, nor does what it gave out; what names itself may be one.
  DEPOPS_CHECK(!x509::check_server(pem, world().authority_pem, "hub", kNow).ok());
  (void)x509::check_server(pem, pem, "hub", kNow);
  if (!facts.ok()) return false;
  DEPOPS_CHECK(facts.value().common_names.size() <= facts.value().subject_parts);
  if (!ours) return true;
  const auto said = [&](const std::string& known) {
    const x509::Facts it = x509::facts_of(known).value();
    return it.common_names == facts.value().common_names && it.public_der == facts.value().public_der &&
           it.authority == facts.value().authority && it.not_after == facts.value().not_after;
  };
  DEPOPS_CHECK(said(world().certificate) || said(world().authority_pem));
  return true;
}

// Whatever a request says of itself: the certificate names the site, and lets it be nothing else.
bool judge_request(std::string_view der) {
  const std::string pem = pem_of("CERTIFICATE REQUEST", der);
  const auto issued = world().authority->issue(pem, kTerms);
  DEPOPS_CHECK(issued.ok() == world().authority->check(pem).ok());
  if (!issued.ok()) return false;
  const x509::Facts facts = x509::facts_of(issued.value()).value();
  DEPOPS_CHECK(facts.common_names == std::vector<std::string>{"fra-1"} && facts.subject_parts == 1);
  DEPOPS_CHECK(facts.purposes == std::vector<std::string>{"clientAuth"} && !facts.authority);
  DEPOPS_CHECK(facts.not_after == kTerms.ends);
  DEPOPS_CHECK(x509::signed_by(issued.value(), world().authority_pem));
  return true;
}

}  // namespace

bool judge(std::string_view bytes) {
  const bool certificate = judge_certificate(bytes);
  return judge_request(bytes) || certificate;
}

std::vector<Seed> seeds() {
  return {{"request", der_of(world().request)},
          {"certificate", der_of(world().certificate)},
          {"authority", der_of(world().authority_pem)},
          {"nothing", "", false}};
}

}  // namespace depops::fuzz
