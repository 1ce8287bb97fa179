#include "tests/e2e/stage/stage.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "shared/json/parse.h"
#include "tests/e2e/stage/small_disk.h"
#include "tests/support/paths.h"

namespace depops::stage {
namespace {

constexpr Seconds kStart{30};
constexpr int kAttempts = 3;
constexpr const char* kCommittedAt = "2026-11-01T10:00:00Z";
constexpr const char* kStartScript =
    "#!/bin/sh\necho \"$DEPOPS_VERSION $DEPOPS_INSTANCE\" >>\"$STARTS\"\nexec bin/checkout\n";

json::Value parsed(const std::string& text, const std::string& from) {
  auto value = json::parse(text);
  if (!value.ok()) throw Trouble(from + " did not answer JSON but: " + text.substr(0, 500));
  return std::move(value).value();
}

}  // namespace

bool listens(std::uint16_t port, const std::string& host) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  const bool open = ::inet_pton(AF_INET, host.c_str(), &address.sin_addr) == 1 &&
                    ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(fd);
  return open;
}

bool has_ended(const json::Value& deployment) {
  constexpr std::array<std::string_view, 6> kEnded{"completed", "rolled_back", "aborted",
                                                   "cancelled", "expired",     "failed"};
  return std::ranges::find(kEnded, deployment["state"].as_string()) != kEnded.end();
}

Stage::Stage(const std::string& name, Setting setting) : setting_(std::move(setting)), guard_(name) {
  for (const char* part : {"keys", "logs", "calls", "artifacts", "sites", "hub", "signer"}) {
    std::filesystem::create_directories(folder(part));
  }
  if (setting_.hub_disk_mebibytes > 0) mount_small_disk(folder("hub"), setting_.hub_disk_mebibytes);
  certificates_ = std::make_unique<Certificates>(folder("tls"), setting_.certificate_years, setting_.address);
  start_brokers();
  if (setting_.key_holder == KeyHolder::signer) start_signer({});
  start_hub();
}

Ran Stage::call_hub(std::vector<std::string> words) {
  words.insert(words.begin(), binary("depops-hub"));
  Ran ran = run({words, folder("hub"), log("hub"), {}, {}});
  if (ran.status != 0) throw Trouble("depops-hub " + words[1] + " refused: " + read_file(log("hub")));
  return ran;
}

void Stage::start_signer(const std::vector<std::string>& trust_roots) {
  std::string roots;
  for (const std::string& file : trust_roots) roots += (roots.empty() ? "" : ", ") + file;
  const std::string settings = folder("signer.yaml");
  write_file(settings, "stateDir: " + folder("signer") + "\nsocket: " + signer_socket() + "\nkeys:\n  release: " +
                           folder("keys/hub.key") + "\n  public: " + hub_key() + "\ntrust: {roots: [" + roots + "]}\n");
  if (!std::filesystem::exists(hub_key())) call_hub({"signer", "init", "--config", settings});
  signer_ = Program({{binary("depops-hub"), "signer", "--config", settings}, folder("signer"), log("signer"), {}, {}});
  signer_.wait_until("the signer listens", kStart,
                     [&] { return read_file(log("signer")).ends_with("signer=" + signer_socket() + "\n"); });
}

std::string Stage::not_ready() {
  const std::string url = "http://127.0.0.1:" + std::to_string(api_port_) + "/readyz";
  const Ran asked = run({{"curl", "--silent", "--max-time", "5", url}, guard_.folder(), log("curl"), {}, {}});
  const json::Value answer = parsed(asked.output, url);
  return answer["detail"].as_string();
}

std::string Stage::binary(const std::string& name) { return test::bin_dir() + "/" + name; }

std::string Stage::broker_urls(bool for_hub) const {
  std::string list;
  for (const Broker& broker : brokers_) list += (list.empty() ? "[" : ", ") + broker.url(for_hub);
  return list + "]";
}

std::string Stage::artifacts_url() const {
  return "https://" + setting_.address + ":" + std::to_string(artifacts_port_);
}

// Programs outside of these tests may be quicker to a port: then once more, with other ones.
void Stage::start_brokers() {
  for (int attempt = 0; !try_brokers(); ++attempt) {
    if (attempt == kAttempts) throw Trouble("no ports for a broker: " + read_file(log("broker-0")));
    ports_.leave_block();
  }
}

bool Stage::try_brokers() {
  brokers_.clear();
  api_port_ = ports_.take();
  artifacts_port_ = ports_.take();
  join_port_ = ports_.take();
  for (std::size_t number = 0; number < setting_.brokers; ++number) {
    const std::string name = "broker-" + std::to_string(number);
    brokers_.emplace_back(folder(name), log(name), ports_, *certificates_, setting_.revokes ? revocations() : "",
                          setting_.address);
    if (!brokers_.back().run()) return false;
  }
  return true;
}

std::string Stage::hub_broker_urls() {
  return setting_.hub_road ? "[" + setting_.hub_road(*this) + "]" : broker_urls(true);
}

