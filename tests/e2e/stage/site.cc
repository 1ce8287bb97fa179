#include "tests/e2e/stage/site.h"

#include <signal.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <utility>

#include "agent/haproxy/admin_socket.h"
#include "agent/local_api/local_api.h"
#include "shared/base/moment.h"
#include "shared/json/parse.h"

namespace depops::stage {
namespace {

namespace fs = std::filesystem;

constexpr Seconds kSiteUp{30};
constexpr std::uint16_t kInstancePorts = 14;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

// A variable of a process's environment; "" without.
std::string variable_of(const std::string& environment, const std::string& name) {
  const std::string all = std::string(1, '\0') + environment;
  const std::string key = std::string(1, '\0') + name + "=";
  const std::size_t at = all.find(key);
  return at == std::string::npos ? "" : all.substr(at + key.size(), all.find('\0', at + 1) - at - key.size());
}

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream stream(line);
  for (std::string field; std::getline(stream, field, ',');) fields.push_back(field);
  return fields;
}

}  // namespace

Site::Site(Stage& stage, const std::string& name, const std::string& environment, bool routed)
    : stage_(stage),
      name_(name),
      environment_(environment),
      folder_(stage.folder("sites/" + name)),
      routed_(routed),
      broker_urls_(stage.broker_urls(false)),
      bind_port_(stage.ports().take(kInstancePorts + 2)),
      metrics_port_(static_cast<std::uint16_t>(bind_port_ + 1)),
      first_port_(static_cast<std::uint16_t>(bind_port_ + 2)) {
  for (const char* part : {"", "haproxy", "state"}) {
    fs::create_directories(folder(part));
    fs::permissions(folder(part), fs::perms::owner_all);
  }
  stage_.certificates().issue("sites", name_);
  write_settings();
}

Site::~Site() {
  stream_ = Program();
  forced_stream_ = Program();
  agent_ = Program();
  haproxy_ = Program();
  end_strays();
}

bool Site::owns(const std::string& process) const {
  const auto in_here = [this](const fs::path& link) {
    std::error_code gone;
    return fs::read_symlink(link, gone).string().starts_with(folder_ + "/");
  };
  return in_here(fs::path(process) / "cwd") || in_here(fs::path(process) / "exe");
}

// Instances outlive their agent by design, and HAProxy's worker its master.
void Site::end_strays() {
  for (bool any = true; any;) {
    any = false;
    for (const auto& entry : fs::directory_iterator("/proc")) {
      const int pid = std::atoi(entry.path().filename().c_str());
      if (pid <= 0 || !owns(entry.path())) continue;
      any = ::kill(pid, SIGKILL) == 0 || any;
    }
  }
}

std::string Site::port_range() const {
  return std::to_string(first_port_) + "-" + std::to_string(first_port_ + kInstancePorts - 1);
}

std::string Site::works() const {
  if (!works_.empty()) return works_;
  const std::string router = routed_ ? "\n  haproxy:\n    directory: " + folder("haproxy") + "\n    services:\n      " +
                                           kService + ":\n        bind: 127.0.0.1:" + std::to_string(bind_port_)
                                     : " none";
  return "runtime:\n  process:\n    portRange: " + port_range() + "\nrouter:" + router;
}

void Site::run_on(const std::string& lines) {
  works_ = lines;
  write_settings();
}

void Site::write_settings() {
  const auto pem = [&](const std::string& file) { return stage_.certificates().file(file); };
  const auto port = [](unsigned number) { return std::to_string(number); };
  const std::string trust = trust_root_.empty() ? "" : "trust:\n  root: " + folder("trust-root") + "\n";
  write_file(folder("agent.yaml"),
             "site: " + name_ + "\nenvironment: " + environment_ + "\nstateDir: " + folder("state") +
                 "\nheartbeatSeconds: 1\nbroker:\n  urls: " + broker_urls_ + "\n  ca: " + pem("infra-ca.pem") +
                 "\n  cert: " + pem(name_ + ".pem") + "\n  key: " + pem(name_ + ".key") +
                 "\nhub:\n  artifactsUrl: " + stage_.artifacts_url() + "\n  ca: " + pem("infra-ca.pem") +
                 "\nkeys:\n  signing: " + folder("site.key") + "\n  hub: " + stage_.hub_key() + "\n" + works() +
                 "\nhooks:\n  programs: [" + Site::hooks_folder(stage_) +
                 "/]\nmetrics:\n  listen: 127.0.0.1:" + port(metrics_port_) + "\n" + trust);
}

void Site::go_by(const std::string& broker_url) {
  broker_urls_ = "[" + broker_url + "]";
  write_settings();
}

void Site::pin(const std::string& trust_root) {
  trust_root_ = trust_root;
  write_settings();
}

Ran Site::init(const Variables& variables) {
  std::vector<std::string> words = {Stage::binary("depops-agent"), "init", "--config", folder("agent.yaml")};
  if (!trust_root_.empty()) words.insert(words.end(), {"--trust-root", trust_root_});
  return run({words, folder("state"), stage_.log("agent-" + name_), variables, {}});
}

void Site::register_at_hub(const std::string& public_key) {
  write_file(folder("site.pub"), public_key);
  stage_.depops({"site", "create", name_, "--environment", environment_, "--key", folder("site.pub")});
}

void Site::start_agent(const Variables& variables) {
  agent_ = Program({{Stage::binary("depops-agent"), "run", "--config", folder("agent.yaml")},
                    folder("state"),
                    stage_.log("agent-" + name_),
                    variables,
                    {}});
}

