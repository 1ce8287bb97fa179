#pragma once

#include <filesystem>
#include <string>

#include "hub/api_http/request.h"

namespace depops::hub::api_http {

// The console as files of one directory. A path without a file gives index.html, for the console routes by itself;
// names with a hash are kept by the browser for good, index.html is asked for every time. Without a built console: a
// plain page that says so. Thread: any.
class StaticFiles {
 public:
  explicit StaticFiles(std::filesystem::path directory) : directory_(std::move(directory)) {}

  Response answer(const Request& request) const;

 private:
  std::filesystem::path directory_;
};

}  // namespace depops::hub::api_http
