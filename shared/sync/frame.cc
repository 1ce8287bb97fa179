#include "shared/sync/frame.h"

namespace depops::sync {

const char* name_of(Stream stream) noexcept {
  switch (stream) {
    case Stream::events:
      return "events";
    case Stream::audit:
      return "audit";
  }
  return "unknown";
}

}  // namespace depops::sync
