#include "agent/haproxy/configuration.h"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace depops::agent::haproxy {
namespace {

const ServiceName kShop("shop");
const SetId kOld("shop-a"), kNew("shop-b"), kNext("shop-c");

struct Files {
  std::filesystem::path dir;
  HaproxySettings settings;
  Files() {
    std::string pattern = std::filesystem::temp_directory_path() / "depops-configuration-XXXXXX";
    dir = ::mkdtemp(pattern.data());
    settings.site = "fra-1";
    settings.config_path = dir / "haproxy.cfg";
    settings.admin_socket = dir / "admin.sock";
    settings.binds[kShop] = {"127.0.0.1:8080", "/ready"};
  }
  ~Files() { std::filesystem::remove_all(dir); }
  std::string read(const std::string& name) const {
    std::stringstream text;
    text << std::ifstream(dir / name).rdbuf();
    return text.str();
  }
};

ServiceRoute route_to(const SetId& first, const SetId& second) {
  ServiceRoute route{kShop, "/ready", {{kOld, 100}}, {}};
  for (const SetId& set : {kOld, kNew, kNext}) {
    route.endpoints.push_back({EndpointId(set.str() + ".1"), set, "127.0.0.1", 1000, false});
  }
  route.forced = {{"p", {RouteKey::header, "x", {"1"}}, first}, {"q", {RouteKey::header, "x", {"2"}}, second}};
  return route;
}

Result<void> write(Configuration& configuration, const ServiceRoute& route) {
  const Running running = assumed_running({route});
  return configuration.write({route}, targets_of({route}, running, {}), rows_of({route}, running));
}

TEST_CASE("the files hold the forced backends with their servers, and the rows that lead there") {
  const Files files;
  Configuration configuration(files.settings);
  REQUIRE(write(configuration, route_to(kNew, kOld)).ok());
  const std::string text = files.read("haproxy.cfg");
  const std::size_t first = text.find("backend be_shop_forced1"), second = text.find("backend be_shop_forced2");
  REQUIRE(first != std::string::npos);
  REQUIRE(second != std::string::npos);
  CHECK(text.find("server shop-b.1 127.0.0.1:1000 weight 1\n", first) < second);
  CHECK(text.find("server shop-a.1 127.0.0.1:1000 weight 1\n", second) != std::string::npos);
  CHECK(text.find("shop-c.1", first) == std::string::npos);
  CHECK(files.read("forced-shop.map") == pattern_of({RouteKey::header, "x", {"1"}}) + " be_shop_forced1\n" +
                                             pattern_of({RouteKey::header, "x", {"2"}}) + " be_shop_forced2\n");
}

TEST_CASE("who starts HAProxy between two files finds no row that leads to another set's servers") {
  const Files files;
  Configuration configuration(files.settings);
  REQUIRE(write(configuration, route_to(kNew, kOld)).ok());
  const std::string before = files.read("haproxy.cfg");
  std::filesystem::create_directory(files.dir / "haproxy.cfg.new");  // the configuration can not be written
  CHECK(!write(configuration, route_to(kNext, kOld)).ok());
  CHECK(files.read("haproxy.cfg") == before);
  CHECK(files.read("forced-shop.map") == pattern_of({RouteKey::header, "x", {"2"}}) + " be_shop_forced2\n");
  std::filesystem::remove(files.dir / "haproxy.cfg.new");
  REQUIRE(write(configuration, route_to(kNext, kOld)).ok());
  CHECK(files.read("forced-shop.map").find("be_shop_forced1") != std::string::npos);
}

TEST_CASE("a map that an earlier agent left is emptied when nothing is forced") {
  const Files files;
  std::ofstream(files.dir / "forced-shop.map") << "old be_shop_forced1\n";
  Configuration configuration(files.settings);
  ServiceRoute route = route_to(kNew, kOld);
  route.forced.clear();
  REQUIRE(write(configuration, route).ok());
  CHECK(files.read("forced-shop.map").empty());
}

TEST_CASE("forced routes need no reload") {
  const Files files;
  const Configuration configuration(files.settings);
  ServiceRoute bare = route_to(kNew, kOld);
  bare.forced.clear();
  CHECK(configuration.structure({bare}) == configuration.structure({route_to(kNew, kOld)}));
}

}  // namespace
}  // namespace depops::agent::haproxy
