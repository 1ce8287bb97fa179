#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "hub/api_http/alarms.h"
#include "hub/api_http/server.h"
#include "hub/blobs/directory_blobs.h"
#include "hub/identity/file_credentials.h"
#include "hub/main/loop.h"
#include "hub/main/outlet.h"
#include "hub/main/wire_codec.h"
#include "hub/store_sqlite/sqlite_reader.h"
#include "hub/store_sqlite/sqlite_store.h"
#include "shared/audit/note.h"
#include "shared/clock/system_clock.h"
#include "shared/json/value.h"
#include "shared/ports/transport.h"
#include "shared/signing/signing.h"
#include "tests/contract/api/http.h"
#include "tests/contract/api/joining.h"
#include "tests/contract/api/schema.h"

namespace depops::tests {

// Keeps what the hub says to the broker.
class HeardTransport final : public ports::Transport {
 public:
  void start(std::vector<std::string>, Handlers) override {}
  Result<void> publish(ports::Message message) override;
  bool connected() const override { return true; }
  void stop() override {}
  std::size_t count_on(const std::string& topic) const;
  std::vector<std::string> all_on(const std::string& topic) const;  // payloads
  void forget();                                                    // what was said until now

 private:
  mutable std::mutex mutex_;
  std::vector<ports::Message> said_;
};

enum class SitesJoin { no, yes };

// The hub as it runs, in this process: its loop, its SQLite file, its artifacts, its HTTP listener; only the broker is
// the test. Every answer that comes through call() is held against openapi.yaml.
class RunningHub {
 public:
  static constexpr std::uint64_t kArtifactMax = 200'000;

  explicit RunningHub(SitesJoin sites_join = SitesJoin::no);
  ~RunningHub();
  void restart();  // as the next process on the same files

  // With the admin's token; `headers` replace what would be sent. The answer must keep openapi.yaml's promise.
  HttpAnswer call(const std::string& method, const std::string& target, const std::string& body = "",
                  Headers headers = {});
  json::Value read(const std::string& target);  // GET, must be 200
  HttpAnswer without_token(const std::string& method, const std::string& target, const std::string& body = "",
                           Headers headers = {});

  // checkout: staging with ams-1, then production with fra-1 and sin-1; versions 1.0 and 1.1.
  void set_up();
  Digest upload(const std::string& bytes);
  std::string start(const std::string& version, const std::string& environment);  // the deployment's id

  // The part of a site, signed with its key.
  void say(const SiteName& site, std::variant<sync::Hello, sync::Run, sync::Presence, sync::Telemetry> content);
  void report(const SiteName& site, const rollout::Report& report);
  void report_state(const std::string& rollout, const SiteName& site, rollout::State state);
  bool take(ports::Message message) { return loop_->take(std::move(message)); }
  std::string site_key(const SiteName& site) const;  // 64 hex digits
  std::string address() const;                       // of the hub, as frames name it
  std::string sealed(const SiteName& site, const std::string& body) const;

  std::uint16_t port() const { return server_->port(); }
  std::uint16_t join_port() const { return join_server_->port(); }
  const Door& door() const { return *door_; }
  const std::string& token() const { return token_; }
  const std::filesystem::path& directory() const { return directory_; }
  const HeardTransport& broker() const { return broker_; }
  hub::api_http::Backend backend();
  hub::identity::FileCredentials& credentials() { return *credentials_; }
  hub::api_http::Metrics& metrics() { return metrics_; }
  hub::api_http::Alarms& alarms() { return alarms_; }
  // Has the audit log signed as it is now; the key of the log.
  audit::NoteKey sign_log();
  static const std::set<std::string>& operations_answered();  // operationIds, over all tests of this process

 private:
  void open();
  void close();
  HttpAnswer checked(const std::string& method, const std::string& target, HttpAnswer answer) const;

  std::filesystem::path directory_;
  clock::SystemClock clock_;
  hub::WireCodec codec_;
  hub::api_http::Metrics metrics_;
  hub::api_http::Alarms alarms_;
  HeardTransport broker_;
  hub::Brokers brokers_{{&broker_}};
  std::string token_;
  std::map<SiteName, std::uint64_t> written_;  // events of each site
  std::unique_ptr<hub::store_sqlite::SqliteStore> store_;
  std::unique_ptr<hub::store_sqlite::SqliteReader> reader_;
  std::unique_ptr<hub::blobs::DirectoryBlobs> blobs_;
  std::unique_ptr<hub::identity::FileCredentials> credentials_;
  std::unique_ptr<hub::api_http::EventFeed> feed_;
  std::unique_ptr<hub::signer::Signer> signer_;
  std::unique_ptr<hub::Outlet> outlet_;
  std::unique_ptr<hub::Loop> loop_;
  std::unique_ptr<Door> door_;
  std::unique_ptr<hub::api_http::Server> server_;
  std::unique_ptr<hub::api_http::Server> join_server_;
};

// A POST or PUT body of JSON.
std::string environment_body(const std::string& name, const std::string& tier);
std::string pipeline_text();
std::string template_text();
std::string code_of(const HttpAnswer& answer);  // of problem details

}  // namespace depops::tests
