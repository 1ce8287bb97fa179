#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <iostream>

#include "hub/signer/channel.h"
#include "hub/signer/server.h"
#include "hub/signer/signer.h"
#include "shared/wire/documents.h"
#include "shared/wire/seal.h"
#include "tests/unit/hub/signer/rig.h"

// Both ends over a real socket.
namespace depops::hub::signer {
namespace {

void ignore(const std::string&) {}

std::unique_ptr<Server> serve(Office& office, uid_t peer = ::geteuid()) {
  auto server = Server::listen(
      office.path("sock"), peer, [&](const std::string& request) { return office.notary->answer(request); }, ignore);
  REQUIRE(server.ok());
  return std::move(server).value();
}

std::vector<wire::ToSign> frames(std::size_t count) {
  return std::vector<wire::ToSign>(count, {std::string(wire::kBodyType), hub_frame("hub-1", "fra-1")});
}

template <typename Do>
double per_second(std::size_t count, const Do& work) {
  const auto began = std::chrono::steady_clock::now();
  work();
  return static_cast<double>(count) / std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

}  // namespace

TEST_CASE("the socket is the owner's alone and serves one user's processes") {
  Office office;
  {
    const auto server = serve(office);
    struct stat file {};
    REQUIRE(::stat(office.path("sock").c_str(), &file) == 0);
    CHECK((file.st_mode & 0777) == 0600);
    CHECK(Server::listen(office.path("sock"), ::geteuid(), {}, ignore).error().code == Errc::exists);
    const auto signer = socket_signer(office.path("sock"), office.key.id());
    CHECK(signer->sign(frames(3)).value().size() == 3);
  }
  CHECK_FALSE(std::filesystem::exists(office.path("sock")));
  if (::geteuid() != 0) return;  // only root may give the socket to somebody
  const auto server = serve(office, 65'534);
  struct stat file {};
  REQUIRE(::stat(office.path("sock").c_str(), &file) == 0);
  CHECK(file.st_uid == 65'534);
  CHECK_FALSE(socket_signer(office.path("sock"), office.key.id())->sign(frames(1)).ok());
}

TEST_CASE("a signer that is away is said with its socket and the remedy, and is found again") {
  Office office;
  const auto signer = socket_signer(office.path("sock"), office.key.id());
  const auto nobody = signer->sign(frames(1));
  REQUIRE_FALSE(nobody.ok());
  CHECK(nobody.error().code == Errc::unavailable);
  CHECK_THAT(nobody.error().what, Catch::Contains(office.path("sock")) && Catch::Contains("depops-hub signer"));
  for (int life = 0; life < 3; ++life) {
    const auto server = serve(office);
    CHECK(signer->sign(frames(2)).ok());
  }
  const auto server = serve(office);
  const auto other = socket_signer(office.path("sock"), KeyId("0123456789abcdef"))->sign(frames(1));
  REQUIRE_FALSE(other.ok());
  CHECK_THAT(other.error().what, Catch::Contains("keys.public"));
}

TEST_CASE("A21 a message that is too long, broken off or of no kind ends one connection and no other") {
  Office office;
  const auto server = serve(office);
  const auto signer = socket_signer(office.path("sock"), office.key.id());
  REQUIRE(signer->sign(frames(1)).ok());
  for (const std::string& bytes : {std::string("\xff\xff\xff\xff"), std::string("\0\0\0\x09half", 8)}) {
    const Socket peer = connect_to(office.path("sock")).value();
    REQUIRE(::write(peer.get(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
    ::shutdown(peer.get(), SHUT_WR);
    CHECK_FALSE(take_message(peer, wire::kSignAnswerMax, Millis(5'000)).ok());
  }
  const Socket peer = connect_to(office.path("sock")).value();
  REQUIRE(send_message(peer, "no request", Millis(1'000)).ok());
  const auto answer = take_message(peer, wire::kSignAnswerMax, Millis(5'000));
  REQUIRE(answer.ok());
  CHECK(wire::decode_sign_answer(*answer)->words.at(0).code == "malformed");
  CHECK(signer->sign(frames(1)).ok());
}

TEST_CASE("rates over the socket, printed") {
  Office office(true, kDocumentsPerMinuteMax);
  const auto server = serve(office);
  const auto signer = socket_signer(office.path("sock"), office.key.id());
  constexpr std::size_t kBatches = 20;
  for (const std::size_t batch : {std::size_t{1}, wire::kSignItemsMax}) {
    const auto items = frames(batch);
    const double rate = per_second(kBatches * batch, [&] {
      for (std::size_t i = 0; i < kBatches; ++i) REQUIRE(signer->sign(items).ok());
    });
    std::cout << "frames signed per second, " << batch << " a request: " << static_cast<long>(rate) << "\n";
  }
  std::vector<wire::ToSign> documents;
  for (std::size_t i = 0; i < 100; ++i)
    documents.push_back(
        {std::string(wire::kDesiredType), wire::encode_desired(office.wanted("site-" + std::to_string(i), 5))});
  const double rate = per_second(documents.size(), [&] {
    const auto answer = signer->sign(documents);
    for (const wire::SignedWord& word : answer.value()) CHECK(word.code.empty());
  });
  std::cout << "documents judged, kept and signed per second, 100 a request: " << static_cast<long>(rate) << "\n";
}

}  // namespace depops::hub::signer
