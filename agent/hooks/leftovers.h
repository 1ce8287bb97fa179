#pragma once

#include <string>

// Which program runs now, kept in a file, so that one that outlived a killed agent can be ended by the next.
namespace depops::agent::hooks {

void note_running(const std::string& file, int pid);
void note_ended(const std::string& file);

// Ends the group of every program that is noted in the folder and still is the one that was noted; returns when those
// programs are gone, or after some seconds for one that the kernel holds.
void end_leftovers(const std::string& directory);

inline constexpr const char* kNoteEnding = ".running";

}  // namespace depops::agent::hooks
