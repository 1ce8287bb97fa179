#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "shared/json/parse.h"
#include "shared/wire/body.h"
#include "shared/wire/documents.h"
#include "shared/wire/seal.h"
#include "shared/wire/signer.h"
#include "tests/unit/hub/signer/rig.h"

namespace depops::hub::signer {
namespace {

json::Value newest(const Office& office) { return json::parse(office.log().back()).value(); }

sync::Desired without_approvals(sync::Desired desired) {
  for (sync::Target& target : desired.targets) target.approvals.clear();
  return desired;
}

}  // namespace

TEST_CASE("a document that people approved is signed with the release key, kept and logged") {
  Office office;
  const sync::Desired desired = office.wanted("fra-1", 5);
  const wire::SignedWord word = office.ask(desired);
  REQUIRE(word.code.empty());
  CHECK(signing::verify(wire::kDesiredType, wire::encode_desired(desired), word.ed25519, office.key));
  const json::Value line = newest(office);
  CHECK(line["signed"].as_string() == "desired");
  CHECK(line["site"].as_string() == "fra-1");
  CHECK(line["generation"].as_uint() == 5);
  CHECK(line["targets"].items().at(0)["environment"].as_string() == "production");
}

TEST_CASE("refusals have a code and a line in the log, and no signature") {
  Office office;
  REQUIRE(office.code(office.wanted("fra-1", 5)) == "signed");
  const std::vector<std::pair<sync::Desired, std::string>> cases = {
      {without_approvals(office.wanted("sin-1", 5)), "quorum"},
      {office.wanted("fra-1", 4), "rollback"},
      {without_approvals(office.wanted("fra-1", 5)), "equivocation"},
  };
  for (const auto& [desired, code] : cases) {
    const wire::SignedWord word = office.ask(desired);
    CHECK(word.ed25519.empty());
    CHECK(word.code == code);
    CHECK(word.again_in == Millis(0));
    CHECK(newest(office)["refused"].as_string() == "desired");
    CHECK(newest(office)["code"].as_string() == code);
    CHECK(newest(office)["site"].as_string() == desired.site.str());
  }
  CHECK(office.notary->sign({{"text/plain", "x"}}).words.at(0).code == "type");
  CHECK(office.notary->sign({{std::string(wire::kDesiredType), "x"}}).words.at(0).code == "malformed");
}

TEST_CASE("A17 frame bytes as a document and a document's bytes as a frame are not signed") {
  Office office;
  const std::string document = wire::encode_desired(office.wanted("fra-1", 5));
  CHECK(office.notary->sign({{std::string(wire::kDesiredType), hub_frame("hub-1", "fra-1")}}).words.at(0).code ==
        "malformed");
  CHECK(office.notary->sign({{std::string(wire::kBodyType), document}}).words.at(0).ed25519.empty());
}

TEST_CASE("frames of this hub are signed, of another one or of a site they are not") {
  Office office;
  const auto ask = [&](const std::string& body) {
    return office.notary->sign({{std::string(wire::kBodyType), body}}).words.at(0);
  };
  const std::string ours = hub_frame("hub-1", "fra-1");
  CHECK(signing::verify(wire::kBodyType, ours, ask(ours).ed25519, office.key));
  CHECK(ask(hub_frame("hub-2", "fra-1")).code == "source");
  CHECK(newest(office)["refused"].as_string() == "frame");
  wire::Body ahead = wire::decode_body(ours).value();
  ahead.hub_epoch = HubEpoch(1'000'000);
  CHECK(ask(wire::encode_body(ahead)).code == "fast-forward");
}

TEST_CASE("what was signed is known after kill -9, and the same bytes are signed again") {
  Office office;
  const sync::Desired desired = office.wanted("fra-1", 5);
  const std::string signature = office.ask(desired).ed25519;
  REQUIRE(signature.size() == 64);
  office.close();
  office.open();
  CHECK(office.ask(desired).ed25519 == signature);
  CHECK(newest(office)["again"].as_bool());
  CHECK(office.code(without_approvals(office.wanted("fra-1", 5))) == "equivocation");
  CHECK(office.code(office.wanted("fra-1", 4)) == "rollback");
  CHECK(office.code(without_approvals(office.wanted("fra-1", 6))) == "signed");  // it began in 5
}

TEST_CASE("a batch is judged in order, one document after the other") {
  Office office;
  const auto item = [&](const sync::Desired& desired) {
    return wire::ToSign{std::string(wire::kDesiredType), wire::encode_desired(desired)};
  };
  const auto answer = office.notary->sign({item(office.wanted("fra-1", 5)), item(office.wanted("fra-1", 6)),
                                           item(without_approvals(office.wanted("fra-1", 5))),
                                           item(without_approvals(office.wanted("sin-1", 1)))});
  CHECK(answer.key == office.key.id());
  CHECK(answer.words.at(0).code.empty());
  CHECK(answer.words.at(1).code.empty());
  CHECK(answer.words.at(2).code == "rollback");
  CHECK(answer.words.at(3).code == "quorum");
}

TEST_CASE("too many new documents a minute wait for the next one, and the same again do not count") {
  Office office(true, 3);
  for (std::uint64_t generation = 5; generation < 8; ++generation)
    REQUIRE(office.code(office.wanted("fra-1", generation)) == "signed");
  const sync::Desired last = office.wanted("fra-1", 7);
  CHECK(office.code(last) == "signed");
  const wire::SignedWord word = office.ask(office.wanted("fra-1", 8));
  CHECK(word.code == "rate");
  CHECK(word.again_in >= Millis(1'000));
  office.clock.at += Millis(20'001);
  CHECK(office.code(office.wanted("fra-1", 8)) == "signed");
}

TEST_CASE("nothing is signed that can not be logged") {
  Office office;
  office.close();
  std::filesystem::remove(office.path("signatures.log"));
  std::filesystem::create_symlink("/dev/full", office.path("signatures.log"));
  office.open();
  const wire::SignedWord word = office.ask(office.wanted("fra-1", 5));
  CHECK(word.ed25519.empty());
  CHECK(word.code == "log");
  CHECK(word.again_in > Millis(0));
  office.close();
  std::filesystem::remove(office.path("signatures.log"));
  office.open();
  CHECK(office.code(office.wanted("fra-1", 5)) == "signed");
}

TEST_CASE("the trust root that was pinned is never replaced by another first one, nor left out") {
  Office office;
  office.close();
  const auto opened = [&](const std::vector<std::string>& roots) {
    return Notary::open({signing::load_secret_key(office.path("release.key")).value(), "hub-1",
                         LedgerFile::open(office.path("ledger.db")).value(),
                         SignatureLog::open(office.path("signatures.log")).value(), office.clock},
                        roots);
  };
  CHECK_FALSE(opened({}).ok());
  CHECK(opened({office.root()}).ok());
  Office other;
  CHECK_FALSE(opened({other.root()}).ok());
}

TEST_CASE("what a hub signed itself is taken as allowed once") {
  Office office;
  const sync::Desired before = without_approvals(office.wanted("fra-1", 5));
  CHECK(office.notary->adopt({wire::encode_desired(before)}).value() == 1);
  CHECK(office.notary->adopt({wire::encode_desired(before)}).value() == 0);
  CHECK(office.code(before) == "signed");
  CHECK(office.code(without_approvals(office.wanted("fra-1", 6))) == "signed");
  CHECK(office.code(without_approvals(office.wanted("sin-1", 6))) == "quorum");
}

TEST_CASE("any bytes get an answer that can be read") {
  Office office(false);
  rc::check("any bytes", [&](const std::string& bytes) {
    const auto answer = wire::decode_sign_answer(office.notary->answer(bytes));
    RC_ASSERT(answer.ok());
    for (const wire::SignedWord& word : answer->words) RC_ASSERT(word.ed25519.empty());
  });
}

}  // namespace depops::hub::signer
