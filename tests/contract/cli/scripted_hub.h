#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

// A real HTTP server that answers as a test says; every request is kept.
namespace depops::test {

struct Asked {
  std::string method;
  std::string path;  // with query
  std::map<std::string, std::string> headers;
  std::string body;
};

struct Answered {
  int status = 200;
  std::string body;
  std::map<std::string, std::string> headers;
  bool drop = false;       // close the connection without an answer
  bool stay_open = false;  // after the body, until the client goes
};

Answered problem(int status, const std::string& code, const std::string& detail, const std::string& reasons = "[]");

class ScriptedHub {
 public:
  using Script = std::function<Answered(const Asked&)>;

  ScriptedHub();
  ~ScriptedHub();
  ScriptedHub(const ScriptedHub&) = delete;
  ScriptedHub& operator=(const ScriptedHub&) = delete;

  // "GET /api/v1/sites", without the query. What has no script is answered with 404.
  void on(const std::string& what, Script script);
  void on(const std::string& what, Answered answer);

  std::string address() const;
  std::vector<Asked> asked() const;
  std::vector<Asked> asked(const std::string& what) const;

  Answered answer(const Asked& asked);

 private:
  struct Server;
  mutable std::mutex mutex_;
  std::map<std::string, Script> scripts_;
  std::vector<Asked> asked_;
  std::unique_ptr<Server> server_;
};

}  // namespace depops::test
