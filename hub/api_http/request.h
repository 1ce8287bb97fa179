#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hub/ports/blobs.h"
#include "shared/base/names.h"

namespace depops::hub::api_http {

// One request as the handlers see it, free of the HTTP library.
struct Request {
  std::string method;
  std::string path;                            // decoded, without the query
  std::vector<std::string> arguments;          // the {parts} of the route, in order
  std::map<std::string, std::string> query;    // a name given twice was refused
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;                            // empty for uploads
  ByteSource upload;                           // uploads only
  std::optional<std::uint64_t> content_length;
  std::string id;  // made here; shows up in audit as the cause
  Actor actor;
  std::string cookie;       // session cookie, if one was given
  bool by_session = false;  // the cookie was what let the caller in

  const std::string& header(const std::string& name) const;
  const std::string& argument(std::size_t index) const { return arguments.at(index); }
  const std::string& parameter(const std::string& name) const;
};

struct FilePart {
  std::filesystem::path path;
  std::uint64_t first = 0;
  std::uint64_t size = 0;
};

// An event stream: `backlog` first, then everything newer than `after`.
struct Subscription {
  std::vector<std::string> topics;  // empty: all
  std::uint64_t after = 0;
  std::string backlog;
};

struct Response {
  int status = 200;
  std::string type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  std::optional<FilePart> file;
  std::optional<Subscription> stream;
  std::optional<std::uint64_t> length;  // of a HEAD's answer

  Response& with(std::string name, std::string value) {
    headers.emplace_back(std::move(name), std::move(value));
    return *this;
  }
};

}  // namespace depops::hub::api_http
