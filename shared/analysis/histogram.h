#pragma once

#include <map>
#include <string>
#include <vector>

#include "shared/analysis/run.h"
#include "shared/analysis/window.h"

// From cumulative latency histograms, one per counting source, to what the latency test judges.
namespace depops::analysis {

// Takes up the buckets of one source: cumulative counts by the text of their label `le`. Error `invalid` if they are
// those of no histogram.
Result<void> put_buckets(const std::map<std::string, double>& by_bound, CounterRow& row);

// Only bounds that all rows have are kept, and of these so many as the test uses: who keeps a reading keeps no more.
void keep_common_bounds(std::vector<CounterRow>& rows);

// The window `cut` between two readings, as input for the latency test. Not measured if the canary has no histogram;
// failed if the sources have no bound in common, or if one counted backwards.
Input histogram_between(const WindowCut& cut, const Reading& from, const Reading& to, const SetId& canary,
                        const SetId& stable);

}  // namespace depops::analysis
