#include "shared/analysis/placeholders.h"

#include <catch2/catch.hpp>

namespace depops::analysis {

TEST_CASE("set and version are put in wherever they stand, and nothing else") {
  CHECK(for_version(R"(a{s="{{set}}",v="{{version}}"} / b{s="{{set}}"} # {{other}})", "shop-1", "2.0+x") ==
        R"(a{s="shop-1",v="2.0+x"} / b{s="shop-1"} # {{other}})");
  CHECK(for_version("{{set}}{{set}}", "{{set}}", "") == "{{set}}{{set}}");
}

TEST_CASE("a text without them asks for both versions alike") {
  CHECK(tells_versions_apart("up{set=\"{{set}}\"}"));
  CHECK(tells_versions_apart("up{version=\"{{version}}\"}"));
  CHECK_FALSE(tells_versions_apart("up{version=\"canary\"} {{ set }}"));
}

}  // namespace depops::analysis
