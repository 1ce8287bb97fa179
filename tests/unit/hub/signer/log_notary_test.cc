#include "hub/signer/log_notary.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "hub/signer/log_signer.h"
#include "hub/signer/server.h"
#include "hub/signer/signer.h"
#include "shared/audit/tiles.h"
#include "shared/json/parse.h"
#include "shared/signing/log_primitives.h"
#include "shared/wire/seal.h"
#include "shared/wire/signer.h"
#include "tests/unit/hub/signer/rig.h"

namespace depops::hub::signer {
namespace {

namespace fs = std::filesystem;
const std::string kOrigin = "hub-1/depops/log1";

const audit::Primitives& real() { return signing::log_primitives(); }

// A log that fits into one tile.
class ShortLog final : public audit::TileSource {
 public:
  explicit ShortLog(std::string seed = "leaf ") : seed_(std::move(seed)) {}
  Result<std::vector<audit::Hash>> hashes(audit::TileId, std::size_t count) override {
    std::vector<audit::Hash> all;
    for (std::size_t i = 0; i < count; ++i) all.push_back(audit::leaf_hash(seed_ + std::to_string(i), real()));
    return all;
  }
  wire::LogAsk ask(std::uint64_t from, std::uint64_t to, const std::string& origin = kOrigin) {
    const audit::TreeSize size(to);
    const audit::Checkpoint checkpoint{origin, size, audit::root_of(*this, size, real()).value()};
    return {audit::text_of(checkpoint, real()), audit::TreeSize(from),
            audit::prove_consistency(*this, audit::TreeSize(from), size, real()).value()};
  }

