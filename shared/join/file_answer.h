#pragma once

#include "shared/join/join.h"
#include "shared/x509/x509.h"

// What the hub says to a request that came in a file: the words of its joining listener, signed with the key that the
// listener shows. So a site that was told the digest of the hub's authority knows it offline as it does online. Thread:
// any.
namespace depops::join {

inline constexpr std::size_t kFileAnswerMax = 2 * 1024 * 1024;

struct FileAnswer {
  SiteName site;
  Digest request;  // digest_of() what was asked: it is no answer to anything else
  Instant issued{};
  Instant expires{};
  std::string said;         // an Answer, or the certificate (renewal.h), as written there
  std::string authority;    // PEM: who signed the listener's certificate
  std::string certificate;  // PEM: what the listener shows, its own first
  std::string signature;    // at most 1,024 bytes, over all but the authority and the certificate
};

// The listener's certificates and the key of the first.
struct Seal {
  std::string certificate;
  x509::PrivateKey key;
};

void seal(FileAnswer& answer, const Seal& seal);

// What the site goes by.
struct Expected {
  SiteName site;
  Digest request;
  Digest authority;  // of the hub's authority, as it was told with the token
  std::string host;  // of the listener
};

// Errors: refused, says what is wrong and what to do.
Result<void> judge(const FileAnswer& answer, const Expected& expected, Instant now);

std::string write(const FileAnswer& answer);
Result<FileAnswer> read_file_answer(std::string_view text);  // `invalid` names the member

}  // namespace depops::join
