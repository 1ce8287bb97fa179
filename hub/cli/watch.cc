#include "hub/cli/watch.h"

#include <chrono>

#include "hub/cli/changes.h"
#include "hub/cli/interrupt.h"
#include "hub/cli/json_text.h"
#include "hub/cli/views.h"
#include "shared/manifest/quantity.h"

namespace depops::hub::cli {
namespace {

using Steady = std::chrono::steady_clock;
constexpr Millis kLook{300};
constexpr Millis kSilenceMax{60'000};

class Watch {
 public:
  Watch(Session& session, HubClient& hub, const std::string& deployment, const WatchOptions& options)
      : session_(session), hub_(hub), deployment_(deployment), options_(options) {}

  Exit follow();

 private:
  Answer<json::Value> look();
  void show(const json::Value& deployment);
  Exit finish(const json::Value& deployment, Progress progress);
  Exit give_up(const json::Value& deployment);
  bool over() const;
  Millis silent_for() const { return std::chrono::duration_cast<Millis>(Steady::now() - heard_); }

  Session& session_;
  HubClient& hub_;
  const std::string& deployment_;
  const WatchOptions& options_;
  Changes changes_;
  Steady::time_point started_ = Steady::now();
  Steady::time_point heard_ = Steady::now();
  bool away_ = false;
};

Answer<json::Value> Watch::look() {
  auto answer = hub_.get("/api/v1/deployments/" + encoded(deployment_));
  const bool away = !answer.ok() && answer.trouble().exit == Exit::unreachable;
  if (away && !away_) session_.say(answer.trouble().text + "\nthe sites go on without it; trying again");
  if (!away && away_) session_.say("the hub answers again");
  away_ = away;
  if (!away) heard_ = Steady::now();
  return answer;
}

void Watch::show(const json::Value& deployment) {
  for (const std::string& line : changes_.since_last(deployment)) {
    if (!options_.to_output) {
      session_.say(line);
    } else if (session_.table() || session_.globals.output == "name") {
      session_.print_change(line, deployment);
    } else {
      return session_.print_change(line, deployment);
    }
  }
}

bool Watch::over() const {
  const Millis passed = std::chrono::duration_cast<Millis>(Steady::now() - started_);
  if (options_.timeout > Millis(0)) return passed >= options_.timeout;
  return away_ && silent_for() >= kSilenceMax;
}

Exit Watch::finish(const json::Value& deployment, Progress progress) {
  if (!options_.to_output) session_.print_one(deployment_view(), deployment);
  if (progress == Progress::reached) return Exit::done;
  const std::string state = plain_text(deployment["state"]);
  std::string text = deployment_ + " ended as " + state;
  const std::string why =
      plain_text(deployment[deployment.find("failureReason") != nullptr ? "failureReason" : "reason"]);
  if (!why.empty()) text += ": " + why;
  if (state == "completed") return session_.fail({Exit::error, text + "; what was waited for did not happen"});
  const Exit exit = session_.fail({Exit::rollout_failed, text});
  session_.suggest("depops describe deployment " + deployment_);
  return exit;
}

Exit Watch::give_up(const json::Value& deployment) {
  if (!options_.to_output && !deployment.is_null()) session_.print_one(deployment_view(), deployment);
  if (away_) return session_.fail({Exit::unreachable, "the hub does not answer; the rollout goes on without it"});
  const Exit exit = session_.fail(
      {Exit::timeout, "not there after " + manifest::write_duration(options_.timeout) + "; the rollout goes on"});
  session_.suggest("depops rollout watch " + deployment_);
  return exit;
}

Exit Watch::follow() {
  const Interrupt interrupt;
  json::Value last;
  for (;;) {
    auto answer = look();
    if (!answer.ok() && !away_) return session_.fail(answer.trouble());
    if (answer.ok()) {
      last = answer.take();
      show(last);
      const Progress progress = judge(options_.goal, last);
      if (progress != Progress::under_way) return finish(last, progress);
    }
    if (over()) return give_up(last);
    if (!interrupt.wait(kLook)) continue;
    session_.say("stopped watching; the rollout goes on");
    session_.suggest("depops rollout watch " + deployment_);
    return Exit::interrupted;
  }
}

}  // namespace

Exit watch(Session& session, HubClient& hub, const std::string& deployment, const WatchOptions& options) {
  return Watch(session, hub, deployment, options).follow();
}

}  // namespace depops::hub::cli
