#pragma once

#include <string_view>

// Text as the library takes it. Internal.
namespace depops::signing {

inline const unsigned char* data_of(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

}  // namespace depops::signing
