#pragma once

#include "shared/sync/frame.h"
#include "shared/wire/intake.h"

// Contents of a body that are more than a few fields: into the message of their own and back. Internal.
namespace depops::v1 {
class Hello;
class Inventory;
class SnapshotAsk;
class SnapshotPart;
class Welcome;
}  // namespace depops::v1

namespace depops::wire {

std::string bytes_of_hex(const std::string& hex);

// session.cc. The secret of a token is in the body around it: `secret` are its 16 bytes, or none.
void put(const sync::Presence& presence, v1::Presence& out);
sync::Presence get(const v1::Presence& message, Intake& in);
void put_session(const sync::Hello& hello, v1::Hello& out);
void get_session(const v1::Hello& message, const std::string& secret, sync::Hello& out, Intake& in);
// What it holds, and the document itself if it was asked to show it.
void put_document(const sync::Hello& hello, v1::Hello& out);
void get_document(const v1::Hello& message, sync::Hello& out, Intake& in);
void put(const sync::Welcome& welcome, v1::Welcome& out);
sync::Welcome get(const v1::Welcome& message, const std::string& secret, Intake& in);

// facts.cc
void put(const sync::Inventory& inventory, v1::Inventory& out);
void put(const sync::SnapshotAsk& ask, v1::SnapshotAsk& out);
void put(const sync::SnapshotPart& part, v1::SnapshotPart& out);
sync::Inventory get(const v1::Inventory& message, Intake& in);
sync::SnapshotAsk get(const v1::SnapshotAsk& message, Intake& in);
sync::SnapshotPart get(const v1::SnapshotPart& message, Intake& in);

}  // namespace depops::wire
