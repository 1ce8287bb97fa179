#include "shared/rollout/analysis_course.h"
#include "shared/rollout/desired.h"

// The analysis beside the steps: in every phase from its first step on, in pauses too. No window spans two weights.
namespace depops::rollout {
namespace {

bool is_under_test(const Record& record) {
  const std::uint32_t percent = record.weight.percent;
  return percent > 0 && record.weight.verified_level >= 2;
}

void begin(Draft& draft, const Background& background, std::uint32_t attempt) {
  const std::string run = draft.record().rollout.str() + "/" + std::to_string(draft.record().attempt) + "/background";
  draft.edit().background = fresh_mark(run, attempt, background.spec, draft.now());
}

}  // namespace

void begin_background_anew(Draft& draft) {
  const Background* background = background_of(draft.record());
  if (background == nullptr || !draft.record().background) return;
  begin(draft, *background, draft.record().background->attempt + 1);
}

void observe_background(Draft& draft) {
  const Background* background = background_of(draft.record());
  if (background == nullptr || waits_for_person(draft.record()) || !is_under_test(draft.record())) return;
  if (!draft.record().background) begin(draft, *background, 1);
  const Course course{&Record::background, &background->spec, draft.record().weight.read_back_at};
  observe_metrics(draft, course, draft.record().weight.percent == 100);
  if (const auto decision = decided_now(draft, course)) settle_doubt(draft, *decision);
}

}  // namespace depops::rollout
