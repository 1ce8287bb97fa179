#include "shared/join/file_request.h"

#include <catch2/catch.hpp>

using namespace depops;
using namespace depops::join;

namespace {

const std::string kToken = new_token();

FileRequest carried(const signing::SecretKey& key, const std::string& token = kToken) {
  FileRequest out;
  out.site = SiteName("fra-1");
  out.authority = signing::digest_of("authority");
  out.certificate_request = "-----BEGIN CERTIFICATE REQUEST-----";
  out.fingerprint = signing::digest_of("machine").str();
  out.signing_key = key.public_key();
  prove(out, token, key);
  return out;
}

}  // namespace

TEST_CASE("a request in a file holds no token, but what only who has the token can say about just this request") {
  const auto key = signing::SecretKey::generate();
  const FileRequest asked = carried(key);
  CHECK(write(asked).find(kToken) == std::string::npos);
  CHECK(write(asked).find(hash_of(kToken).str()) == std::string::npos);
  CHECK(asked.token_proof == token_proof(hash_of(kToken), claim_of(asked)));
  CHECK(asked.token_proof != carried(key, new_token()).token_proof);
  // A courier who has the file, and keys of his own.
  const auto thief = signing::SecretKey::generate();
  FileRequest stolen = asked;
  stolen.signing_key = thief.public_key();
  CHECK_FALSE(stolen.token_proof == token_proof(hash_of(kToken), claim_of(stolen)));
}

TEST_CASE("a request in a file is proven for exactly what was asked") {
  const FileRequest asked = carried(signing::SecretKey::generate());
  CHECK(proven(asked));
  const auto changed = [&](const auto& change) {
    FileRequest other = asked;
    change(other);
    return proven(other);
  };
  CHECK_FALSE(changed([](FileRequest& r) { r.site = SiteName("sin-1"); }));
  CHECK_FALSE(changed([](FileRequest& r) { r.authority = signing::digest_of("another"); }));
  CHECK_FALSE(changed([](FileRequest& r) { r.certificate_request += "\n"; }));
  CHECK_FALSE(changed([](FileRequest& r) { r.fingerprint = signing::digest_of("another").str(); }));
  CHECK_FALSE(changed([](FileRequest& r) { r.signing_key = signing::SecretKey::generate().public_key(); }));
  CHECK_FALSE(changed([](FileRequest& r) { r.token_proof = signing::digest_of("another"); }));
  CHECK_FALSE(changed([](FileRequest& r) { r.proof[3] = static_cast<char>(r.proof[3] ^ 1); }));
  CHECK_FALSE(changed([](FileRequest& r) { r.proof.clear(); }));
}

TEST_CASE("files are told apart by what they say, and have one digest however they are laid out") {
  const FileRequest asked = carried(signing::SecretKey::generate());
  const auto read = read_carried("  " + write(asked) + "\n\n");
  REQUIRE(read.ok());
  REQUIRE(std::holds_alternative<FileRequest>(*read));
  CHECK(proven(std::get<FileRequest>(*read)));
  CHECK(digest_of(*read) == digest_of(Carried(asked)));
  const Renewal renewal{"certificate", "request", signing::SecretKey::generate().public_key(), std::string(70, 'x'),
                        std::string(64, 'y')};
  const auto other = read_carried(write(renewal));
  REQUIRE(other.ok());
  CHECK(std::holds_alternative<Renewal>(*other));
}

TEST_CASE("what is wrong in a request in a file is named by its member") {
  const std::string good = write(carried(signing::SecretKey::generate()));
  const auto trouble = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    const auto read = read_carried(text.replace(at, from.size(), to));
    REQUIRE_FALSE(read.ok());
    CHECK(read.error().code == Errc::invalid);
    return read.error().what;
  };
  CHECK(trouble("\"fra-1\"", "\"fra-1/up\"").find("site") == 0);
  CHECK(trouble("\"caDigest\":\"sha256:", "\"caDigest\":\"md5:").find("caDigest") == 0);
  CHECK(trouble("\"tokenProof\":\"sha256:", "\"tokenProof\":\"").find("tokenProof") == 0);
  CHECK(trouble("\"fingerprint\":\"sha256:", "\"fingerprint\":\"").find("fingerprint") == 0);
  CHECK(trouble("\"proof\":", "\"token\":\"x\",\"proof\":").find("token") != std::string::npos);
  for (const std::string& text : {std::string(), good.substr(0, good.size() / 2), std::string("[]"), std::string("7"),
                                  std::string(kRequestMax + 1, ' ')})
    CHECK_FALSE(read_carried(text).ok());
}
