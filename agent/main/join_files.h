#pragma once

#include <string>

#include "agent/main/commands.h"
#include "shared/base/names.h"
#include "shared/base/result.h"
#include "shared/http/url.h"

// What people give on the command line and in files. Errors name the option or the file.
namespace depops::agent {

// The token: the one word in the file, or on standard input ("-"). Errors never repeat it.
Result<std::string> read_token(const std::string& path);

// Where and who the hub is, from the words that 'depops site enroll' prints.
Result<http::Page> listener_of(const JoinArguments& arguments);

// A file to be carried: never over one that is there; mode 0600.
Result<void> write_carried(const std::string& path, const std::string& text);
Result<std::string> read_carried(const std::string& path, std::size_t most);

// What was asked for in the newest file, kept beside the keys until its answer comes: an answer to anything else is
// none. Of the arguments: hub, site, ca_digest, port_range, binds.
struct Pending {
  JoinArguments asked;
  Digest request;
};
Result<void> save_pending(const std::string& path, const Pending& pending);
Result<Pending> load_pending(const std::string& path);

}  // namespace depops::agent
