#include "shared/join/file_request.h"
#include "tests/fuzz/target.h"
#include "tests/support/listener.h"
#include "tests/support/samples.h"

// What people carry on a stick: to the hub, from whoever wrote it; and back to the site.
namespace depops::fuzz {
namespace {

constexpr std::uint8_t kSite = 7;
constexpr Instant kNow(Millis(1'790'000'000'000));

const tests::Listener& listener() {
  static const tests::Listener it = tests::make_listener({});
  return it;
}

join::FileRequest sample_request() {
  join::FileRequest asked;
  asked.site = SiteName("fra-1");
  asked.authority = listener().digest;
  asked.certificate_request = "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n";
  asked.fingerprint = signing::digest_of("machine").str();
  asked.signing_key = key(kSite).public_key();
  join::prove(asked, std::string(join::kTokenPrefix) + std::string(43, 'x'), key(kSite));
  return asked;
}

join::FileAnswer sample_answer() {
  join::FileAnswer told;
  told.site = SiteName("fra-1");
  told.request = join::digest_of(sample_request());
  told.issued = kNow - Millis(60'000);
  told.expires = kNow + Millis(600'000);
  told.said = join::write(tests::sample_join_answer(key(1).public_key()));
  told.authority = listener().authority;
  join::seal(told, listener().seal);
  return told;
}

// Written, it is read as what is written the same. Only the site has its key: what is proven with it is what it said.
bool judge_carried(std::string_view bytes) {
  const auto asked = join::read_carried(bytes);
  if (!asked.ok()) return false;
  const auto text = [](const join::Carried& one) {
    return std::visit([](const auto& request) { return join::write(request); }, one);
  };
  const std::string once = text(*asked);
  const auto again = join::read_carried(once);
  DEPOPS_CHECK(again.ok() && text(*again) == once && join::digest_of(*again) == join::digest_of(*asked));
  const auto* request = std::get_if<join::FileRequest>(&*asked);
  static const std::string known = join::write(sample_request());
  if (request != nullptr && request->signing_key == key(kSite).public_key() && join::proven(*request))
    DEPOPS_CHECK(once == known);
  return true;
}

bool judge_answer(std::string_view bytes) {
  const auto told = join::read_file_answer(bytes);
  if (!told.ok()) return false;
  const std::string once = join::write(told.value());
  const auto again = join::read_file_answer(once);
  DEPOPS_CHECK(again.ok() && join::write(again.value()) == once);
  // Whatever the file says of itself: the site goes by what it asked and by the authority that it was told.
  static const join::FileAnswer known = sample_answer();
  const join::Expected expected{known.site, known.request, listener().digest, "hub.example"};
  if (join::judge(*told, expected, kNow).ok())
    DEPOPS_CHECK(told->said == known.said && told->expires == known.expires && told->issued == known.issued);
  return true;
}

}  // namespace

bool judge(std::string_view bytes) {
  const bool request = judge_carried(bytes);
  return judge_answer(bytes) || request;
}

std::vector<Seed> seeds() {
  DEPOPS_CHECK(join::proven(sample_request()));
  const join::FileAnswer told = sample_answer();
  DEPOPS_CHECK(join::judge(told, {told.site, told.request, listener().digest, "hub.example"}, kNow).ok());
  const join::Renewal renewal{"certificate", "request", key(kSite).public_key(), std::string(70, 'x'),
                              std::string(64, 'y')};
  return {{"request", join::write(sample_request())},
          {"renewal", join::write(renewal)},
          {"answer", join::write(told)},
          {"nothing", "{}", false}};
}

}  // namespace depops::fuzz
