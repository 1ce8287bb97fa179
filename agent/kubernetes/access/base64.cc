#include "agent/kubernetes/access/base64.h"

#include <openssl/evp.h>

#include <algorithm>
#include <iterator>
#include <vector>

namespace depops::agent::kubernetes {

std::optional<std::string> decode_base64(const std::string& text) {
  std::string dense;
  std::copy_if(text.begin(), text.end(), std::back_inserter(dense), [](char c) { return c != '\n' && c != '\r'; });
  const auto padding = static_cast<std::size_t>(std::count(dense.begin(), dense.end(), '='));
  if (dense.empty() || dense.size() % 4 != 0 || padding > 2 || !dense.ends_with(std::string(padding, '=')))
    return std::nullopt;
  std::vector<unsigned char> bytes(dense.size() / 4 * 3);
  const int length = EVP_DecodeBlock(bytes.data(), reinterpret_cast<const unsigned char*>(dense.data()),
                                     static_cast<int>(dense.size()));
  if (length < 0) return std::nullopt;
  return std::string(bytes.begin(), bytes.begin() + length - static_cast<std::ptrdiff_t>(padding));
}

}  // namespace depops::agent::kubernetes
