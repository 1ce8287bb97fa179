#include "hub/identity/file_credentials.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>

using namespace depops;
using namespace depops::hub;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

constexpr Instant kNow{1'700'000'000'000ms};

struct Fixture {
  Fixture() {
    std::string name = (fs::temp_directory_path() / "credentials-XXXXXX").string();
    path = ::mkdtemp(name.data());
    credentials = identity::FileCredentials::open(path).value();
  }
  ~Fixture() { fs::remove_all(path); }

  std::string everything_on_disk() const {
    std::string out;
    for (const auto& entry : fs::recursive_directory_iterator(path)) {
      out += entry.path().string();
      if (!entry.is_regular_file()) continue;
      std::ifstream in(entry.path());
      out.append(std::istreambuf_iterator<char>(in), {});
    }
    return out;
  }

  fs::path path;
  std::unique_ptr<identity::FileCredentials> credentials;
};

}  // namespace

TEST_CASE_METHOD(Fixture, "the newest admin token is the only good one and is not on disk") {
  CHECK_FALSE(credentials->holder_of_token("").has_value());
  const std::string first = credentials->make_token().value();
  CHECK(credentials->holder_of_token(first) == Actor("admin"));
  CHECK_FALSE(credentials->holder_of_token(first + "x").has_value());
  CHECK(first.size() > 43);
  CHECK(everything_on_disk().find(first) == std::string::npos);

  const std::string second = credentials->make_token().value();
  CHECK_FALSE(credentials->holder_of_token(first).has_value());
  CHECK(credentials->holder_of_token(second).has_value());
}

TEST_CASE_METHOD(Fixture, "a code works once and not too late") {
  const auto code = credentials->make_code(kNow).value();
  const auto session = credentials->redeem_code(code.code, kNow + 1s);
  REQUIRE(session.ok());
  CHECK(credentials->redeem_code(code.code, kNow + 1s).error().code == Errc::refused);
  CHECK(everything_on_disk().find(session.value().cookie) == std::string::npos);

  const auto late = credentials->make_code(kNow).value();
  CHECK(credentials->redeem_code(late.code, kNow + 10min).error().code == Errc::refused);
  CHECK(credentials->redeem_code("../../token", kNow).error().code == Errc::refused);
}

TEST_CASE_METHOD(Fixture, "a session ends when idle, after 12 hours, or when told") {
  const auto make = [&] {
    return credentials->redeem_code(credentials->make_code(kNow).value().code, kNow).value().cookie;
  };
  const std::string idle = make();
  CHECK(credentials->session(idle, kNow + 29min).has_value());
  CHECK(credentials->session(idle, kNow + 58min).has_value());
  CHECK_FALSE(credentials->session(idle, kNow + 89min).has_value());
  CHECK_FALSE(credentials->session(idle, kNow + 58min).has_value());

  const std::string busy = make();
  for (auto t = 0min; t < 12h; t += 20min) CHECK(credentials->session(busy, kNow + t).has_value());
  CHECK_FALSE(credentials->session(busy, kNow + 12h).has_value());

  const std::string ended = make();
  credentials->end_session(ended);
  CHECK_FALSE(credentials->session(ended, kNow).has_value());
}

TEST_CASE_METHOD(Fixture, "tokens, codes and sessions survive a restart") {
  const std::string token = credentials->make_token().value();
  const std::string code = credentials->make_code(kNow).value().code;
  auto again = identity::FileCredentials::open(path).value();
  CHECK(again->holder_of_token(token).has_value());
  CHECK(again->redeem_code(code, kNow).ok());
}
