#pragma once

#include "tests/support/kubernetes/fake_objects.h"

namespace depops::test {

// Plays the Job controller: a Job that has not ended has one pod at a time, and is Complete with the first that
// succeeded, or Failed with the pod that is one more than its backoffLimit. Knows no parallelism and no time.
void run_jobs(FakeObjects& objects);

}  // namespace depops::test
