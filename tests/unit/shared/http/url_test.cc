#include "shared/http/url.h"

#include <catch2/catch.hpp>

namespace depops::http {

TEST_CASE("a URL in its parts") {
  CHECK(parse_url("http://prometheus:9090/api?x=1#y").value() == Page{"prometheus", 9'090, "/api?x=1", ""});
  CHECK(parse_url("http://10.0.0.1").value() == Page{"10.0.0.1", 80, "/", ""});
  CHECK(parse_url("http://h?x=1").value() == Page{"h", 80, "/?x=1", ""});
  CHECK(parse_url("http://ann:p@ss@[::1]:90/").value() == Page{"::1", 90, "/", "ann:p@ss"});
}

TEST_CASE("what is no URL is refused without repeating it") {
  for (const char* text : {"", "https://", "http://", "http://h:0/", "http://h:70000/", "http://h:9x/", "http://a b/",
                           "http://user:secret@/", "ftp://h"}) {
    const auto parsed = parse_url(text);
    REQUIRE_FALSE(parsed.ok());
    CHECK(parsed.error().what == "the URL must be like http://host:9090/path or https://host/path");
  }
}

TEST_CASE("what people see of a URL holds neither credentials nor query") {
  CHECK(shown(parse_url("http://ann:secret@[::1]:90/a/b?token=x").value()) == "http://[::1]:90/a/b");
}

TEST_CASE("https has a port of its own and is shown") {
  const Page page = parse_url("https://ann:secret@prometheus/api?x=1").value();
  CHECK(page.tls);
  CHECK(page.port == 443);
  CHECK(page.host == "prometheus");
  CHECK(shown(page) == "https://prometheus:443/api");
  CHECK_FALSE(parse_url("http://prometheus").value().tls);
  CHECK_FALSE(parse_url("ftp://prometheus").ok());
}

TEST_CASE("a value within a query") { CHECK(encoded("a+b {c}~") == "a%2Bb%20%7Bc%7D~"); }

}  // namespace depops::http
