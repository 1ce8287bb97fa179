#include "hub/main/settings.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <functional>
#include <set>
#include <vector>

#include "hub/main/signer_settings.h"
#include "hub/signer/notary.h"

namespace depops::hub {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kBrokersMax = 16;

// Reads one map of the file and remembers what it knows, so that a misspelt key is refused and not passed over.
class Section {
 public:
  Section(const YAML::Node& node, std::string name) : node_(node), name_(std::move(name)) {}

  std::string text(const char* key, std::string otherwise = "") {
    known_.emplace_back(key);
    const YAML::Node found = node_.IsMap() ? node_[key] : YAML::Node(YAML::NodeType::Undefined);
    return found.IsDefined() ? found.as<std::string>() : std::move(otherwise);
  }
  std::uint64_t number(const char* key, std::uint64_t otherwise) {
    const std::string found = text(key);
    return found.empty() ? otherwise : std::stoull(found);
  }
  std::vector<std::string> texts(const char* key) {
    known_.emplace_back(key);
    std::vector<std::string> found;
    const YAML::Node list = node_.IsMap() ? node_[key] : YAML::Node(YAML::NodeType::Undefined);
    if (!list.IsDefined()) return found;
    for (const auto& entry : list) found.push_back(entry.as<std::string>());
    return found;
  }
  Section part(const char* key) {
    known_.emplace_back(key);
    return {node_.IsMap() ? node_[key] : YAML::Node(YAML::NodeType::Undefined), name_ + key + "."};
  }
  Result<void> finish() const {
    if (!node_.IsDefined() || node_.IsNull()) return {};
    if (!node_.IsMap()) return Error{Errc::invalid, name_ + " must be a map"};
    for (const auto& entry : node_) {
      const auto key = entry.first.as<std::string>();
      if (std::find(known_.begin(), known_.end(), key) == known_.end())
        return Error{Errc::invalid, "line " + std::to_string(entry.first.Mark().line + 1) + ": unknown key '" + name_ +
                                        key + "'; known are: " + list()};
    }
    return {};
  }

