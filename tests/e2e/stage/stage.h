#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "shared/json/value.h"
#include "tests/e2e/stage/broker.h"
#include "tests/e2e/stage/certificates.h"
#include "tests/e2e/stage/guard.h"
#include "tests/e2e/stage/ports.h"
#include "tests/e2e/stage/program.h"

namespace depops::stage {

inline constexpr const char* kService = "checkout";

// How a version of the demo service behaves.
struct Behaviour {
  std::string error_share = "0";  // of the requests answered with status 500
};

// Who holds the release key: the hub itself, or `depops-hub signer` beside it.
enum class KeyHolder { hub, signer };

class Stage;

// What a stage can have otherwise than usual.
struct Setting {
  unsigned hub_disk_mebibytes = 0;  // of the hub's folder; 0: the machine's own disk
  unsigned certificate_years = 0;   // certificates that hold from 1970 for so many years; 0: for two days from now
  std::map<std::string, std::string> hub_variables{};  // beside the usual ones
  std::function<std::string(Stage&)> hub_road{};  // the URL by which the hub goes to the broker; none: the broker's own
  KeyHolder key_holder = KeyHolder::hub;
  int certificate_seconds = 0;  // how long certificates of sites live that the hub issues; 0: as usual
  bool revokes = false;         // the brokers go by the hub's list of revoked certificates; it tells the first one
  std::size_t brokers = 1;
  std::string address = "127.0.0.1";  // of brokers and hub for whoever comes to them; another one in a namespace's own
};

// Real brokers and a real hub on a folder and ports of their own; sites are added with Site. Whatever is started ends
// with the stage, also when the test dies. The verbs are the `depops` command's and throw Trouble when it refuses. Any
// thread.
class Stage {
 public:
  explicit Stage(const std::string& name, Setting setting = {});

  Broker& broker(std::size_t number = 0) { return brokers_.at(number); }
  Program& hub() noexcept { return hub_; }
  // After the hub ended in whatever way: starts it again; returns when it listens.
  void start_hub_again(const std::map<std::string, std::string>& variables = {});

  // Runs `depops WORDS... -o json`.
  json::Value depops(std::vector<std::string> words);

  void apply(const std::string& documents);
  // An artifact whose program says each start of an instance in the file that its setting STARTS names.
  void publish(const std::string& label, const Behaviour& behaviour = {});
  std::string deploy(const std::string& label, const std::string& environment);  // the deployment's id
  json::Value deployment(const std::string& id);
  // Returns the deployment as it ended, in whatever state.
  json::Value wait_for_end(const std::string& id, Seconds most);

  std::string folder(const std::string& name) const { return guard_.folder() + "/" + name; }
  std::string log(const std::string& name) const { return folder("logs/" + name + ".log"); }
  std::string hub_key() const { return folder("keys/hub.pub"); }
  std::string not_ready();  // what the hub says of itself; empty: it is ready

  // The signer, again if it ended; it asks for what these trust roots demand. Oldest first.
  void start_signer(const std::vector<std::string>& trust_roots);
  Program& signer() noexcept { return signer_; }
  std::string signer_socket() const { return folder("signer/sock"); }
  std::string broker_url(bool for_hub) const { return brokers_.front().url(for_hub); }
  std::string broker_urls(bool for_hub) const;  // a list as YAML has it
  std::string artifacts_url() const;
  // Another hub on the same folder and brokers, with listeners of its own; from now on the commands go to it.
  Program second_hub(const std::vector<std::string>& more);
  Certificates& certificates() noexcept { return *certificates_; }
  Ports& ports() noexcept { return ports_; }

  static std::string binary(const std::string& name);

 private:
  void start_brokers();
  bool try_brokers();
  void start_hub();
  void run_hub(const std::map<std::string, std::string>& variables);
  Ran call_hub(std::vector<std::string> words);
  std::string hub_broker_urls();
  std::string revocations() const { return folder("sites.crl"); }
  std::string hub_settings(std::uint16_t api, std::uint16_t artifacts, std::uint16_t join);
  std::string pack(const std::string& label, const Behaviour& behaviour);
  Ran run_depops(std::vector<std::string> words);

  Setting setting_;
  Guard guard_;
  Ports ports_;
  std::uint16_t api_port_ = 0;
  std::uint16_t artifacts_port_ = 0;
  std::uint16_t join_port_ = 0;
  std::unique_ptr<Certificates> certificates_;
  std::vector<Broker> brokers_;
  Program hub_;
  Program signer_;
  std::atomic<int> calls_{0};
};

// Whether somebody listens there.
bool listens(std::uint16_t port, const std::string& address = "127.0.0.1");

// Whether the deployment can not change its state any more.
bool has_ended(const json::Value& deployment);

}  // namespace depops::stage
