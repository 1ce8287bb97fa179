#include <rapidcheck.h>
#include <catch2/catch.hpp>
#include <set>

#include "hub/ports/event_entry.h"
#include "shared/sync/progress.h"
#include "tests/unit/hub/app/bench.h"

// What the hub knows does not hang on whether superseded progress was told or left out.
namespace depops::tests {
namespace {

using rollout::State;

rollout::RolloutStatus running() {
  rollout::RolloutStatus status;
  status.rollout = RolloutId("d-1.stg-1");
  status.service = ServiceName("checkout");
  status.state = State::running;
  status.phase = "scaling";
  status.steps = 4;
  status.sets = {{SetId("checkout-2"), VersionLabel("1.0"), 4, 0, 0, 10, 0, 4}};
  return status;
}

// A history of one rollout as a site might tell it: mostly progress, now and then another step, state or reason.
std::vector<rollout::Report> any_history() {
  std::vector<rollout::Report> history;
  rollout::RolloutStatus status = running();
  const int length = *rc::gen::inRange(1, 40);
  for (int i = 0; i < length; ++i) {
    const Instant when = at(10 + i);
    switch (*rc::gen::inRange(0, 14)) {
      case 0:
        status.state = status.state == State::running ? State::paused : State::running;
        break;
      case 1:
        status.step = (status.step + 1) % 4;
        break;
      case 2:
        status.phase = status.phase == "scaling" ? "weighing" : "scaling";
        if (!status.exposed_at) status.exposed_at = when;
        break;
      case 3:
        history.emplace_back(rollout::WindowJudged{when, status.rollout, status.step, 1, {}});
        continue;
      case 4:
        history.emplace_back(rollout::Notice{when, ServiceName(), "disk", "low"});
        continue;
      case 5:
        status.reason = status.reason.empty() ? "somebody asked" : "";
        break;
      default:
        status.sets[0].ready = status.sets[0].available = *rc::gen::inRange<std::uint32_t>(0, 5);
        status.sets[0].weight = *rc::gen::inRange<std::uint32_t>(0, 101);
    }
    history.emplace_back(rollout::RolloutChanged{when, status});
  }
  if (*rc::gen::inRange(0, 3) == 0) return history;
  status.state = *rc::gen::element(State::completed, State::aborted, State::rolled_back, State::failed);
  for (int i = *rc::gen::inRange(1, 4); i > 0; --i) history.emplace_back(rollout::RolloutChanged{at(60 - i), status});
  return history;
}

// After which entries what was written so far is sent.
std::set<std::size_t> any_sendings(std::size_t entries) {
  std::set<std::size_t> after{entries};
  for (int i = *rc::gen::inRange(0, 4); i > 0; --i) after.insert(*rc::gen::inRange<std::size_t>(1, entries + 1));
  return after;
}

std::set<std::uint64_t> left_out(const std::vector<rollout::Report>& history, const std::set<std::size_t>& sendings) {
  sync::Progress progress;
  std::set<std::uint64_t> found;
  std::uint64_t sent = 0;
  for (std::size_t i = 1; i <= history.size(); ++i) {
    const auto row = progress.note(history[i - 1], Sequence(i));
    if (row && row->sequence.value() > sent) found.insert(row->sequence.value());
    if (sendings.contains(i)) sent = i;
  }
  return found;
}

// A hub that was told all, with tombstones in the place of `without`.
struct Told {
  Bench bench;
  ToySite site{bench, "stg-1"};

  Told(const std::vector<rollout::Report>& history, const std::set<std::size_t>& sendings,
       const std::set<std::uint64_t>& without) {
    bench.set_up();
    REQUIRE(bench
                .ask(hub::StartDeployment{
                    ServiceName("checkout"), VersionLabel("1.0"), EnvironmentName("staging"), {}, "", ""})
                .ok);
    deliver(bench, {&site});
    for (std::size_t i = 1; i <= history.size(); ++i) {
      const Instant when = std::visit([](const auto& any) { return any.at; }, history[i - 1]);
      site.write(without.contains(i) ? rollout::Report(rollout::Tombstone{when}) : history[i - 1]);
      if (sendings.contains(i)) site.exchange();
    }
  }

