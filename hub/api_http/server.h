#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "hub/api_http/api.h"
#include "hub/api_http/event_feed.h"

namespace depops::hub::api_http {

struct Listen {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;  // 0: a free one
};

// Certificates of the sites' listener; a client must show one that the sites' CA signed.
struct SiteTls {
  std::filesystem::path certificate;
  std::filesystem::path key;
  std::filesystem::path clients_ca;
};

// Certificates of the joining listener; a client needs none, for it has none yet.
struct JoinTls {
  std::filesystem::path certificate;
  std::filesystem::path key;
  std::filesystem::path authority;  // who signed the certificate; shown too, for sites know it by its digest
};

// One HTTP listener. Threads serve requests only; event streams go to the feed's reactor.
class Server {
 public:
  // Console and API. Error `unavailable` names the address and what to do when the port is in use.
  static Result<std::unique_ptr<Server>> for_people(const Listen& listen, Backend backend, EventFeed& feed,
                                                    std::filesystem::path console);
  // Artifacts for the sites, HEAD and GET only.
  static Result<std::unique_ptr<Server>> for_sites(const Listen& listen, const SiteTls& tls, Backend backend);
  // POST /join for those who want to become a site and POST /renew for those who are one, and nothing else.
  // `backend.joining` must be there.
  static Result<std::unique_ptr<Server>> for_joining(const Listen& listen, const JoinTls& tls, Backend backend);
  ~Server();

  std::uint16_t port() const;
  // Takes no new connection and lets requests under way finish, for at most a few seconds.
  void stop();

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace depops::hub::api_http
