#include "tests/contract/api/running_hub.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>

#include "hub/api_http/api.h"
#include "hub/api_http/metrics.h"
#include "hub/api_http/openapi.h"
#include "hub/app/world.h"
#include "shared/json/parse.h"
#include "shared/wire/body.h"
#include "shared/wire/documents.h"
#include "shared/wire/seal.h"
#include "shared/wire/topics.h"

namespace depops::tests {
namespace fs = std::filesystem;
namespace {

constexpr const char* kHubId = "contract";
constexpr const char* kIncarnation = "0123456789abcdef0123456789abcdef";

// The same key for a site at every call.
signing::SecretKey key_of(const std::string& name) {
  std::array<std::uint8_t, 32> seed{};
  std::copy(name.begin(), name.end(), seed.begin());
  return signing::SecretKey::from_seed(seed);
}

const OpenApi& open_api() {
  static const OpenApi api(hub::api_http::openapi_text());
  return api;
}

std::set<std::string>& answered() {
  static std::set<std::string> all;
  return all;
}

wire::Channel channel_of(const wire::Content& content) {
  if (std::holds_alternative<sync::Run>(content)) return wire::Channel::up_events;
  if (std::holds_alternative<sync::Presence>(content)) return wire::Channel::up_presence;
  if (std::holds_alternative<sync::Telemetry>(content)) return wire::Channel::up_telemetry;
  return wire::Channel::up_control;
}

}  // namespace

Result<void> HeardTransport::publish(ports::Message message) {
  const std::lock_guard lock(mutex_);
  said_.push_back(std::move(message));
  return {};
}

std::size_t HeardTransport::count_on(const std::string& topic) const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(
      std::count_if(said_.begin(), said_.end(), [&](const auto& message) { return message.topic == topic; }));
}

std::vector<std::string> HeardTransport::all_on(const std::string& topic) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> found;
  for (const ports::Message& message : said_)
    if (message.topic == topic) found.push_back(message.payload);
  return found;
}

void HeardTransport::forget() {
  const std::lock_guard lock(mutex_);
  said_.clear();
}

RunningHub::RunningHub(SitesJoin sites_join) {
  std::string name = (fs::temp_directory_path() / "depops-api-XXXXXX").string();
  directory_ = ::mkdtemp(name.data());
  if (sites_join == SitesJoin::yes) {
    const signing::PublicKey key = key_of("hub").public_key();
    door_ = std::make_unique<Door>((directory_ / "tls").string(), key.id().str(), key);
  }
  open();
  token_ = credentials_->make_token().value();
}

RunningHub::~RunningHub() {
  close();
  fs::remove_all(directory_);
}

hub::api_http::Backend RunningHub::backend() {
  return {*reader_,
          *reader_,
          *loop_,
          *blobs_,
          *credentials_,
          codec_,
          clock_,
          metrics_,
          [this] { return loop_->not_ready(); },
          [this] { return feed_->newest(); },
          "0.0.0",
          door_ ? &door_->joining() : nullptr,
          &alarms_,
          reader_.get()};
}

void RunningHub::open() {
  const std::string file = (directory_ / "hub.db").string();
  store_ = hub::store_sqlite::SqliteStore::open(file).value();
  reader_ = hub::store_sqlite::SqliteReader::open(file).value();
  blobs_ = hub::blobs::DirectoryBlobs::open(directory_ / "artifacts", kArtifactMax).value();
  credentials_ = hub::identity::FileCredentials::open(directory_ / "access").value();
  auto loaded = hub::load_hub(*store_, codec_);
  INFO((loaded ? std::string() : loaded.error().what));
  REQUIRE(loaded.ok());
  feed_ = std::make_unique<hub::api_http::EventFeed>(loaded.value().world().counters.event);
  signing::SecretKey key = key_of("hub");
  const KeyId key_id = key.id();
  signer_ = hub::signer::key_signer(std::move(key));
  outlet_ = std::make_unique<hub::Outlet>(
      hub::OutletParts{*signer_, key_id, kHubId, loaded.value().world().hub_epoch, clock_, [](const std::string&) {}});
  outlet_->attach(&brokers_);
  outlet_->start([] {});
  const auto ignore = [](const std::string&) {};
  loop_ = std::make_unique<hub::Loop>(
      hub::LoopParts{*store_, codec_, clock_, *outlet_, *feed_, metrics_,
                     hub::Reading{kHubId, key_of("hub").public_key(), door_ ? &door_->joining().certificates : nullptr,
                                  std::chrono::hours(24 * 7)},
                     [](const SiteName&, std::size_t) {}, [](std::vector<Digest>) {}, nullptr, ignore, [] {}},
      std::move(loaded).value());
  auto server = hub::api_http::Server::for_people({"127.0.0.1", 0}, backend(), *feed_, directory_ / "console");
  REQUIRE(server.ok());
  server_ = std::move(server).value();
  if (door_) {
    auto joining = hub::api_http::Server::for_joining({"127.0.0.1", 0}, door_->tls(), backend());
    INFO((joining.ok() ? std::string() : joining.error().what));
    REQUIRE(joining.ok());
    join_server_ = std::move(joining).value();
  }
  loop_->start();
}

void RunningHub::close() {
  server_->stop();
  if (join_server_) join_server_->stop();
  loop_->stop();
  outlet_->stop();
  feed_->stop();
}

void RunningHub::restart() {
  close();
  broker_.forget();
  server_.reset();
  join_server_.reset();
  loop_.reset();
  feed_.reset();
  store_.reset();
  open();
}

