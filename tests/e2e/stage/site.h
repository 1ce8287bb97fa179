#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/e2e/stage/stage.h"

namespace depops::stage {

// A process of the service as it is found running.
struct Running {
  pid_t pid = 0;
  std::string instance;  // "fra-1/SET.NUMBER"
  std::string version;
};

using Variables = std::map<std::string, std::string>;

// One site on a stage: a real agent and a real HAProxy on a folder of their own, and a stream of requests. Nothing of
// it runs before it is told to. Thread: one at a time.
class Site {
 public:
  // Not routed: no HAProxy, somebody else would balance (`router: none`).
  Site(Stage& stage, const std::string& name, const std::string& environment, bool routed = true);
  ~Site();  // ends all of it
  Site(const Site&) = delete;
  Site& operator=(const Site&) = delete;

  // Before init: the way to the broker, in place of the brokers' own addresses.
  void go_by(const std::string& broker_url);
  // Before init: the site goes by this trust root.
  void pin(const std::string& trust_root);
  // Before init: `runtime`, `router` and whatever else are these lines, in place of processes and HAProxy.
  void run_on(const std::string& lines);
  Ran init(const Variables& variables = {});  // `depops-agent init`
  void register_at_hub(const std::string& public_key);
  // In place of init and registering: enrols it at the hub and runs the command that this prints.
  void join(bool anew = false);
  // Likewise, without a way to the hub: asks and is answered in files.
  void join_by_file();
  void start_agent(const Variables& variables = {});
  void stop_agent();     // as a service supervisor does it
  void start_haproxy();  // once the agent has written a configuration
  // A request without an answer for longer than `patience` counts as failed.
  void start_stream(int per_second, Seconds patience = Seconds(5));
  void start_forced_stream(int per_second, const std::string& header);  // "Name: value" in each of its requests
  void set_up(const Variables& variables = {});                         // init, register, agent
  void start_all(int per_second);  // init, register, agent and HAProxy if routed; the stream when something answers

  Program& agent() noexcept { return agent_; }
  Program& haproxy() noexcept { return haproxy_; }
  Program& stream() noexcept { return stream_; }
  std::uint16_t port() const noexcept { return bind_port_; }         // where the streams send their requests
  std::uint16_t spare_port() const noexcept { return first_port_; }  // for whoever needs another one

  // What the agent says to `depops-agent rollout VERB`; Trouble if it says no, or nothing.
  std::string tell_agent(const std::string& verb);
  json::Value view();    // what the agent shows; null if it does not answer
  json::Value status();  // of the service; null if the agent does not answer or knows none
  static const json::Value& service_of(const json::Value& view);
  std::string ask_haproxy(const std::string& commands);
  std::map<std::string, unsigned> weights();  // of requests that nobody forces, by server; without those that drain

  std::vector<Running> instances();     // by looking at the machine's processes
  std::vector<std::string> starts();    // "VERSION INSTANCE", one for each start of an instance since the site was made
  std::vector<std::string> requests();  // lines of the stream's log
  std::vector<std::string> forced_requests();

  Stage& stage() const noexcept { return stage_; }
  const std::string& name() const noexcept { return name_; }
  const std::string& environment() const noexcept { return environment_; }
  std::string folder(const std::string& part) const { return folder_ + "/" + part; }
  std::string starts_file() const { return starts_file(stage_, name_); }
  // Programs in it may run as hooks.
  static std::string hooks_folder(const Stage& stage) { return stage.folder("hooks"); }
  static std::string starts_file(const Stage& stage, const std::string& name) { return stage.folder("starts-" + name); }

 private:
  void write_settings();
  std::string port_range() const;              // "FIRST-LAST"
  std::vector<std::string> enroll(bool anew);  // the words of the printed command
  void run_join(const std::vector<std::string>& words);
  std::string works() const;
  Program stream_to(const std::string& log, int per_second, const std::vector<std::string>& more);
  bool owns(const std::string& process) const;  // "/proc/PID": runs from or in the site's folder
  void end_strays();

  Stage& stage_;
  std::string name_;
  std::string environment_;
  std::string folder_;
  bool routed_;
  std::string broker_urls_;
  std::string works_;       // how versions run and get requests; empty: processes behind HAProxy
  std::string trust_root_;  // empty: none is pinned
  std::uint16_t bind_port_;
  std::uint16_t metrics_port_;
  std::uint16_t first_port_;
  Program agent_;
  Program haproxy_;
  Program stream_;
  Program forced_stream_;
};

}  // namespace depops::stage