  const hub::SiteEntry& entry() const { return bench.hub->world().sites.at(SiteName("stg-1")); }
  // What is in the event log, without what was left out.
  std::vector<std::string> lines(const std::set<std::uint64_t>& without) const {
    std::vector<std::string> found;
    for (const hub::EventRow& row : bench.store.events()) {
      if (row.kind == "coalesced" || without.contains(row.sequence.value())) continue;
      found.push_back(row.kind + " " + std::to_string(row.at.time_since_epoch().count()) + " " + row.rollout.str() +
                      " " + std::to_string(row.sequence.value()) + " " + row.text);
    }
    return found;
  }
};

void the_same_is_known() {
  const auto history = any_history();
  const auto sendings = any_sendings(history.size());
  const auto without = left_out(history, sendings);
  RC_CLASSIFY(!without.empty(), "something is left out");
  const Told whole(history, sendings, {});
  const Told less(history, sendings, without);
  RC_ASSERT(less.bench.store.rollouts() == whole.bench.store.rollouts());
  RC_ASSERT(less.bench.store.deployments() == whole.bench.store.deployments());
  RC_ASSERT(less.bench.store.audit() == whole.bench.store.audit());
  RC_ASSERT(less.entry().status == whole.entry().status);
  RC_ASSERT(less.entry().targets == whole.entry().targets);
  RC_ASSERT(less.entry().facts.facts() == whole.entry().facts.facts());
  RC_ASSERT(less.lines(without) == whole.lines(without));
  RC_ASSERT(less.entry().inbox.contiguous(sync::Stream::events) == Sequence(history.size()));
}

}  // namespace

TEST_CASE("The hub knows the same whether superseded progress was told or left out, and the stream has no gap") {
  REQUIRE(rc::check("random histories", the_same_is_known));
}

TEST_CASE("Tombstones that follow each other are one line of the log, which says up to where") {
  std::vector<rollout::Report> history;
  for (std::uint32_t i = 0; i < 9; ++i) {
    rollout::RolloutChanged changed{at(10 + i), running()};
    changed.status.state = i < 8 ? State::running : State::completed;
    changed.status.sets[0].ready = i % 4;
    history.emplace_back(changed);
  }
  const auto without = left_out(history, {9});
  REQUIRE(without == std::set<std::uint64_t>{2, 3, 4, 5, 6, 7});
  const Told less(history, {9}, without);
  std::vector<hub::EventRow> lines;
  for (const hub::EventRow& row : less.bench.store.events())
    if (row.kind == "coalesced") lines.push_back(row);
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].sequence == Sequence(7));
  CHECK(lines[0].at == at(16));
  CHECK(less.bench.deployment("d-1").state == State::completed);
}

TEST_CASE("An entry is kept as it came, unless the line of the log says all of it: no notice is there twice") {
  const rollout::Notice notice{at(1), ServiceName("checkout"), "disk", "low"};
  const rollout::Notice two_words{at(1), ServiceName(), "disk: full",
                                  "low"};  // the line reads as if the kind were "disk"
  const rollout::RolloutChanged changed{at(2), running()};
  Told told({notice, two_words, changed}, {3}, {});
  std::vector<hub::EventRow> lines;
  for (const hub::EventRow& row : told.bench.store.events())
    if (row.sequence != Sequence()) lines.push_back(row);
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].report_bytes.empty());
  CHECK(hub::notice_of(lines[0]) == notice);
  CHECK(told.bench.codec.decode_report(lines[1].report_bytes).value() == rollout::Report(two_words));
  CHECK(told.bench.codec.decode_report(lines[2].report_bytes).value() == rollout::Report(changed));
}

TEST_CASE("An entry of a kind that a hub does not know yet is written down and acknowledged") {
  Told told({rollout::Notice{at(1), ServiceName(), "disk", "low"}}, {1}, {});
  told.bench.take_effects();
  told.bench.give(told.site.frame(sync::Run{sync::Stream::events, Sequence(2), {"of a newer site"}}));
  CHECK(told.entry().inbox.contiguous(sync::Stream::events) == Sequence(2));
  CHECK_THAT(told.bench.store.events().back().text, Catch::Contains("can not read"));
  CHECK(told.bench.store.events().back().report_bytes == "of a newer site");
}

}  // namespace depops::tests
