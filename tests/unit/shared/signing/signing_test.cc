#include "shared/signing/signing.h"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace depops::signing {
namespace {

struct Directory {
  std::string path;
  Directory() {
    char name[] = "/tmp/depops-signing-XXXXXX";
    path = ::mkdtemp(name);
  }
  ~Directory() { std::filesystem::remove_all(path); }
};

}  // namespace

TEST_CASE("SHA-256 as in FIPS 180-2") {
  REQUIRE(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  REQUIRE(digest_of("").str() == "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  Sha256 pieces;
  pieces.update("a");
  pieces.update("bc");
  REQUIRE(pieces.finish() == digest_of("abc"));
}

TEST_CASE("the pre-authentication encoding is DSSE's") {
  REQUIRE(pae("http://example.com/HelloWorld", "hello world") ==
          "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
}

TEST_CASE("Ed25519 keys as in RFC 8032, 7.1 TEST 1") {
  const std::array<std::uint8_t, 32> seed = {0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a,
                                             0xf4, 0x92, 0xec, 0x2c, 0xc4, 0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32,
                                             0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60};
  const SecretKey key = SecretKey::from_seed(seed);
  const auto& open = key.public_key().bytes();
  REQUIRE(to_hex({reinterpret_cast<const char*>(open.data()), open.size()}) ==
          "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
}

TEST_CASE("a signature holds for its bytes, its type and its key only") {
  const SecretKey key = SecretKey::generate();
  const std::string signature = key.sign("plan", "bytes");
  REQUIRE(signature.size() == 64);
  REQUIRE(verify("plan", "bytes", signature, key.public_key()));
  REQUIRE_FALSE(verify("frame", "bytes", signature, key.public_key()));
  REQUIRE_FALSE(verify("plan", "byteS", signature, key.public_key()));
  REQUIRE_FALSE(verify("plan", "bytes", signature, SecretKey::generate().public_key()));
  REQUIRE_FALSE(verify("plan", "bytes", signature.substr(1), key.public_key()));
  std::string altered = signature;
  altered[10] = static_cast<char>(altered[10] ^ 1);
  REQUIRE_FALSE(verify("plan", "bytes", altered, key.public_key()));
}

TEST_CASE("keys come back from their files; a secret one is for its owner only") {
  const Directory directory;
  const SecretKey key = SecretKey::generate();
  const std::string secret = directory.path + "/release.key";
  REQUIRE(save_secret_key(secret, key).ok());
  struct stat facts {};
  REQUIRE(::stat(secret.c_str(), &facts) == 0);
  REQUIRE((facts.st_mode & 0777) == 0600);
  REQUIRE(load_secret_key(secret).value().public_key() == key.public_key());
  REQUIRE(save_public_key(directory.path + "/release.pub", key.public_key()).ok());
  REQUIRE(load_public_key(directory.path + "/release.pub").value() == key.public_key());

  REQUIRE(save_secret_key(secret, key).error().code == Errc::exists);
  REQUIRE(::chmod(secret.c_str(), 0640) == 0);
  REQUIRE(load_secret_key(secret).error().code == Errc::refused);
}

TEST_CASE("a wrong key file is named with the remedy") {
  const Directory directory;
  REQUIRE(load_secret_key(directory.path + "/none").error().code == Errc::not_found);
  const std::string path = directory.path + "/bad";
  std::ofstream(path) << to_text(SecretKey::generate().public_key()) << "\n";
  REQUIRE(::chmod(path.c_str(), 0600) == 0);
  const auto error = load_secret_key(path).error();
  REQUIRE(error.code == Errc::invalid);
  REQUIRE(error.what.find(path) != std::string::npos);
  REQUIRE(error.what.find("depops-ed25519-secret") != std::string::npos);
  REQUIRE_FALSE(public_key_of("depops-ed25519-public AAAA").ok());
  REQUIRE_FALSE(public_key_of("").ok());
}

TEST_CASE("base64 with a letter of another alphabet in it is none") {
  REQUIRE(from_base64("Zi+h188li/VsUttnKGqQg===").error().code == Errc::invalid);
  REQUIRE(from_base64("Zi+h188li/VsUttnKG\xC4\xA8qQg=").error().code == Errc::invalid);
  for (int byte = 0x80; byte <= 0xFF; ++byte)
    REQUIRE_FALSE(from_base64(std::string("AA") + static_cast<char>(byte) + "A").ok());
  REQUIRE(from_base64("Zi+h188li/VsUttnKA==").value().size() == 13);
}

TEST_CASE("random bytes differ, comparison in constant time compares") {
  REQUIRE(random_bytes(16).size() == 16);
  REQUIRE(random_bytes(16) != random_bytes(16));
  REQUIRE(equal_in_constant_time("token", "token"));
  REQUIRE_FALSE(equal_in_constant_time("token", "tokeN"));
  REQUIRE_FALSE(equal_in_constant_time("token", "toke"));
}

}  // namespace depops::signing
