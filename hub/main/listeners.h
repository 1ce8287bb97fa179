#pragma once

#include <memory>
#include <string>

#include "hub/api_http/joining.h"
#include "hub/api_http/server.h"
#include "hub/main/settings.h"

namespace depops::hub {

// What sites are told when they join, and who signs their certificates. Empty if the settings let no site in.
struct Door {
  std::unique_ptr<Certificates> certificates;
  std::unique_ptr<api_http::Joining> joining;
};

Result<Door> make_door(const Settings& settings, const std::string& hub_id, const signing::PublicKey& key);

// Everything that listens for HTTP.
struct Listeners {
  std::unique_ptr<api_http::Server> people;
  std::unique_ptr<api_http::Server> sites;    // null without certificates
  std::unique_ptr<api_http::Server> joining;  // null without a door
  void stop();
};

Result<Listeners> open_listeners(const Settings& settings, const api_http::Backend& backend, api_http::EventFeed& feed);

}  // namespace depops::hub
