#pragma once

#include <catch2/catch.hpp>
#include <string>

#include "shared/json/parse.h"
#include "tests/contract/api/joining.h"
#include "tests/contract/api/running_hub.h"

namespace depops::tests {

// A hub that lets sites in; checkout, staging and production as in RunningHub::set_up().
struct Gate {
  RunningHub hub{SitesJoin::yes};

  Gate() { hub.set_up(); }

  HttpAnswer enroll(const std::string& site, const std::string& body = R"({"environment":"staging"})") {
    return hub.call("POST", "/api/v1/sites/" + site + "/join-tokens", body);
  }
  std::string token(const std::string& site, const std::string& body = R"({"environment":"staging"})") {
    const HttpAnswer made = enroll(site, body);
    INFO(made.body);
    REQUIRE(made.status == 201);
    return json::parse(made.body).value()["token"].as_string();
  }
  http::Answer post(const join::Request& request) { return post(join::write(request)); }
  http::Answer post(const std::string& body) {
    const auto sending = post_join(hub.join_port(), hub.door().authority(), body);
    INFO(sending.trouble);
    REQUIRE(sending.answer.has_value());
    return *sending.answer;
  }
  join::Answer joined(const join::Request& request) {
    const http::Answer answer = post(request);
    INFO(answer.body);
    REQUIRE(answer.status == 201);
    auto read = join::read_answer(answer.body);
    REQUIRE(read.ok());
    return std::move(read).value();
  }
  std::size_t leaves(const std::string& action) {
    return hub.read("/api/v1/audit?limit=500&action=" + action)["items"].items().size();
  }
  std::string place(const std::string& name) const { return (hub.directory() / name).string(); }
};

}  // namespace depops::tests