void Site::stop_agent() {
  agent_.signal(SIGTERM);
  const int status = agent_.wait_end("the agent of " + name_ + " ends on SIGTERM", kSiteUp);
  if (status != 0) {
    throw Trouble("the agent of " + name_ + " ended on SIGTERM with status " + std::to_string(status) + "\n" +
                  read_file(stage_.log("agent-" + name_)));
  }
}

void Site::start_haproxy() {
  const std::string configuration = folder("haproxy/haproxy.cfg");
  wait_until(
      name_ + " has a configuration for HAProxy", kSiteUp, [&] { return fs::exists(configuration); },
      [&] { return read_file(stage_.log("agent-" + name_)); });
  haproxy_ = Program({{"haproxy", "-W", "-S", folder("haproxy/master.sock") + ",mode,600", "-f", configuration},
                      folder("haproxy"),
                      stage_.log("haproxy-" + name_),
                      {},
                      {}});
  haproxy_.wait_until("HAProxy of " + name_ + " listens", kSiteUp, [&] { return listens(bind_port_); });
}

Program Site::stream_to(const std::string& log, int per_second, const std::vector<std::string>& more) {
  std::vector<std::string> words = {Stage::binary("depops-demo-stream"),
                                    "--url",
                                    "http://127.0.0.1:" + std::to_string(bind_port_) + "/",
                                    "--rate",
                                    std::to_string(per_second),
                                    "--log",
                                    stage_.log(log + "-" + name_)};
  words.insert(words.end(), more.begin(), more.end());
  return Program({std::move(words), folder("state"), stage_.log("stream-" + log + "-" + name_), {}, {}});
}

void Site::start_stream(int per_second, Seconds patience) {
  stream_ = stream_to("requests", per_second, {"--timeout", std::to_string(Millis(patience).count())});
}

void Site::start_forced_stream(int per_second, const std::string& header) {
  forced_stream_ = stream_to("forced", per_second, {"--header", header});
}

void Site::set_up(const Variables& variables) {
  const Ran made = init();
  if (made.status != 0) throw Trouble("depops-agent init refused: " + read_file(stage_.log("agent-" + name_)));
  const auto answer = json::parse(made.output);
  register_at_hub(answer.ok() ? (*answer)["publicKey"].as_string() : "");
  start_agent(variables);
}

void Site::start_all(int per_second) {
  set_up();
  if (routed_) start_haproxy();
  if (per_second > 0) start_stream(per_second);
}

std::string Site::tell_agent(const std::string& verb) {
  agent::LocalRequest request;
  request.verb = verb;
  request.service = ServiceName(verb == "status" ? "" : kService);
  const auto answer = agent::ask(folder("state/agent.sock"), request);
  if (!answer.ok()) throw Trouble(answer.error().what);
  if (!answer->ok) throw Trouble("the agent of " + name_ + " refuses to " + verb + ": " + answer->text);
  return answer->text;
}

json::Value Site::view() {
  try {
    auto view = json::parse(tell_agent("status"));
    if (view.ok()) return std::move(view).value();
  } catch (const Trouble&) {
    return {};  // it is being killed and started again
  }
  return {};
}

const json::Value& Site::service_of(const json::Value& view) {
  static const json::Value none;
  return view["services"].items().empty() ? none : view["services"].items().front();
}

json::Value Site::status() { return service_of(view()); }

std::string Site::ask_haproxy(const std::string& commands) {
  const auto answer = agent::haproxy::ask(folder("haproxy/admin.sock"), commands);
  if (!answer.ok()) throw Trouble(answer.error().what);
  return *answer;
}

std::map<std::string, unsigned> Site::weights() {
  std::map<std::string, unsigned> found;
  const std::vector<std::string> lines = lines_of(ask_haproxy("show stat"));
  if (lines.empty()) return found;
  const std::vector<std::string> names = fields_of(lines[0].substr(lines[0].find("pxname")));
  const auto column = [&](const char* name) {
    return static_cast<std::size_t>(std::ranges::find(names, name) - names.begin());
  };
  const std::size_t server = column("svname"), status = column("status"), weight = column("weight");
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const std::vector<std::string> row = fields_of(lines[i]);
    if (row.size() <= std::max(status, weight) || row[server] == "BACKEND") continue;
    if (!row[0].starts_with("be_") || row[0].find("_forced") != std::string::npos) continue;
    if (row[status].starts_with("UP") || row[status].starts_with("no check")) {
      found[row[server]] = static_cast<unsigned>(std::atoi(row[weight].c_str()));
    }
  }
  return found;
}

std::vector<Running> Site::instances() {
  std::vector<Running> found;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const int pid = std::atoi(entry.path().filename().c_str());
    if (pid <= 0) continue;
    const std::string variables = read_file(entry.path().string() + "/environ");
    std::error_code gone;
    if (variable_of(variables, "DEPOPS_SITE") != name_) continue;  // other stages have sites of that name too
    if (!owns(entry.path())) continue;
    const std::string program = fs::read_symlink(entry.path() / "exe", gone).filename().string();
    if (gone || program.starts_with("depops-shim")) continue;  // the shim has the environment of what it starts
    found.push_back({pid, variable_of(variables, "DEPOPS_INSTANCE"), variable_of(variables, "DEPOPS_VERSION")});
  }
  return found;
}

std::vector<std::string> Site::starts() { return lines_of(read_file(starts_file())); }

std::vector<std::string> Site::requests() { return lines_of(read_file(stage_.log("requests-" + name_))); }

std::vector<std::string> Site::forced_requests() { return lines_of(read_file(stage_.log("forced-" + name_))); }

}  // namespace depops::stage