 private:
  std::string seed_;
};

LogFiles files_in(const Office& office) { return {office.path("log.key"), office.path("log.guard")}; }

std::unique_ptr<LogNotary> notary_in(const Office& office) {
  return LogNotary::open(files_in(office), kOrigin).value();
}

bool holds(const wire::LogAsk& ask, const wire::LogWord& word) {
  return real().verify(ask.text, word.ed25519, word.key);
}

}  // namespace

TEST_CASE("a checkpoint is signed by a key of its own, and again when it is asked for again") {
  Office office(false);
  ShortLog log;
  const auto notary = notary_in(office);
  const wire::LogAsk ask = log.ask(0, 7);
  const wire::LogWord word = notary->sign(ask);
  REQUIRE(word.code.empty());
  CHECK(holds(ask, word));
  CHECK(word.kept.size == audit::TreeSize(7));
  CHECK(notary->sign(ask).ed25519 == word.ed25519);
  CHECK(notary->key().key != office.key.bytes());
  CHECK(audit::parse_vkey(notary->vkey(), real()).value() == notary->key());
  struct stat file {};
  REQUIRE(::stat(office.path("log.key").c_str(), &file) == 0);
  CHECK((file.st_mode & 0777) == 0600);
}

TEST_CASE("A33 A34 a smaller log, another of the same size and one that did not grow out of it are not signed") {
  Office office(false);
  ShortLog log;
  ShortLog other("other ");
  auto notary = notary_in(office);
  REQUIRE(notary->sign(log.ask(0, 20)).code.empty());
  for (int life = 0; life < 2; ++life) {
    CHECK(notary->sign(log.ask(0, 19)).code == "smaller");
    CHECK(notary->sign(other.ask(0, 20)).code == "split");
    CHECK(notary->sign(other.ask(20, 30)).code == "inconsistent");
    const wire::LogWord stale = notary->sign(log.ask(10, 30));
    CHECK(stale.code == "stale");
    CHECK(stale.kept.size == audit::TreeSize(20));
    CHECK(stale.ed25519.empty());
    notary.reset();
    notary = notary_in(office);  // as after kill -9: what was signed is on the disk
  }
  CHECK(notary->sign(log.ask(20, 30)).code.empty());
  CHECK(notary->sign(log.ask(0, 20)).code == "smaller");
}

TEST_CASE("a checkpoint of another log, and what is none, is not signed") {
  Office office(false);
  ShortLog log;
  const auto notary = notary_in(office);
  CHECK(notary->sign(log.ask(0, 7, "hub-2/depops/log1")).code == "origin");
  CHECK(notary->sign({"DSSEv1 4 text 0 ", {}, {}}).code == "malformed");
  CHECK(notary->sign(log.ask(0, 7)).code.empty());
}

TEST_CASE("key and guard go together: what was signed can not be forgotten by losing a file") {
  Office office(false);
  ShortLog log;
  REQUIRE(notary_in(office)->sign(log.ask(0, 7)).code.empty());
  const std::string guard = office.path("log.guard");
  const std::string key = office.path("log.key");
  SECTION("the guard is gone") {
    fs::remove(guard);
    CHECK_THAT(LogNotary::open(files_in(office), kOrigin).error().what, Catch::Contains(guard));
  }
  SECTION("the guard is damaged") {
    std::ofstream(guard) << kOrigin << "\n07\n";
    CHECK(LogNotary::open(files_in(office), kOrigin).error().code == Errc::corrupt);
  }
  SECTION("the key is gone") {
    fs::remove(key);
    CHECK_FALSE(LogNotary::open(files_in(office), kOrigin).ok());
  }
}

TEST_CASE("a hub that got another name goes on with its log, and can not begin it anew") {
  Office office(false);
  ShortLog log;
  REQUIRE(notary_in(office)->sign(log.ask(0, 7)).code.empty());
  const std::string name = "hub-2/depops/log1";
  const auto notary = LogNotary::open(files_in(office), name).value();
  CHECK(notary->sign(log.ask(0, 5, name)).code == "smaller");
  CHECK(notary->sign(ShortLog("other ").ask(0, 7, name)).code == "split");
  CHECK(notary->sign(log.ask(7, 9, name)).code.empty());
  CHECK(notary->sign(log.ask(7, 9)).code == "origin");
}

TEST_CASE("a guard that can not be written: no signature") {
  Office office(false);
  ShortLog log;
  const auto notary = notary_in(office);
  fs::create_directory(office.path("log.guard.new"));
  const wire::LogWord word = notary->sign(log.ask(0, 7));
  CHECK(word.code == "guard");
  CHECK(word.ed25519.empty());
  fs::remove(office.path("log.guard.new"));
  CHECK(notary->sign(log.ask(0, 7)).code.empty());
}

TEST_CASE("the signer behind the socket signs checkpoints beside frames, and logs what it refuses") {
  Office office;
  NotaryParts parts{signing::load_secret_key(office.path("release.key")).value(), "hub-1",
                    LedgerFile::open(office.path("second.db")).value(),
                    SignatureLog::open(office.path("signatures.log")).value(), office.clock};
  parts.audit_log = notary_in(office);
  const auto notary = Notary::open(std::move(parts), {}).value();
  const auto server = Server::listen(
      office.path("sock"), ::geteuid(), [&](const std::string& request) { return notary->answer(request); },
      [](const std::string&) {});
  REQUIRE(server.ok());
  ShortLog log;
  const auto signer = socket_log_signer(office.path("sock"));
  const wire::LogAsk ask = log.ask(0, 7);
  CHECK(holds(ask, signer->sign(ask).value()));
  CHECK(signer->sign(log.ask(0, 3)).value().code == "smaller");
  const json::Value line = json::parse(office.log().back()).value();
  CHECK(line["refused"].as_string() == "checkpoint");
  CHECK(line["code"].as_string() == "smaller");
  const auto frames = socket_signer(office.path("sock"), office.key.id());
  CHECK(frames->sign({{std::string(wire::kBodyType), hub_frame("hub-1", "fra-1")}}).value().at(0).code.empty());
}

TEST_CASE("a signer that knows no checkpoints is said") {
  Office office;
  const auto server = Server::listen(
      office.path("sock"), ::geteuid(),
      [&](const std::string&) {
        return wire::encode_sign_answer({office.key.id(), {}});
      },
      [](const std::string&) {});
  REQUIRE(server.ok());
  ShortLog log;
  const auto word = socket_log_signer(office.path("sock"))->sign(log.ask(0, 7));
  REQUIRE_FALSE(word.ok());
  CHECK_THAT(word.error().what, Catch::Contains("run one of this version"));
}

}  // namespace depops::hub::signer
