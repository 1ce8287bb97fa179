#include "shared/x509/x509.h"

#include <stdlib.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>

using namespace depops;
using namespace depops::x509;

namespace {

struct Folder {
  Folder() {
    char name[] = "/tmp/depops-x509-XXXXXX";
    path = ::mkdtemp(name);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string at(const std::string& name) const { return path + "/" + name; }
  std::string path;
};

}  // namespace

TEST_CASE("a key is written for its owner alone, never over another one, and is the same when it is read") {
  const Folder folder;
  const PrivateKey key = PrivateKey::generate();
  REQUIRE(key.save(folder.at("k")).ok());
  struct stat facts {};
  REQUIRE(::stat(folder.at("k").c_str(), &facts) == 0);
  CHECK((facts.st_mode & 0777) == 0600);
  CHECK(PrivateKey::load(folder.at("k"))->public_der() == key.public_der());
  const auto again = PrivateKey::generate().save(folder.at("k"));
  REQUIRE_FALSE(again.ok());
  CHECK(again.error().code == Errc::exists);
  CHECK(PrivateKey::load(folder.at("k"))->public_der() == key.public_der());
}

TEST_CASE("a key that others can read, or that is none, is refused by name") {
  const Folder folder;
  REQUIRE(PrivateKey::generate().save(folder.at("k")).ok());
  std::filesystem::permissions(folder.at("k"), std::filesystem::perms(0640));
  CHECK(PrivateKey::load(folder.at("k")).error().code == Errc::refused);
  CHECK(PrivateKey::load(folder.at("none")).error().code == Errc::not_found);
  std::filesystem::permissions(folder.at("k"), std::filesystem::perms(0600));
  std::filesystem::resize_file(folder.at("k"), 40);
  const auto cut = PrivateKey::load(folder.at("k"));
  REQUIRE_FALSE(cut.ok());
  CHECK(cut.error().what.find(folder.at("k")) != std::string::npos);
}

TEST_CASE("what is no certificate gives no facts") {
  for (const std::string& text :
       {std::string(), std::string("hello"), std::string("-----BEGIN CERTIFICATE-----\nAAAA\n"),
        PrivateKey::generate().request("fra-1"), std::string(kPemMax + 1, 'A')})
    CHECK_FALSE(facts_of(text).ok());
}
