#include "agent/kubernetes/scaling/agreement.h"

#include <catch2/catch.hpp>

using namespace depops::agent::kubernetes;

namespace {

// "nothing", "make 3", "write 3", "ask 3"
std::string told(const SizeAgreement::Step& step) {
  if (const auto* make = std::get_if<SizeAgreement::Make>(&step)) return "make " + std::to_string(make->size);
  if (const auto* write = std::get_if<SizeAgreement::Write>(&step)) return "write " + std::to_string(write->size);
  if (const auto* ask = std::get_if<SizeAgreement::Ask>(&step)) return "ask " + std::to_string(ask->size);
  return "nothing";
}

std::string next(SizeAgreement& agreement, int number, std::uint32_t size, bool again = false) {
  return told(agreement.next(std::optional<std::uint32_t>(number), size, again));
}

SizeAgreement agreed_on(std::uint32_t size) {
  SizeAgreement agreement;
  agreement.made(size);
  return agreement;
}

}  // namespace

TEST_CASE("a service without an object gets one with its size; one without a size waits") {
  SizeAgreement agreement;
  CHECK(told(agreement.next({}, std::nullopt, false)) == "nothing");
  CHECK(told(agreement.next({}, 3, false)) == "make 3");
  agreement.made(3);
  CHECK(next(agreement, 3, 3) == "nothing");
}

TEST_CASE("another number in the object is a wish, and is asked for once") {
  SizeAgreement agreement = agreed_on(3);
  CHECK(next(agreement, 6, 3) == "ask 6");
  agreement.asked(true, "");
  CHECK(next(agreement, 6, 3) == "nothing");
  CHECK(next(agreement, 6, 6) == "nothing");
  CHECK(next(agreement, 6, 6) == "nothing");
}

TEST_CASE("a size that changed otherwise is written into the object") {
  SizeAgreement agreement = agreed_on(3);
  CHECK(next(agreement, 3, 5) == "write 5");
  CHECK(next(agreement, 3, 5) == "write 5");
  agreement.wrote(5);
  CHECK(next(agreement, 5, 5) == "nothing");
}

TEST_CASE("after a restart the object counts") {
  SizeAgreement agreement;
  CHECK(next(agreement, 8, 3) == "ask 8");
}

TEST_CASE("a wish that is refused stays, is asked for again only when it is time, and ends with the next one") {
  SizeAgreement agreement = agreed_on(3);
  CHECK(next(agreement, 6, 3) == "ask 6");
  agreement.asked(false, "the disk is full");
  CHECK(agreement.refused() == "the disk is full");
  CHECK(next(agreement, 6, 3) == "nothing");
  CHECK(next(agreement, 6, 3, true) == "ask 6");
  agreement.asked(false, "");
  CHECK(agreement.refused() == "refused");
  CHECK(next(agreement, 4, 3) == "ask 4");
  CHECK(agreement.refused().empty());
  agreement.asked(true, "");
  CHECK(next(agreement, 4, 4) == "nothing");
}

TEST_CASE("a refused wish that the size came to by other ways is refused no more") {
  SizeAgreement agreement = agreed_on(3);
  CHECK(next(agreement, 6, 3) == "ask 6");
  agreement.asked(false, "no");
  CHECK(next(agreement, 6, 6) == "nothing");
  CHECK(agreement.refused().empty());
  CHECK(next(agreement, 6, 7) == "write 7");
}

TEST_CASE("a size that moved elsewhere before the wish was seen carried out is written") {
  SizeAgreement agreement = agreed_on(3);
  CHECK(next(agreement, 6, 3) == "ask 6");
  agreement.asked(true, "");
  CHECK(next(agreement, 6, 3) == "nothing");
  CHECK(next(agreement, 6, 8) == "write 8");
}

TEST_CASE("an object without a number agrees with whatever the size is") {
  SizeAgreement agreement;
  CHECK(told(agreement.next(std::optional<std::uint32_t>(), 3, false)) == "nothing");
  CHECK(told(agreement.next(std::optional<std::uint32_t>(), 4, false)) == "nothing");
}

TEST_CASE("an object that was deleted is made anew") {
  SizeAgreement agreement = agreed_on(3);
  CHECK(told(agreement.next({}, 4, false)) == "make 4");
}
