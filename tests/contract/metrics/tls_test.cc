#include <poll.h>
#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>

#include "agent/http_json/http_json_reader.h"
#include "agent/prometheus/prometheus_reader.h"
#include "shared/http/http_get.h"
#include "tests/contract/metrics/exporter.h"
#include "tests/contract/metrics/orders.h"
#include "tests/support/child.h"

// Sources over TLS: a real server (openssl s_server) with a certificate made here.
namespace depops::agent {
namespace {

using Catch::Matchers::Contains;
using Steady = std::chrono::steady_clock;

class TlsServer {
 public:
  explicit TlsServer(const std::string& subject) : port_(test::free_port()) {
    test::run(
        {"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=source", "-addext", "subjectAltName=" + subject, "-keyout", file("key.pem"), "-out", ca()},
        file("openssl.log"));
    server_ = test::Child({"openssl", "s_server", "-accept", "127.0.0.1:" + std::to_string(port_), "-cert", ca(),
                           "-key", file("key.pem"), "-www"},
                          file("server.log"));
    const auto deadline = Steady::now() + std::chrono::seconds(20);
    while (!test::listens(port_)) {
      if (!server_.running() || Steady::now() > deadline) FAIL(test::text_of_file(file("server.log")));
      ::poll(nullptr, 0, 20);
    }
  }
  ~TlsServer() {
    server_.kill();
    std::filesystem::remove_all(directory_);
  }
  std::string ca() const { return file("ca.pem"); }
  std::string url() const { return "https://127.0.0.1:" + std::to_string(port_); }
  Result<http::Answer> ask(const std::string& ca) const {
    return http::http_ask(http::parse_url(url() + "/page").value(), Millis(10'000), 1U << 20U, ca);
  }

 private:
  std::string file(const std::string& name) const { return directory_ + "/" + name; }

  static std::string make_directory() {
    std::string name = (std::filesystem::temp_directory_path() / "depops-tls-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    return name;
  }

  std::string directory_ = make_directory();
  std::uint16_t port_;
  test::Child server_;
};

}  // namespace

TEST_CASE("tls: a server whose certificate comes from the site's own authority is asked") {
  const TlsServer server("IP:127.0.0.1");
  const auto answer = server.ask(server.ca());
  INFO((answer.ok() ? "" : answer.error().what));
  REQUIRE(answer.ok());
  CHECK(answer->status == 200);
  CHECK_THAT(answer->body, Contains("s_server"));
}

TEST_CASE(
    "tls: an authority that is not known and a certificate for another name are refused before anything is said") {
  const TlsServer server("IP:127.0.0.1");
  const auto unknown = server.ask("");
  REQUIRE_FALSE(unknown.ok());
  CHECK_THAT(unknown.error().what, Contains("certificate"));
  const TlsServer other("DNS:elsewhere.example");
  const auto wrong = other.ask(other.ca());
  REQUIRE_FALSE(wrong.ok());
  CHECK_THAT(wrong.error().what, Contains("certificate") || Contains("Certificate"));
  CHECK_FALSE(other.ask("/nonexistent/ca.pem").ok());
}

TEST_CASE("tls: a server that speaks something else, or nothing, is an error within the time") {
  const test::Exporter plain("page");
  http::Page page = http::parse_url(plain.url()).value();
  page.tls = true;
  CHECK_FALSE(http::http_ask(page, Millis(10'000), 1'000).ok());
}

TEST_CASE("tls: Prometheus and pages of JSON are asked with the authority of the settings") {
  const TlsServer server("IP:127.0.0.1");
  const test::RealClock clock;
  PrometheusSettings prometheus;
  prometheus.url = server.url();
  const auto order = test::order_of(analysis::PrometheusProvider{"", "up", "", ""});
  CHECK_THAT(make_prometheus_reader(prometheus, clock)->read(order).error, Contains("certificate"));
  prometheus.ca = server.ca();
  CHECK_THAT(make_prometheus_reader(prometheus, clock)->read(order).error, Contains("is not answered with JSON"));
  HttpJsonSettings json;
  const auto page = test::order_of(analysis::HttpProvider{server.url() + "/x", "/lag", "", ""});
  CHECK_THAT(make_http_json_reader(json, clock)->read(page).error, Contains("certificate"));
  json.ca = server.ca();
  CHECK_THAT(make_http_json_reader(json, clock)->read(page).error, Contains("is no JSON"));
}

}  // namespace depops::agent
