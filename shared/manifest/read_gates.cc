#include <algorithm>

#include "shared/manifest/read.h"

// Steps that wait for somebody outside.
namespace depops::manifest {
namespace {

// Pre: one of the three is there; a rule sees to that.
rollout::HookCall read_call(const Node& node) {
  if (const Node* job = node.find("job")) return rollout::HookJob{text_at(*job, "manifest")};
  const Node* http = node.find("http");
  if (http == nullptr) return rollout::HookCommand{list_at(node, "command")};
  rollout::HookRequest request{text_at(*http, "method", "POST"), text_at(*http, "url"), {}};
  for (const auto& [name, value] : texts_at(*http, "headers")) request.headers.emplace_back(name, value);
  return request;
}

// RFC 9110: what a header may be called.
bool is_token(const std::string& text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return letter || kMarks.find(c) != std::string_view::npos;
  });
}

bool is_ours(const std::string& name) {
  std::string lower = name;
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return lower == "idempotency-key" || lower == "host" || lower == "content-length" || lower == "content-type" ||
         lower == "transfer-encoding" || lower == "connection";
}

class HookRules {
 public:
  HookRules(const std::string& file, std::vector<Diagnostic>& found) : file_(file), found_(found) {}

  void call(const Node& node, const std::string& path) {
    const Node* command = node.find("command");
    const Node* http = node.find("http");
    const Node* job = node.find("job");
    if ((command != nullptr) + (http != nullptr) + (job != nullptr) != 1)
      fail(node.place, path, "needs exactly one of command, http or job: what is to be done");
    if (command != nullptr && command->items[0].text.rfind('/', 0) != 0)
      fail(command->items[0].place, path + ".command[0]", "must be the absolute path of a program of the site");
    if (http == nullptr) return;
    const Node& url = *http->find("url");
    if (url.text.starts_with("https://"))
      fail(url.place, path + ".http.url", "must be a URL like http://127.0.0.1:8080; hooks are not asked over https");
    else if (std::string trouble = trouble_with_url(url.text); !trouble.empty())
      fail(url.place, path + ".http.url", std::move(trouble));
    if (const Node* headers = http->find("headers")) check_headers(*headers, path + ".http.headers");
  }

 private:
  void check_headers(const Node& headers, const std::string& path) {
    for (std::size_t i = 0; i < headers.keys.size(); ++i) {
      const Key& key = headers.keys[i];
      if (is_ours(key.name)) fail(key.place, path + "." + key.name, "is set by the agent; leave it out");
      if (!is_token(key.name)) fail(key.place, path, quoted(key.name) + " can not be the name of a header");
      const std::string& value = headers.items[i].text;
      const bool one_line = std::none_of(value.begin(), value.end(), [](char c) { return c == '\n' || c == '\r'; });
      if (!one_line) fail(headers.items[i].place, path + "." + key.name, "must be one line");
    }
  }

  void fail(Place place, const std::string& path, std::string message) {
    found_.push_back({file_, place, path, std::move(message)});
  }

  const std::string& file_;
  std::vector<Diagnostic>& found_;
};

}  // namespace

rollout::Hook read_hook(const Node& node) {
  rollout::Hook hook;
  hook.name = text_at(node, "name");
  hook.call = read_call(node);
  hook.timeout = duration_at(node, "timeout", hook.timeout);
  const Node* idempotent = node.find("idempotent");
  hook.idempotent = idempotent != nullptr && idempotent->is_true();
  hook.retries = static_cast<std::uint32_t>(count_at(node, "retries", 0));
  if (const Node* undo = node.find("undo")) hook.undo = read_call(*undo);
  return hook;
}

rollout::Approval read_approval(const Node& node, const std::string& path, std::vector<Later>& later) {
  rollout::Approval approval;
  approval.count = static_cast<std::uint32_t>(count_at(node, "count", approval.count));
  if (node.find("timeout") != nullptr) approval.timeout = duration_at(node, "timeout", Millis(0));
  if (text_at(node, "onTimeout") == "continue") approval.on_timeout = rollout::Approval::OnTimeout::go_on;
  const std::vector<std::string> excluded = list_at(node, "exclude");
  for (const std::string& who : excluded) {
    approval.exclude_requester = approval.exclude_requester || who == "requester";
    if (who != "requester") later.push_back({node.find("exclude")->place, path + ".exclude"});
  }
  if (const Node* groups = node.find("groups")) later.push_back({groups->place, path + ".groups"});
  return approval;
}

void check_step(const Node& step, const std::string& file, const std::string& path, std::vector<Diagnostic>& found) {
  const Node* approval = step.find("approval");
  const Node* late = approval == nullptr ? nullptr : approval->find("onTimeout");
  if (late != nullptr && approval->find("timeout") == nullptr) {
    found.push_back({file, late->place, path + ".approval.onTimeout",
                     "without timeout it waits until somebody decides; give timeout too, or leave onTimeout out"});
  }
  const Node* hook = step.find("hook");
  if (hook == nullptr) return;
  HookRules rules(file, found);
  rules.call(*hook, path + ".hook");
  if (const Node* undo = hook->find("undo")) rules.call(*undo, path + ".hook.undo");
}

}  // namespace depops::manifest
