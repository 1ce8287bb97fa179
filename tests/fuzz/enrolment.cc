#include "shared/join/renewal.h"
#include "tests/fuzz/target.h"
#include "tests/support/samples.h"

// What a machine says that wants to be a site, to a listener that takes everybody; and what it is told.
namespace depops::fuzz {
namespace {

constexpr std::uint8_t kSite = 7;

join::Request sample_request() {
  join::Request asked;
  asked.site = SiteName("fra-1");
  asked.token = std::string(join::kTokenPrefix) + std::string(43, 'x');
  asked.certificate_request = "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n";
  asked.fingerprint = signing::digest_of("machine").str();
  join::prove(asked, key(kSite));
  return asked;
}

std::string sample_answer() { return join::write(tests::sample_join_answer(key(1).public_key())); }

// Written, it is read as what is written the same. Only the site has its key: what is proven with it is what it said.
bool judge_request(std::string_view bytes) {
  const auto asked = join::read_request(bytes);
  if (!asked.ok()) return false;
  const std::string once = join::write(asked.value());
  const auto again = join::read_request(once);
  if (!again.ok()) std::fprintf(stderr, "encoded again it is refused: %s\n", again.error().what.c_str());
  DEPOPS_CHECK(again.ok() && join::write(again.value()) == once);
  static const std::string known = join::write(sample_request());
  const bool site = asked.value().signing_key == key(kSite).public_key();
  if (site && join::proven(asked.value())) DEPOPS_CHECK(once == known);
  return true;
}

bool judge_answer(std::string_view bytes) {
  const auto told = join::read_answer(bytes);
  if (!told.ok()) return false;
  const std::string once = join::write(told.value());
  const auto again = join::read_answer(once);
  if (!again.ok()) std::fprintf(stderr, "encoded again it is refused: %s\n", again.error().what.c_str());
  DEPOPS_CHECK(again.ok() && join::write(again.value()) == once);
  DEPOPS_CHECK(told.value().floors.time >= Instant());
  return true;
}

std::string sample_renewal() {
  join::Renewal asked{"certificate", "request", key(kSite).public_key(), std::string(70, 'x'), std::string(64, 'y')};
  return join::write(asked);
}

// Nobody here holds a certificate's key: whatever is read, it is proven by nobody.
bool judge_renewal(std::string_view bytes) {
  const auto asked = join::read_renewal(bytes);
  if (!asked.ok()) return join::read_certificate(bytes).ok();
  const std::string once = join::write(asked.value());
  const auto again = join::read_renewal(once);
  DEPOPS_CHECK(again.ok() && join::write(again.value()) == once);
  DEPOPS_CHECK(!join::proven(asked.value()));
  return true;
}

}  // namespace

bool judge(std::string_view bytes) {
  const bool request = judge_request(bytes);
  const bool renewal = judge_renewal(bytes);
  return judge_answer(bytes) || request || renewal;
}

std::vector<Seed> seeds() {
  DEPOPS_CHECK(join::proven(sample_request()));
  return {{"request", join::write(sample_request())},
          {"answer", sample_answer()},
          {"renewal", sample_renewal()},
          {"nothing", "{}", false}};
}

}  // namespace depops::fuzz
