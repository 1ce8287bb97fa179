#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "shared/json/value.h"

namespace depops::bench {

struct ApiAnswer {
  int status = 0;
  std::string body;
};

// One connection to the hub's API that is kept, with the admin's token. Thread: one at a time.
class Api {
 public:
  Api(std::uint16_t port, std::string token);
  ~Api();

  ApiAnswer call(const std::string& method, const std::string& target, const std::string& body);
  // Throws, with what the hub said, unless it answered 200 or 201.
  json::Value must(const std::string& method, const std::string& target, const std::string& body);

 private:
  struct Connection;
  std::unique_ptr<Connection> connection_;
  std::string token_;
};

}  // namespace depops::bench