std::string Stage::hub_settings(std::uint16_t api, std::uint16_t artifacts, std::uint16_t join) {
  const auto pem = [&](const char* name) { return certificates_->file(name); };
  std::string life =
      setting_.certificate_seconds > 0 ? ", certificateSeconds: " + std::to_string(setting_.certificate_seconds) : "";
  if (setting_.revokes) life += ", crl: " + revocations();
  const std::string console = test::source_dir() + "/hub/console/dist";
  return "stateDir: " + folder("hub") + (std::filesystem::exists(console) ? "\nconsole: " + console : "") +
         "\napi:\n  listen: 127.0.0.1:" + std::to_string(api) + "\nsites:\n  listen: " + setting_.address + ":" +
         std::to_string(artifacts) + "\n  cert: " + pem("hub.pem") + "\n  key: " + pem("hub.key") +
         "\n  clientsCa: " + pem("sites-ca.pem") + "\n  ca: {cert: " + pem("sites-ca.pem") +
         ", key: " + pem("sites-ca.key") + life + "}\n  join:\n    listen: " + setting_.address + ":" +
         std::to_string(join) + "\n    brokerUrls: " + broker_urls(false) + "\nbroker:\n  urls: " + hub_broker_urls() +
         "\n  ca: " + pem("infra-ca.pem") + "\n  cert: " + pem("hub.pem") + "\n  key: " + pem("hub.key") +
         (setting_.revokes ? "\n  pidFile: " + brokers_.front().pid_file() : "") + "\nkeys:\n  public: " + hub_key() +
         (setting_.key_holder == KeyHolder::signer ? "\nsigner: {socket: " + signer_socket() + "}\n"
                                                   : "\n  release: " + folder("keys/hub.key") + "\n");
}

void Stage::start_hub() {
  const std::string settings = folder("hub.yaml");
  write_file(settings, hub_settings(api_port_, artifacts_port_, join_port_));
  const Ran made = call_hub({"init", "--config", settings});
  write_file(folder("keys/token"), parsed(made.output, "depops-hub init")["adminToken"].as_string());
  run_hub(setting_.hub_variables);
}

void Stage::start_hub_again(const std::map<std::string, std::string>& variables) {
  auto all = setting_.hub_variables;
  for (const auto& [name, value] : variables) all[name] = value;
  run_hub(all);
}

void Stage::run_hub(const std::map<std::string, std::string>& variables) {
  hub_ = Program(
      {{binary("depops-hub"), "run", "--config", folder("hub.yaml")}, folder("hub"), log("hub"), variables, {}});
  hub_.wait_until("the hub listens", kStart, [&, at = setting_.address] {
    return listens(api_port_) && listens(artifacts_port_, at) && listens(join_port_, at);
  });
}

Program Stage::second_hub(const std::vector<std::string>& more) {
  const std::string settings = folder("second-hub.yaml");
  const std::uint16_t first = ports_.take(3);
  write_file(settings,
             hub_settings(first, static_cast<std::uint16_t>(first + 1), static_cast<std::uint16_t>(first + 2)));
  Command command{{binary("depops-hub"), "run", "--config", settings}, folder("hub"), log("second-hub"), {}, {}};
  command.words.insert(command.words.end(), more.begin(), more.end());
  Program hub(command);
  hub.wait_until("the second hub listens", kStart, [&] { return listens(first); });
  api_port_ = first;
  return hub;
}

Ran Stage::run_depops(std::vector<std::string> words) {
  words.insert(words.begin(), binary("depops"));
  Command command{std::move(words), guard_.folder(), {}, {}, {}};
  command.log = folder("calls/" + std::to_string(++calls_));
  command.variables = {{"DEPOPS_HUB", "http://127.0.0.1:" + std::to_string(api_port_)},
                       {"DEPOPS_TOKEN_FILE", folder("keys/token")},
                       {"DEPOPS_CONFIG", folder("cli.yaml")}};
  Ran ran = run(command);
  if (ran.status != 0) {
    std::string said;
    for (const std::string& word : command.words) said += (said.empty() ? "" : " ") + word;
    throw Trouble("\"" + said + "\" ended with status " + std::to_string(ran.status) + ": " + read_file(command.log));
  }
  std::filesystem::remove(command.log);
  return ran;
}

json::Value Stage::depops(std::vector<std::string> words) {
  words.insert(words.end(), {"-o", "json"});
  return parsed(run_depops(std::move(words)).output, "depops");
}

void Stage::apply(const std::string& documents) {
  const std::string file = folder("documents-" + std::to_string(++calls_) + ".yaml");
  write_file(file, documents);
  run_depops({"apply", "-f", file});
}

std::string Stage::pack(const std::string& label, const Behaviour& behaviour) {
  namespace fs = std::filesystem;
  const std::string tree = folder("artifacts/" + label);
  fs::create_directories(tree + "/bin");
  fs::copy_file(binary("depops-demo-checkout"), tree + "/bin/checkout");
  write_file(tree + "/bin/start", kStartScript);
  fs::permissions(tree + "/bin/start", fs::perms::owner_all);
  write_file(tree + "/demo.env", "CHECKOUT_VERSION=" + label + "\nERROR_SHARE=" + behaviour.error_share + "\n");
  const Ran packed = run({{"tar", "--create", "--file", tree + ".tar", "--directory", tree, "bin", "demo.env"},
                          folder("artifacts"),
                          log("tar"),
                          {},
                          {}});
  if (packed.status != 0) throw Trouble("tar refused: " + read_file(log("tar")));
  fs::remove_all(tree);
  return tree + ".tar";
}

void Stage::publish(const std::string& label, const Behaviour& behaviour) {
  run_depops({"publish", kService, label, "--artifact", pack(label, behaviour), "--commit",
              "0123456789abcdef0123456789abcdef01234567", "--committed-at", kCommittedAt});
}

std::string Stage::deploy(const std::string& label, const std::string& environment) {
  return depops({"deploy", kService, label, "-e", environment})["id"].as_string();
}

json::Value Stage::deployment(const std::string& id) { return depops({"describe", "deployment", id}); }

json::Value Stage::wait_for_end(const std::string& id, Seconds most) {
  json::Value seen;
  wait_until(
      "deployment " + id + " has ended", most,
      [&] {
        seen = deployment(id);
        return has_ended(seen);
      },
      [&] { return seen["state"].as_string() + ", " + seen["reason"].as_string(); });
  return seen;
}

}  // namespace depops::stage
