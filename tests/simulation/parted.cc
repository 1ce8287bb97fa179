#include "tests/simulation/parted_end.h"

#include <utility>

#include "hub/app/world.h"
#include "shared/manifest/pipeline.h"

namespace depops::simulation {

using namespace std::chrono_literals;

namespace {

const ServiceName kParted("checkout");
const EnvironmentName kEverywhere("production");
constexpr std::uint32_t kTurnsOfDeployment = 2'000;
constexpr std::uint32_t kCopiedEarly = 200;  // of 1,000 schedules: the copy comes up days later
constexpr std::uint32_t kCopiedLate = 200;

std::shared_ptr<manifest::Pipeline> everywhere_at_once() {
  auto made = std::make_shared<manifest::Pipeline>();
  made->service = kParted;
  made->process = rollout::ProcessWorkload{};
  made->process->command = {"./checkout"};
  manifest::Environment place;
  place.name = kEverywhere;
  place.strategy = rollout::Rolling{};
  place.replicas = 1;
  place.step_timeout = 20s;
  manifest::SiteSelector all;
  all.all = true;
  place.waves = {{WaveName("all"), all, {100, true}, Millis(0)}};
  made->environments = {place};
  return made;
}

}  // namespace

Parted::Parted(const Schedule& schedule, Parting parting, std::vector<std::uint64_t>& rows)
    : schedule_(schedule), rows_(rows), parting_(parting), rng_(schedule.seed ^ 0xDA125) {
  now_ = {Instant(1'800'000'000s), 5'000'000ms, BootId("hub")};
  load();
  for (std::uint32_t i = 0; i < parting_.sites; ++i) {
    ends_.push_back(std::make_unique<End>(*this, SiteName("site-" + std::to_string(i))));
    Schedule own = schedule;
    own.seed = schedule.seed * 1'000 + i;
    sites_.push_back(std::make_unique<World>(
        own, rows, Place{ends_.back()->site(), ends_.back().get(), std::to_string(i) + ":", i, true}));
    sites_.back()->be_quiet(true);
    sites_.back()->set_rate(0);
    codec_.add(sites_.back()->journal());
  }
}

Parted::~Parted() = default;

void Parted::note(const std::string& text) {
  if (schedule_.tell) result_.story.push_back("hub  " + text);
}

// Reaches whichever host of the site has the connection.
void Parted::send_down(const SiteName& name, const agent::Input& input) {
  for (std::size_t i = 0; i < sites_.size(); ++i)
    if (ends_[i]->site() == name) sites_[i]->send_down(input);
  if (copy_ && copy_->booted && copy_->end->site() == name) copy_->host->send_down(input);
}

void Parted::load() {
  auto loaded = hub::Hub::load(store_.load().value(), catalog_, codec_);
  if (!loaded.ok()) throw Violation("the hub does not start: " + loaded.error().what);
  hub_.emplace(std::move(loaded).value());
  take(hub_->start(now_));
}

bool Parted::take(hub::Output output) {
  if (!output.changes.empty() && !store_.commit(output.changes).ok()) return load(), false;
  wake_ = output.wake;
  for (const hub::Effect& effect : output.effects) carry_out(effect);
  return true;
}

void Parted::carry_out(const hub::Effect& effect) {
  if (const auto* publish = std::get_if<hub::PublishDesired>(&effect)) {
    for (const auto& end : ends_) {
      if (end->site() != publish->site) continue;
      end->retain(publish->bytes);
      send_down(publish->site, end->document(now_.wall));
    }
  } else if (const auto* down = std::get_if<hub::SendDown>(&effect)) {
    send_down(down->site, agent::FromHub{down->message, now_.wall});
  } else if (const auto* reply = std::get_if<hub::Reply>(&effect)) {
    note("answers " + (reply->answer.ok ? reply->answer.object : reply->answer.what));
  } else if (std::holds_alternative<hub::Announce>(effect) || std::holds_alternative<hub::TakeOver>(effect)) {
    const agent::HubSeen seen{{hub_->world().hub_epoch, true, now_.wall}};
    for (const auto& end : ends_) send_down(end->site(), seen);
  }
}

bool Parted::give(const hub::Input& input) {
  ++result_.events;
  return take(hub_->step(input, now_));
}

bool Parted::ask(hub::Request request) {
  hub::ApiCommand command;
  command.ticket = ++tickets_;
  command.actor = Actor("admin");
  command.request_id = "req-" + std::to_string(tickets_);
  command.request = std::move(request);
  return give(command);
}

void Parted::set_up() {
  ask(hub::CreateEnvironment{kEverywhere, hub::Tier::staging});
  for (const auto& end : ends_) ask(hub::CreateSite{end->site(), kEverywhere, {}, ""});
  catalog_.pipelines[kParted] = everywhere_at_once();
  ask(hub::ApplyDocuments{{hub::ApplyPipeline{"pipeline", catalog_.pipelines[kParted]}}});
  for (const char* label : {"1.0", "1.1", "1.2", "1.3"}) {
    const Digest artifact = codec_.digest(std::string("artifact ") + label);
    ask(hub::ArtifactStored{artifact, 100});
    ask(hub::PublishVersion{kParted, VersionLabel(label), artifact, label, now_.wall - 1h, {}});
  }
}

// To its end, whatever that is.
void Parted::deploy(const char* version) {
  ask(hub::StartDeployment{kParted, VersionLabel(version), kEverywhere, {}, "", "", true});
  for (std::uint32_t i = 0; i < kTurnsOfDeployment && !hub_->world().under_way.empty(); ++i) turn();
  if (hub_->world().under_way.empty()) return;
  const hub::DeploymentEntry& entry = hub_->world().deployments.at(*hub_->world().under_way.begin());
  std::string left = entry.deployment.id.str() + " does not end: " + entry.deployment.reason;
  for (const RolloutId& id : entry.rollouts) {
    const hub::Rollout& one = hub_->world().rollouts.at(id);
    left += ", " + id.str() + " " + rollout::name_of(one.status.state) + ": " + one.status.reason;
  }
  throw Violation("I6 " + left);
}

void Parted::turn() {
  const Millis step(rng_.between(100, 900));
  now_.wall += step;
  now_.boottime += step;
  if (wake_ && *wake_ <= now_.wall) give(hub::Tick{});
  for (const auto& site : sites_) site->turn();
  if (copy_ && copy_->booted) copy_->host->turn();
}

void Parted::collect(World& site) {
  result_.events += site.result().events;
  auto& story = site.result().story;
  result_.story.insert(result_.story.end(), story.begin(), story.end());
}

Played Parted::run() {
  try {
    set_up();
    deploy("1.0");
    const bool restores = rng_.chance(500);
    if (restores) yesterday_ = store_;
    deploy("1.1");
    if (rng_.chance(500)) deploy("1.2");
    if (rng_.chance(kCopiedEarly)) copy_a_disk();
    part();
    if (restores) put_back();
    heal();
    converge();
    let_go();
    if (!copy_ && rng_.chance(kCopiedLate)) copy_a_disk();
    if (copy_) two_hosts();
    deploy("1.3");
    converge();
    check_logs();
    for (std::size_t i = 0; i < sites_.size(); ++i) check_begun(i);
  } catch (const Violation& violation) {
    result_.violation = violation.what();
  }
  for (const auto& site : sites_) collect(*site);
  for (const auto& host : stopped_) collect(*host);
  if (copy_) collect(*copy_->host);
  return std::move(result_);
}

}  // namespace depops::simulation