HttpAnswer RunningHub::checked(const std::string& method, const std::string& target, HttpAnswer answer) const {
  const std::string path = target.substr(0, target.find('?'));
  std::vector<std::string> arguments;
  std::string allowed;
  const auto* route = hub::api_http::Api::find(method, path, arguments, allowed);
  INFO(method << " " << target << " -> " << answer.status << " " << answer.body.substr(0, 1'000));
  if (answer.status >= 400 && method != "HEAD") CHECK(answer.header("content-type") == "application/problem+json");
  if (route == nullptr) return answer;
  if (answer.status < 400) answered().insert(route->operation);
  const auto mistakes =
      open_api().mistakes({method, route->path, answer.status, answer.header("content-type"), answer.body});
  for (const std::string& mistake : mistakes) FAIL_CHECK(mistake);
  return answer;
}

HttpAnswer RunningHub::call(const std::string& method, const std::string& target, const std::string& body,
                            Headers headers) {
  headers.emplace("Authorization", "Bearer " + token_);
  return without_token(method, target, body, std::move(headers));
}

HttpAnswer RunningHub::without_token(const std::string& method, const std::string& target, const std::string& body,
                                     Headers headers) {
  headers.emplace("Host", "127.0.0.1:" + std::to_string(port()));
  return checked(method, target, exchange(port(), request_text(method, target, headers, body)));
}

json::Value RunningHub::read(const std::string& target) {
  const HttpAnswer answer = call("GET", target);
  INFO(target << " -> " << answer.body);
  REQUIRE(answer.status == 200);
  auto value = json::parse(answer.body);
  REQUIRE(value.ok());
  return std::move(value).value();
}

Digest RunningHub::upload(const std::string& bytes) {
  Digest digest = signing::digest_of(bytes);
  const int status = call("PUT", "/api/v1/artifacts/" + digest.str(), bytes).status;
  REQUIRE((status == 200 || status == 201));
  return digest;
}

void RunningHub::set_up() {
  REQUIRE(call("POST", "/api/v1/environments", environment_body("staging", "staging")).status == 201);
  REQUIRE(call("POST", "/api/v1/environments", environment_body("production", "production")).status == 201);
  for (const char* name : {"ams-1", "fra-1", "sin-1"}) {
    const std::string environment = std::string(name) == "ams-1" ? "staging" : "production";
    REQUIRE(call("POST", "/api/v1/sites",
                 R"({"name":")" + std::string(name) + R"(","environment":")" + environment +
                     R"(","labels":{"region":"eu"},"signingKey":")" + site_key(SiteName(name)) + "\"}")
                .status == 201);
  }
  for (const char* label : {"1.0", "1.1"}) {
    const Digest artifact = upload(std::string("artifact ") + label);
    REQUIRE(call("POST", "/api/v1/services/checkout/versions",
                 R"({"label":")" + std::string(label) + R"(","artifact":")" + artifact.str() +
                     R"(","commit":"abcdef0","committedAt":"2026-11-01T10:00:00Z"})")
                .status == 201);
  }
  REQUIRE(call("PUT", "/api/v1/documents", pipeline_text() + "---\n" + template_text()).status == 200);
}

std::string RunningHub::start(const std::string& version, const std::string& environment) {
  const auto answer = call("POST", "/api/v1/deployments",
                           R"({"service":"checkout","version":")" + version + R"(","environment":")" + environment +
                               R"(","reason":"a test"})");
  INFO(answer.body);
  REQUIRE(answer.status == 201);
  return json::parse(answer.body).value()["deployment"].as_string();
}

std::string RunningHub::site_key(const SiteName& site) const {
  const auto& bytes = key_of(site.str()).public_key().bytes();
  return signing::to_hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

std::string RunningHub::address() const { return wire::hub_address(kHubId); }

std::string RunningHub::sealed(const SiteName& site, const std::string& body) const {
  return wire::seal(wire::kBodyType, body, key_of(site.str()));
}

void RunningHub::say(const SiteName& site,
                     std::variant<sync::Hello, sync::Run, sync::Presence, sync::Telemetry> content) {
  wire::Body body;
  body.source = wire::site_address(site);
  body.destination = wire::hub_address(kHubId);
  body.site_epoch = SiteEpoch(1);
  body.incarnation = kIncarnation;
  body.session = 1;
  body.hub_epoch = HubEpoch(1);
  body.at = clock_.now().wall;
  std::visit([&](auto& one) { body.content = std::move(one); }, content);
  REQUIRE(take({wire::topic_of(channel_of(body.content), site), sealed(site, wire::encode_body(body)), false, 1}));
}

void RunningHub::report(const SiteName& site, const rollout::Report& report) {
  say(site, sync::Run{sync::Stream::events, Sequence(++written_[site]), {wire::encode_report(report)}});
}

void RunningHub::report_state(const std::string& rollout, const SiteName& site, rollout::State state) {
  rollout::RolloutChanged changed;
  changed.at = clock_.now().wall;
  changed.status.rollout = RolloutId(rollout);
  changed.status.deployment = DeploymentId(rollout.substr(0, rollout.find('.')));
  changed.status.service = ServiceName("checkout");
  changed.status.epoch = Generation(1);
  changed.status.state = state;
  changed.status.phase = "stepping";
  changed.status.sets = {{SetId("checkout-0123456789ab"), VersionLabel("1.1"), 2, 2, 2, 10, 3}};
  changed.status.pauses = {"user"};
  changed.status.reason = "as the test says";
  changed.status.exposed_at = changed.at;
  report(site, changed);
}

const std::set<std::string>& RunningHub::operations_answered() { return answered(); }

std::string code_of(const HttpAnswer& answer) {
  const auto body = json::parse(answer.body);
  return body ? body.value()["code"].as_string() : "no JSON: " + answer.body.substr(0, 200);
}

}  // namespace depops::tests
