#include "agent/fetch/fetch.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "shared/crash_point/crash_point.h"

namespace depops::fetch {
namespace {

struct FreeCurl {
  void operator()(CURL* curl) const { ::curl_easy_cleanup(curl); }
};
struct FreeHash {
  void operator()(EVP_MD_CTX* hash) const { ::EVP_MD_CTX_free(hash); }
};

struct Transfer {
  CURL* curl = nullptr;
  EVP_MD_CTX* hash = nullptr;
  int fd = -1;
  std::uint64_t have = 0;
  std::uint64_t size = 0;
  std::uint64_t resumed_at = 0;
  bool first = true;
  bool too_long = false;
  bool disk_failed = false;
  const std::function<void(std::uint64_t)>* received = nullptr;
};

// A server that ignores the range sends all from the beginning: begin anew.
bool begin_body(Transfer& transfer) {
  transfer.first = false;
  long status = 0;
  ::curl_easy_getinfo(transfer.curl, CURLINFO_RESPONSE_CODE, &status);
  if (transfer.resumed_at == 0 || status == 206) return true;
  transfer.have = 0;
  ::EVP_DigestInit_ex(transfer.hash, ::EVP_sha256(), nullptr);
  return ::ftruncate(transfer.fd, 0) == 0 && ::lseek(transfer.fd, 0, SEEK_SET) == 0;
}

std::size_t on_body(char* bytes, std::size_t, std::size_t count, void* context) {
  Transfer& transfer = *static_cast<Transfer*>(context);
  if (transfer.first && !begin_body(transfer)) return transfer.disk_failed = true, 0;
  if (transfer.have + count > transfer.size) return transfer.too_long = true, 0;
  crash_point("artifact.write.before");
  if (::write(transfer.fd, bytes, count) != static_cast<ssize_t>(count)) return transfer.disk_failed = true, 0;
  crash_point("artifact.write.after");
  ::EVP_DigestUpdate(transfer.hash, bytes, count);
  transfer.have += count;
  (*transfer.received)(transfer.have);
  return count;
}

Result<void> hash_what_is_there(Transfer& transfer) {
  char buffer[65536];
  ssize_t got = 0;
  while ((got = ::read(transfer.fd, buffer, sizeof buffer)) > 0) {
    ::EVP_DigestUpdate(transfer.hash, buffer, static_cast<std::size_t>(got));
    transfer.have += static_cast<std::uint64_t>(got);
  }
  transfer.resumed_at = transfer.have;
  if (got < 0) return Error{Errc::unavailable, std::string("cannot read the part on disk: ") + ::strerror(errno)};
  if (transfer.have > transfer.size) return Error{Errc::corrupt, "the part on disk is longer than the artifact"};
  return {};
}

void configure(CURL* curl, const Order& order, Transfer& transfer) {
  ::curl_easy_setopt(curl, CURLOPT_URL, order.url.c_str());
  ::curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  ::curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
  ::curl_easy_setopt(curl, CURLOPT_PROXY, "");  // never through what the environment happens to name
  ::curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(order.idle_ms));
  ::curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
  ::curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, static_cast<long>(std::max(1U, order.idle_ms / 1000)));
  ::curl_easy_setopt(curl, CURLOPT_RESUME_FROM_LARGE, static_cast<curl_off_t>(transfer.have));
  ::curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &on_body);
  ::curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
  if (order.ca_file.empty()) return;
  ::curl_easy_setopt(curl, CURLOPT_CAINFO, order.ca_file.c_str());
  ::curl_easy_setopt(curl, CURLOPT_CAPATH, nullptr);
  ::curl_easy_setopt(curl, CURLOPT_SSLCERT, order.cert_file.c_str());
  ::curl_easy_setopt(curl, CURLOPT_SSLKEY, order.key_file.c_str());
}

Result<void> transfer_rest(const Order& order, Transfer& transfer) {
  if (transfer.have == transfer.size) return {};
  const std::unique_ptr<CURL, FreeCurl> curl(::curl_easy_init());
  transfer.curl = curl.get();
  configure(curl.get(), order, transfer);
  const CURLcode code = ::curl_easy_perform(curl.get());
  if (transfer.too_long)
    return Error{Errc::invalid,
                 order.url + " sends more than the " + std::to_string(transfer.size) + " bytes that were published"};
  if (transfer.disk_failed)
    return Error{Errc::exhausted, std::string("cannot write the artifact: ") + ::strerror(errno)};
  if (code != CURLE_OK) {
    long status = 0;
    ::curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
    return Error{Errc::unavailable, order.url + ": " + ::curl_easy_strerror(code) +
                                        (status >= 400 ? " (status " + std::to_string(status) + ")" : "")};
  }
  if (transfer.have < transfer.size) return Error{Errc::unavailable, order.url + " ended early"};
  return {};
}

std::string digest_of(EVP_MD_CTX* hash) {
  unsigned char bytes[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  ::EVP_DigestFinal_ex(hash, bytes, &size);
  std::string text = "sha256:";
  for (unsigned int i = 0; i < size; ++i) {
    text += "0123456789abcdef"[bytes[i] >> 4U];
    text += "0123456789abcdef"[bytes[i] & 15U];
  }
  return text;
}

}  // namespace

Result<void> fetch(const Order& order, const std::string& part, const std::function<void(std::uint64_t)>& received) {
  const std::unique_ptr<EVP_MD_CTX, FreeHash> hash(::EVP_MD_CTX_new());
  ::EVP_DigestInit_ex(hash.get(), ::EVP_sha256(), nullptr);
  Transfer transfer;
  transfer.hash = hash.get();
  transfer.size = order.size;
  transfer.received = &received;
  crash_point("artifact.open.before");
  transfer.fd = ::open(part.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  crash_point("artifact.open.after");
  if (transfer.fd < 0) return Error{Errc::unavailable, "cannot write " + part + ": " + ::strerror(errno)};
  // Held until this process ends: one that an agent before this one started may still be at it.
  if (::flock(transfer.fd, LOCK_EX | LOCK_NB) != 0)
    return Error{Errc::unavailable, part + " is being fetched by another process"};
  Result<void> done = hash_what_is_there(transfer);
  if (done.ok()) done = transfer_rest(order, transfer);
  if (done.ok() && digest_of(hash.get()) != order.digest.str()) {
    done = Error{Errc::corrupt, "the bytes are not those of " + order.digest.str() + "; publish the version again"};
  }
  if (!done.ok() && (done.error().code == Errc::corrupt || done.error().code == Errc::invalid)) {
    crash_point("artifact.tidy.before");
    ::unlink(part.c_str());
    crash_point("artifact.tidy.after");
  }
  return done;
}

}  // namespace depops::fetch
