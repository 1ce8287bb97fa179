#include "shared/base/shared_value.h"

#include <catch2/catch.hpp>
#include <vector>

namespace depops {
namespace {

using Numbers = Shared<std::vector<int>>;

TEST_CASE("a shared value that was never given is the empty one, and equal to it") {
  const Numbers none;
  CHECK(none->empty());
  CHECK(none == Numbers(std::vector<int>{}));
  CHECK_FALSE(none == Numbers{1});
}

TEST_CASE("copies of a shared value are one until one of them changes") {
  Numbers first{1, 2};
  const Numbers copy = first;
  CHECK(&*copy == &*first);
  first.edit([](std::vector<int>& numbers) { numbers.push_back(3); });
  CHECK(*first == std::vector<int>{1, 2, 3});
  CHECK(*copy == std::vector<int>{1, 2});
  CHECK_FALSE(copy == first);
}

TEST_CASE("shared values compare by content, and a moved one is empty, not gone") {
  Numbers first{7};
  CHECK(first == Numbers{7});
  const Numbers taken = std::move(first);
  CHECK(*taken == std::vector<int>{7});
  CHECK(first->empty());  // NOLINT(bugprone-use-after-move): that is what is asked
}

}  // namespace
}  // namespace depops
