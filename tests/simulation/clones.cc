#include "tests/simulation/parted_end.h"

// Two hosts with one journal at one name: the broker lets one of them speak at a time, and they take turns.
namespace depops::simulation {

namespace {

constexpr std::uint32_t kLostAtFirst = 300;  // of 1,000 messages, and as many come twice
constexpr std::uint32_t kTurnsEach = 30;     // some 15 s, Hellos that were asked for included
constexpr std::uint32_t kChangesMost = 5;    // of hands, once nothing is lost any more

}  // namespace

// The hosts of the copied site: 0 is the one that was there first.
World& Parted::host(std::size_t which) { return which == 0 ? *sites_[copy_->site] : *copy_->host; }

const hub::SiteEntry& Parted::copied_site() const { return hub_->world().sites.at(ends_[copy_->site]->site()); }

void Parted::copy_a_disk() {
  const auto site = rng_.below(static_cast<std::uint32_t>(sites_.size()));
  note("the disk of " + ends_[site]->site().str() + " is copied");
  const auto number = static_cast<std::uint32_t>(sites_.size());
  Schedule own = schedule_;
  own.seed = schedule_.seed * 1'000 + number;
  copy_ = std::make_unique<Copy>();
  copy_->site = site;
  copy_->end = std::make_unique<End>(*ends_[site]);
  copy_->host = std::make_unique<World>(
      own, rows_, Place{ends_[site]->site(), copy_->end.get(), std::to_string(number) + ":", number, true});
  copy_->host->be_quiet(true);
  copy_->host->set_rate(0);
  copy_->host->take_disk_of(*sites_[site]);
  copy_->entries = sites_[site]->journal().rows().size();
  codec_.add(copy_->host->journal());
}

void Parted::give_link_to(std::size_t which) {
  for (const std::size_t one : {0U, 1U}) host(one).set_link(false);
  host(which).set_link(true);
}

void Parted::hear(std::size_t which, std::uint32_t turns) {
  give_link_to(which);
  for (std::uint32_t i = 0; i < turns; ++i) turn();
}

// At first much is lost; once nothing is, the site must be frozen after a few changes of hands.
void Parted::two_hosts() {
  ++result_.faults;
  World& first = host(0);
  for (const auto& end : {ends_[copy_->site].get(), copy_->end.get()}) end->begin_to_listen();
  first_spoke_ = first.journal().rows().size() > copy_->entries;
  copy_->host->boot_beside(first);
  copy_->booted = true;
  for (std::uint32_t i = rng_.below(5); i > 0; --i) {
    for (const std::size_t which : {0U, 1U}) host(which).set_loss(kLostAtFirst);
    hear(rng_.below(2), rng_.between(1, kTurnsEach));
  }
  for (const std::size_t which : {0U, 1U}) host(which).set_loss(0);
  std::size_t which = rng_.below(2);
  for (std::uint32_t i = 0; i < kChangesMost && copied_site().status.frozen.empty(); ++i, which = 1 - which)
    hear(which, kTurnsEach);
  demand(!copied_site().status.frozen.empty(), "two hosts speak for one site and it is not frozen");
  stay_frozen();
  keep_only(owner_of_entries());
}

// Nothing is taken from either of them and nothing is signed for them, whatever is asked for.
void Parted::stay_frozen() {
  const auto events = copied_site().inbox.contiguous(sync::Stream::events);
  const auto audit = copied_site().inbox.contiguous(sync::Stream::audit);
  const Generation generation = copied_site().desired.generation;
  ask(hub::StartDeployment{
      ServiceName("checkout"), VersionLabel("1.2"), EnvironmentName("production"), {}, "", "", true});
  for (const std::size_t which : {0U, 1U, 0U}) {
    host(which).scale_here(rng_.between(1, 4));
    hear(which, kTurnsEach);
    demand(!host(which).journal().site().frozen.empty(), "a host of a frozen site did not hear of it");
  }
  demand(copied_site().inbox.contiguous(sync::Stream::events) == events &&
             copied_site().inbox.contiguous(sync::Stream::audit) == audit,
         "entries were taken from a frozen site");
  demand(copied_site().desired.generation == generation, "something was signed for a frozen site");
}

// Whose entries the hub took after the copy was made. A person keeps that host.
std::size_t Parted::owner_of_entries() const {
  const bool first = first_spoke_ || ends_[copy_->site]->spoke();
  const bool second = copy_->end->spoke();
  demand(!first || !second, "entries of two hosts were taken as one history");
  if (first || second) return second ? 1 : 0;
  return copy_->host->journal().rows().size() % 2;
}

void Parted::keep_only(std::size_t which) {
  note(std::string("a person stops the ") + (which == 0 ? "copy" : "first host"));
  host(1 - which).set_link(false);
  const std::size_t site = copy_->site;
  if (which == 1) {
    std::swap(sites_[site], copy_->host);
    std::swap(ends_[site], copy_->end);
  }
  stopped_.push_back(std::move(copy_->host));
  stopped_ends_.push_back(std::move(copy_->end));
  copy_.reset();
  sites_[site]->set_link(false);
  ask(hub::LiftSite{ends_[site]->site(), "the other host was stopped"});
  sites_[site]->set_link(true);
}

}  // namespace depops::simulation