 private:
  std::string list() const {
    std::string out;
    for (const std::string& key : known_) out += (out.empty() ? "" : ", ") + key;
    return out;
  }
  YAML::Node node_;
  std::string name_;
  std::vector<std::string> known_;
};

Result<api_http::Listen> listen_of(const std::string& text) {
  const auto colon = text.rfind(':');
  const std::string port = colon == std::string::npos ? "" : text.substr(colon + 1);
  const bool digits = !port.empty() && port.size() <= 5 && port.find_first_not_of("0123456789") == std::string::npos;
  if (!digits || std::stoul(port) > 65'535)
    return Error{Errc::invalid, "'" + text + "' must be HOST:PORT, for instance 127.0.0.1:8480"};
  return api_http::Listen{text.substr(0, colon), static_cast<std::uint16_t>(std::stoul(port))};
}

std::string https_url(const api_http::Listen& listen) {
  return "https://" + listen.host + ":" + std::to_string(listen.port);
}

// One address, or a list of them.
Result<std::vector<std::string>> urls_of(Section& section, const char* one, const char* many) {
  const std::string single = section.text(one);
  std::vector<std::string> all = section.texts(many);
  if (!single.empty() && !all.empty())
    return Error{Errc::invalid, std::string(one) + " and " + many + ": give one of them"};
  if (!single.empty()) all = {single};
  if (all.size() > kBrokersMax) return Error{Errc::invalid, std::string(many) + ": at most 16"};
  // Two connections under one name would put each other out for ever.
  if (std::set(all.begin(), all.end()).size() < all.size())
    return Error{Errc::invalid, std::string(many) + ": an address stands there twice"};
  return all;
}

using PathOf = std::function<fs::path(const std::string&)>;

// Who lets sites in must say where they find the rest; what can be told from the listeners is.
Result<void> read_join(Section& sites, const PathOf& path, Settings& out) {
  Section ca = sites.part("ca");
  out.join.ca_certificate = path(ca.text("cert"));
  out.join.ca_key = path(ca.text("key"));
  out.join.revocations = path(ca.text("crl"));
  const std::chrono::seconds life(ca.number("certificateSeconds", 7 * 86'400));
  out.join.certificate_life = life;
  if (life < std::chrono::seconds(10) || life > std::chrono::hours(24 * 180))
    return Error{Errc::invalid, "sites.ca.certificateSeconds must be 10 to 15552000; usual are 604800, a week"};
  Section join = sites.part("join");
  const std::string listen = join.text("listen");
  out.join.url = join.text("url");
  DEPOPS_TRY(out.join.broker_urls, urls_of(join, "brokerUrl", "brokerUrls"));
  out.join.artifacts_url = join.text("artifactsUrl", https_url(out.sites));
  for (const Section* section : {&ca, &join}) DEPOPS_TRY_VOID(section->finish());
  if (listen.empty()) return {};
  DEPOPS_TRY(out.join.listen, listen_of(listen));
  if (out.join.url.empty()) out.join.url = https_url(*out.join.listen);
  const bool complete = !out.join.ca_certificate.empty() && !out.join.ca_key.empty() && !out.join.broker_urls.empty() &&
                        !out.sites_tls.certificate.empty() && !out.broker_ca.empty();
  if (complete) return {};
  return Error{Errc::invalid,
               "sites.join needs sites.ca.cert and sites.ca.key (who signs sites), sites.cert (what the hub shows), "
               "broker.ca (who signed that) and sites.join.brokerUrl (the broker's door for sites)"};
}

Result<Settings> settings_of(const YAML::Node& root, const fs::path& base) {
  Section all(root, "");
  Settings out;
  const auto path = [&](const std::string& text) { return text.empty() ? fs::path() : base / text; };
  out.state_directory = path(all.text("stateDir"));
  out.hub_id = all.text("hubId", out.hub_id);
  out.console = path(all.text("console"));
  Section api = all.part("api");
  DEPOPS_TRY(out.api, listen_of(api.text("listen", "127.0.0.1:8480")));
  Section sites = all.part("sites");
  DEPOPS_TRY(out.sites, listen_of(sites.text("listen", "127.0.0.1:8481")));
  out.sites_tls = {path(sites.text("cert")), path(sites.text("key")), path(sites.text("clientsCa"))};
  Section broker = all.part("broker");
  DEPOPS_TRY(out.broker_urls, urls_of(broker, "url", "urls"));
  out.broker_ca = path(broker.text("ca")).string();
  out.broker_certificate = path(broker.text("cert")).string();
  out.broker_key = path(broker.text("key")).string();
  out.broker_pid_file = path(broker.text("pidFile")).string();
  DEPOPS_TRY_VOID(read_join(sites, path, out));
  Section artifacts = all.part("artifacts");
  out.artifact_max = artifacts.number("maxBytes", out.artifact_max);
  Section keys = all.part("keys");
  out.release_key = path(keys.text("release", (out.state_directory / "release.key").string()));
  out.public_key = path(keys.text("public", (out.state_directory / "release.pub").string()));
  out.log_key = path(keys.text("log", (out.state_directory / "log.key").string()));
  Section signer = all.part("signer");
  out.signer_socket = path(signer.text("socket"));
  for (const Section* section : {&all, &api, &sites, &broker, &artifacts, &keys, &signer})
    DEPOPS_TRY_VOID(section->finish());
  if (out.state_directory.empty())
    return Error{Errc::invalid, "stateDir is missing: the directory the hub keeps its memory in"};
  return out;
}

Result<SignerSettings> signer_settings_of(const YAML::Node& root, const fs::path& base) {
  Section all(root, "");
  SignerSettings out;
  const auto path = [&](const std::string& text) { return text.empty() ? fs::path() : base / text; };
  out.state_directory = path(all.text("stateDir"));
  const auto own = [&](const char* name) { return (out.state_directory / name).string(); };
  out.socket = path(all.text("socket", own("signer.sock")));
  out.peer = all.text("peer");
  out.hub_id = all.text("hubId");
  Section keys = all.part("keys");
  out.release_key = path(keys.text("release", own("release.key")));
  out.public_key = path(keys.text("public", own("release.pub")));
  out.log_key = path(keys.text("log", own("log.key")));
  Section trust = all.part("trust");
  for (const std::string& file : trust.texts("roots")) out.trust_roots.push_back(path(file));
  Section limits = all.part("limits");
  const std::uint64_t documents = limits.number("documentsPerMinute", signer::kDocumentsPerMinute);
  for (const Section* section : {&all, &keys, &trust, &limits}) DEPOPS_TRY_VOID(section->finish());
  if (out.state_directory.empty())
    return Error{Errc::invalid, "stateDir is missing: the directory the signer keeps its ledger and its log in"};
  if (documents < 1 || documents > signer::kDocumentsPerMinuteMax)
    return Error{Errc::invalid, "limits.documentsPerMinute is 1 to 600000"};
  out.documents_per_minute = static_cast<std::uint32_t>(documents);
  return out;
}

template <typename Read>
auto read_yaml(const fs::path& file, const Read& read) -> decltype(read(YAML::Node(), fs::path())) {
  try {
    auto out = read(YAML::LoadFile(file.string()), fs::absolute(file).parent_path());
    if (out) return out;
    return out.error().in(file.string());
  } catch (const YAML::BadFile&) {
    return Error{Errc::not_found, "can not read " + file.string() + "; name the settings file with --config"};
  } catch (const std::exception& wrong) {
    return Error{Errc::invalid, file.string() + ": " + wrong.what()};
  }
}

}  // namespace

Result<Settings> read_settings(const fs::path& file) { return read_yaml(file, settings_of); }

Result<SignerSettings> read_signer_settings(const fs::path& file) { return read_yaml(file, signer_settings_of); }

}  // namespace depops::hub
