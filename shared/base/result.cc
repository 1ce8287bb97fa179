#include "shared/base/result.h"

namespace depops {

const char* name_of(Errc code) noexcept {
  switch (code) {
    case Errc::invalid:
      return "invalid";
    case Errc::not_found:
      return "not-found";
    case Errc::exists:
      return "exists";
    case Errc::refused:
      return "refused";
    case Errc::conflict:
      return "conflict";
    case Errc::unavailable:
      return "unavailable";
    case Errc::unsupported:
      return "unsupported";
    case Errc::exhausted:
      return "exhausted";
    case Errc::corrupt:
      return "corrupt";
    case Errc::internal:
      return "internal";
  }
  return "internal";
}

}  // namespace depops
