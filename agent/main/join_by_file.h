#pragma once

#include "agent/main/commands.h"
#include "agent/main/join_files.h"
#include "shared/join/file_answer.h"
#include "shared/json/value.h"

// Joining without a way to the hub: a file goes there, a file comes back.
namespace depops::agent {

// Makes the keys, writes the file. {"site","request","words"}.
Result<json::Value> ask_to_join_by_file(const JoinArguments& arguments);
// Judges the answer against what was asked and pinned, then keeps it, whole or not at all. {"site","settings"}.
Result<json::Value> take_join_answer(const JoinArguments& arguments);

// The answer in the file, if it is the hub's to the request that is under way. Errors name the file.
Result<join::FileAnswer> read_answer_to(const Pending& pending, const std::string& path);

}  // namespace depops::agent
