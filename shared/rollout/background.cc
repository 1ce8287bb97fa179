#include "shared/rollout/desired.h"
#include "shared/rollout/watching.h"

// The analysis beside the steps: in every phase from its first step on, in pauses too. No window spans two weights.
namespace depops::rollout {
namespace {

void begin(Draft& draft, const Background& background, std::uint32_t attempt) {
  const std::string run = draft.record().rollout.str() + "/" + std::to_string(draft.record().attempt) + "/background";
  draft.edit().background = fresh_mark(run, attempt, background.spec, draft.now());
}

// Of a test that compares nothing is seen where all requests go to the new version.
bool only_absolute(const Draft& draft) { return draft.record().weight.percent == 100; }

}  // namespace

void begin_background_anew(Draft& draft) {
  const Background* background = background_of(draft.record());
  if (background == nullptr || !draft.record().background) return;
  begin(draft, *background, draft.record().background->attempt + 1);
}

void observe_background(Draft& draft) {
  const Background* background = background_of(draft.record());
  const std::optional<Stamp> since = exposed_since(draft.record());
  if (background == nullptr || waits_for_person(draft.record()) || !since) return;
  if (!draft.record().background) begin(draft, *background, 1);
  const Course course{&Record::background, &background->spec, *since};
  observe_metrics(draft, course, only_absolute(draft));
  if (const auto decision = decided_now(draft, course)) settle_doubt(draft, *decision);
}

bool background_awaits_reading(const Draft& draft) {
  const Background* background = background_of(draft.record());
  const std::optional<Stamp> since = exposed_since(draft.record());
  if (background == nullptr || !draft.record().background || !since) return false;
  return awaits_reading(draft, {&Record::background, &background->spec, *since}, only_absolute(draft));
}

}  // namespace depops::rollout
