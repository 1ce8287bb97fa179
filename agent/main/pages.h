#pragma once

namespace depops::agent {

// All threads take memory from one heap: a dozen that do little would keep a dozen half-empty ones. What is free at its
// end goes back at once, and large blocks are outside of it. Before the first thread starts.
void share_one_heap();

// Gives back what only starting needed: free heap, and the pages that programs and libraries brought from their files,
// which come back from the page cache if they are used again. Once, some time after the start. Never what can be
// written, nor the relocated constants, which are in no file.
void release_startup_pages();

}  // namespace depops::agent
