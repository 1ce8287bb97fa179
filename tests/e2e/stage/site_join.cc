#include <algorithm>
#include <filesystem>
#include <sstream>

#include "tests/e2e/stage/site.h"

// How a site joins a real hub: with the command that this prints.
namespace depops::stage {

std::vector<std::string> Site::enroll(bool anew) {
  std::vector<std::string> ask = {"site", anew ? "reenroll" : "enroll", name_, "--token-file", folder("token")};
  if (!anew) ask.insert(ask.end(), {"--environment", environment_});
  const json::Value made = stage_.depops(std::move(ask));
  for (const char* part : {"agent.yaml", "haproxy", "state"})
    std::filesystem::remove_all(folder(part));  // joining makes its own
  std::istringstream command(made["command"].as_string());
  std::vector<std::string> words;
  for (std::string word; command >> word;) words.push_back(word);
  if (words.size() < 2) throw Trouble("site enroll printed no command");
  words.front() = Stage::binary(words.front());
  words.back() = folder_;  // the directory
  words.insert(words.end(), {"--port-range", port_range()});
  if (routed_)
    words.insert(words.end(), {"--bind", std::string(kService) + "=127.0.0.1:" + std::to_string(bind_port_)});
  return words;
}

void Site::run_join(const std::vector<std::string>& words) {
  if (run({words, folder(""), stage_.log("agent-" + name_), {}, {}}).status != 0)
    throw Trouble("depops-agent join refused: " + read_file(stage_.log("agent-" + name_)));
}

void Site::join(bool anew) {
  run_join(enroll(anew));
  std::filesystem::create_directories(folder("state"));
}

void Site::join_by_file() {
  std::vector<std::string> words = enroll(false);
  const auto hub = std::find(words.begin(), words.end(), "--hub");
  if (hub == words.end() || hub + 1 == words.end()) throw Trouble("site enroll printed no --hub");
  *(hub + 1) = "https://127.0.0.1:1";  // the listener's host; nobody is there
  words.insert(words.end(), {"--request-file", folder("request")});
  run_join(words);
  stage_.depops({"site", "enroll", name_, "--request", folder("request"), "--answer", folder("answer")});
  run_join({words.front(), "join", "--answer", folder("answer"), "--directory", folder_});
  std::filesystem::create_directories(folder("state"));
}

}  // namespace depops::stage
