#pragma once

namespace depops::agent {

// Gives back what only starting needed: free heap, and the pages of code read from files, which come back from the
// page cache one by one if they are used again. Once, some time after the start. Never the relocated read-only data,
// which is not in any file.
void release_startup_pages();

}  // namespace depops::agent
