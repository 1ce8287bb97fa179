#include <algorithm>
#include <utility>

#include "shared/rollout/transition.h"
#include "tests/simulation/world.h"

namespace depops::simulation {

using namespace std::chrono_literals;

bool World::is_lost() { return loss_ > 0 ? rng_.chance(loss_) : !quiet_ && rng_.chance(50); }

bool World::is_repeated() { return loss_ > 0 ? rng_.chance(loss_) : !quiet_ && rng_.chance(50); }

// The link loses, repeats and reorders; at rest it only delays.
void World::send_up(sync::UpMessage message) {
  if (!connected_ || is_lost()) return;
  const Millis due = now_.boottime + Millis(rng_.below(300));
  if (is_repeated()) to_hub_.push_back({due + Millis(rng_.below(2'000)), session_, message});
  to_hub_.push_back({due, session_, std::move(message)});
}

void World::send_down(agent::Input input) {
  if (!connected_ || is_lost()) return;
  const Millis due = now_.boottime + Millis(rng_.below(300));
  if (is_repeated()) to_agent_.push_back({due + Millis(rng_.below(5'000)), input});
  to_agent_.push_back({due, std::move(input)});
}

void World::hub_receives() {
  for (std::size_t i = 0; i < to_hub_.size();) {
    if (to_hub_[i].due > now_.boottime) {
      ++i;
      continue;
    }
    const sync::UpMessage message = std::move(to_hub_[i].message);
    const std::uint64_t session = to_hub_[i].session;
    to_hub_.erase(to_hub_.begin() + static_cast<std::ptrdiff_t>(i));
    for (const sync::DownMessage& answer : hub_.take(session, message, now_))
      send_down(agent::FromHub{answer, signed_time()});
    const auto* hello = std::get_if<sync::Hello>(&message);
    if (hello != nullptr && hub_.is_script() && hub_.has_document()) send_down(hub_.document(hub_.time(true_now_)));
  }
  if (!hub_.problem().empty()) throw Violation(hub_.problem());
}

void World::agent_receives() {
  for (std::size_t i = 0; i < to_agent_.size();) {
    if (to_agent_[i].due > now_.boottime) {
      ++i;
      continue;
    }
    const agent::Input input = std::move(to_agent_[i].input);
    to_agent_.erase(to_agent_.begin() + static_cast<std::ptrdiff_t>(i));
    deliver(input);
    i = 0;  // a restart may have emptied the box
  }
}

void World::see_world() {
  if ((quiet_ || rng_.chance(950)) && runtime_.changed()) {
    agent::RuntimeFacts facts = runtime_.facts(now_);
    invariants_.on_facts(facts);
    if (bug_ == Bug::believe_stale_facts) facts.applied_seq += 1'000'000;
    deliver(facts);
  }
  if (quiet_ || rng_.chance(800)) {
    agent::RouterFacts facts = router_.facts(now_);
    invariants_.on_facts(facts);
    if (bug_ == Bug::believe_stale_facts) facts.applied_seq += 1'000'000;
    deliver(facts);
  }
}

bool World::happens(Cause cause) {
  const Happening one{place_.number, turn_, cause};
  if (schedule_.only && schedule_.only->count(one) == 0) return false;
  result_.happened.push_back(one);
  return true;
}

// Each part draws for itself, so that what is left out of a schedule changes no draw of the rest.
void World::turn() {
  ++turn_;
  part(0);
  advance(Millis(rng_.between(100, 900)));
  if (again_in_ > 0 && --again_in_ == 0 && !quiet_) router_.foreign_write();
  const rollout::Record* record = journal_.record();
  const bool here = record != nullptr && record->phase == haunted_;
  part(1);
  if (!quiet_ && rng_.chance(here ? 250 : 90) && happens(Cause::fault)) {
    ++result_.faults;
    fault();
  }
  part(2);
  if (!quiet_ && rng_.chance(120) && happens(Cause::people)) people();
  part(3);
  hub_receives();
  agent_receives();
  see_world();
  see_hooks();
  if (rng_.chance(400)) deliver(agent::Tick{});
}

void World::people() {
  const std::uint32_t what = hub_.is_script() ? rng_.below(10) : rng_.between(7, 20);
  if (what > 9) return;
  if (hub_.is_script() && (what < 4 || !hub_.has_document())) {
    if (!script_.under_way() || rng_.chance(200)) deploy();
  } else {
    const rollout::Verb verb = any_verb();
    std::optional<std::uint32_t> replicas;
    if (rng_.chance(800)) replicas = rng_.between(1, 9);
    std::optional<std::uint32_t> step;
    if (rng_.chance(300)) step = rng_.below(3);
    const char* who = rng_.chance(500) ? "ana" : "ben";
    if (what < 7) {
      note(std::string("hub asks: ") + rollout::name_of(verb) + " by " + who);
      script_.ask(verb, step, replicas, who, now_.wall);
    } else {
      rollout::Command command;
      command.id = CommandId("local-" + std::to_string(++tickets_));
      command.verb = verb;
      command.actor = Actor(std::string("local:") + who);
      command.expected_step = step;
      command.replicas = replicas;
      note(std::string("local: ") + rollout::name_of(verb) + " by " + who);
      deliver(agent::LocalVerb{tickets_, ServiceName("checkout"), rng_.chance(100), command});
    }
  }
  if (hub_.is_script() && hub_.has_document()) send_down(hub_.document(hub_.time(true_now_)));
}

void World::deploy() {
  rollout::Plan plan = make_plan();
  const bool supersede = rng_.chance(600);
  note("deploy " + plan.target.label.str() + (plan.kind == rollout::ReleaseKind::rollback ? " as rollback" : "") +
       (supersede ? ", superseding" : ""));
  script_.deploy(std::move(plan), supersede);
}

analysis::AnalysisSpec World::make_spec(const char* name) {
  analysis::MetricSpec metric;
  metric.name = MetricName(name);
  const bool counted = router_.capabilities().weights;
  if (rng_.chance(counted ? 300 : 970)) metric.provider = analysis::ScrapeProvider{};
  metric.test = analysis::ErrorsTest{};
  metric.interval = Millis(rng_.between(500, 2'000));
  metric.limits.min_requests = rng_.between(1, 50);
  return {TemplateName(name), {metric}};
}

rollout::SetHeader World::make_header() {
  const bool other = rng_.chance(300);
  rollout::SetHeader header{other ? "second" : "preview", std::nullopt};
  if (rng_.chance(250)) return header;
  header.match = rollout::RouteMatch{rollout::RouteKey::header, other ? "X-Second" : "X-Preview", {"on"}};
  return header;
}

std::vector<rollout::Step> World::make_steps() {
  std::vector<rollout::Step> steps;
  const std::uint32_t count = rng_.between(1, 5);
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t kind = rng_.below(router_.capabilities().weights || rng_.chance(30) ? 9 : 5);
    if (kind == 6) {
      steps.emplace_back(make_header());
    } else if (kind > 6) {
      steps.push_back(make_gate());
    } else if (kind == 5) {
      steps.emplace_back(rollout::SetScale{{rng_.between(1, 4), false}});
    } else if (kind < 2 || i == 0) {
      steps.emplace_back(rollout::SetWeight{std::vector<std::uint32_t>{1, 10, 25, 50, 75, 100}[rng_.below(6)]});
    } else if (kind == 2) {
      rollout::Pause pause;
      if (!rng_.chance(300)) pause.duration = Millis(rng_.between(500, 5'000));
      steps.emplace_back(pause);
    } else {
      steps.emplace_back(rollout::Analysis{make_spec("errors"), Millis(rng_.between(1'000, 6'000))});
    }
  }
  if (rng_.chance(100)) std::swap(steps.front(), steps.back());
  return steps;
}

rollout::Plan World::make_plan() {
  const bool known = versions_ > 1 && rng_.chance(250);
  const std::uint32_t number = known ? rng_.between(1, versions_) : ++versions_;
  rollout::Plan plan;
  plan.service = ServiceName("checkout");
  plan.environment = EnvironmentName("production");
  plan.requested_by = Actor(rng_.chance(300) ? "ana" : "eve");
  plan.kind = known && rng_.chance(500) ? rollout::ReleaseKind::rollback : rollout::ReleaseKind::forward;
  rollout::VersionSnapshot& target = plan.target;
  target.service = plan.service;
  target.label = VersionLabel("1." + std::to_string(number));
  target.set = SetId("checkout-" + std::to_string(100'000'000'000 + number));
  target.artifact = Digest("sha256:" + std::to_string(number));
  target.workload.replicas = 1 + number % 4;
  target.workload.drain = 2'000ms;
  if (number % 3 == 0) target.companions["worker"].replicas = 1 + number % 2;
  plan.step_timeout = 20'000ms;
  make_strategy(plan);
  know(target.set, number);
  return plan;
}

// All instances, a look at them, all requests at once, and a look back.
void World::make_blue_green(rollout::Canary& canary) {
  canary.ladder = rollout::Ladder::blue_green;
  canary.dynamic_stable_scale = false;
  canary.steps = {rollout::SetScale{{rng_.chance(500) ? 100U : 50U, true}}};
  if (rng_.chance(500)) {
    canary.steps.emplace_back(make_header());
    canary.steps.emplace_back(rollout::Analysis{make_spec("errors"), Millis(rng_.between(1'000, 6'000))});
  }
  if (rng_.chance(300)) canary.steps.emplace_back(rollout::Pause{});
  canary.steps.emplace_back(rollout::SetWeight{100});
  if (rng_.chance(600)) canary.steps.emplace_back(rollout::Pause{Millis(rng_.between(500, 5'000))});
  if (rng_.chance(300)) return;
  rollout::Analysis after{make_spec("after"), Millis(rng_.between(1'000, 6'000))};
  after.spec.metrics[0].test = analysis::Conditions{"", "errors / requests > 0.1"};
  canary.steps.emplace_back(std::move(after));
}

// Hosts that change over in groups.
void World::make_batches(rollout::Canary& canary) {
  canary.dynamic_stable_scale = true;
  for (rollout::Step& step : canary.steps) {
    const bool sizes =
        std::holds_alternative<rollout::SetWeight>(step) || std::holds_alternative<rollout::SetScale>(step);
    if (!sizes) continue;
    const bool share = rng_.chance(500);
    step = rollout::Batch{{share ? 25 * rng_.between(1, 4) : rng_.between(1, 4), share}};
  }
}

void World::make_strategy(rollout::Plan& plan) {
  if (rng_.chance(300)) plan.bake = Millis(rng_.between(1'000, 8'000));
  if (rng_.chance(500)) plan.on_failure = rng_.chance(400) ? rollout::OnFailure::hold : rollout::OnFailure::ask;
  plan.answer_within = Millis(rng_.between(500, 5'000));
  if (haunted_ == rollout::Phase::draining) plan.on_failure = rollout::OnFailure::ask;
  const Family family = schedule_.family;
  if (family == Family::rolling || (family == Family::any && rng_.chance(400))) {
    plan.strategy = rollout::Rolling{{rng_.below(3), false}, {rng_.below(3), false}};
    return;
  }
  rollout::Canary canary{make_steps(), rng_.chance(250)};
  canary.max_surge = {rng_.below(3), false};
  canary.max_unavailable = {rng_.below(2), false};
  if (family == Family::dynamic) canary.dynamic_stable_scale = true;
  if (family == Family::header) canary.steps.insert(canary.steps.begin() + rng_.below(2), make_header());
  if (family == Family::batch || (family == Family::any && rng_.chance(150))) make_batches(canary);
  if (family == Family::blue_green || (family == Family::any && rng_.chance(200))) make_blue_green(canary);
  const bool routed = haunted_ == rollout::Phase::routing && family != Family::blue_green && rng_.chance(700);
  if (routed) canary.steps = {rollout::SetWeight{50}, make_header(), make_header()};
  const bool short_way = haunted_ == rollout::Phase::baking;  // else few get there before the faults are over
  if (short_way) {
    canary.steps.resize(1);
    plan.bake = 6'000ms;
  }
  if (short_way || routed || haunted_ == rollout::Phase::hooking || rng_.chance(600)) {
    canary.background = rollout::Background{make_spec("beside"), rng_.below(3)};
    if (rng_.chance(500)) canary.background->spec.metrics[0].test = analysis::Conditions{"", "errors / requests > 0.1"};
  }
  const bool keeps = router_.capabilities().weights || rng_.chance(30);
  if (!canary.dynamic_stable_scale && keeps && rng_.chance(300)) plan.keep_warm = Millis(rng_.between(1'000, 20'000));
  plan.strategy = std::move(canary);
}

// How a version behaves is drawn when it is first met; the first one is good.
void World::know(const SetId& set, std::uint32_t number) {
  if (profiles_.count(set) > 0) return;
  Profile profile;
  profile.start = Millis(rng_.below(2'500));
  profile.never_ready = number > 1 && rng_.chance(50);
  profile.crash_permille = number > 1 && !quiet_ && rng_.chance(80) ? 300 : 0;
  profile.error_permille = number > 1 && rng_.chance(250) ? (rng_.chance(300) ? 700 : 200) : rng_.below(5);
  profiles_[set] = profile;
  if (!hub_.is_script()) ++versions_;
}

}  // namespace depops::simulation
