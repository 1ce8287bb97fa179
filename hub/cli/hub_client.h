#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "hub/cli/answer.h"
#include "hub/cli/context_file.h"
#include "shared/json/value.h"

namespace depops::hub::cli {

using Query = std::vector<std::pair<std::string, std::string>>;  // empty values are left out

struct Reply {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;                            // at most 64 MiB
};

struct Request {
  std::string method = "GET";
  std::string path;  // with query
  std::string content_type;
  std::string body;
  std::map<std::string, std::string> headers;
};

// Path with query, everything that is not unreserved percent-encoded.
std::string with_query(const std::string& path, const Query& query);
std::string encoded(const std::string& segment);

// Speaks to one hub. Reads, and writes by their idempotence key, are tried three times when the connection fails; then
// the trouble is `unreachable`. Not thread-safe.
class HubClient {
 public:
  // Refuses a token over plain HTTP to another machine, and what is no http or https URL.
  static Answer<std::unique_ptr<HubClient>> open(const Context& context);
  ~HubClient();

  // The hub's answer as JSON, or what its problem document says.
  Answer<json::Value> get(const std::string& path, const Query& query = {});
  Answer<json::Value> post(const std::string& path, const json::Value& body);
  Answer<json::Value> put_yaml(const std::string& path, const Query& query, const std::string& text);

  // All items of a list over its pages, at most `most` (0: all). The second is true if there are more.
  Answer<std::pair<json::Value::Array, bool>> list(const std::string& path, Query query, std::size_t most);

  // One request, once, whatever the status.
  Answer<Reply> send(const Request& request);

  // Reads lines of a stream without end. `line` ends it with false; `idle` is asked about every 250 ms.
  Answer<bool> stream(const Request& request, const std::function<bool(const std::string&)>& line,
                      const std::function<bool()>& idle);

  const std::string& hub() const noexcept { return context_.hub; }

 private:
  struct Connection;
  HubClient(Context context, std::string token);
  Answer<json::Value> exchange(const Request& request);

  Context context_;
  std::string token_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace depops::hub::cli
