#pragma once

namespace depops::signing {

// The library must be set up before keys and random bytes are asked for; doing it again is harmless and cheap.
void set_up();

}  // namespace depops::signing
