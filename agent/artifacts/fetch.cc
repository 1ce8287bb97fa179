#include "agent/artifacts/fetch.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <string.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "shared/crash_point/crash_point.h"

namespace depops::agent::artifacts {
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
  const std::atomic<bool>* cancelled = nullptr;
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

int on_progress(void* context, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Transfer*>(context)->cancelled->load() ? 1 : 0;
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

void configure(CURL* curl, const HttpArtifactsSettings& settings, Transfer& transfer, const std::string& url) {
  ::curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  ::curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  ::curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
  ::curl_easy_setopt(curl, CURLOPT_PROXY, "");  // never through what the environment happens to name
  ::curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings.idle_timeout.count()));
  ::curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
  ::curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME,
                     static_cast<long>(std::max<std::int64_t>(1, settings.idle_timeout.count() / 1000)));
  ::curl_easy_setopt(curl, CURLOPT_RESUME_FROM_LARGE, static_cast<curl_off_t>(transfer.have));
  ::curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &on_body);
  ::curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
  ::curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &on_progress);
  ::curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &transfer);
  ::curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  if (settings.ca_file.empty()) return;
  ::curl_easy_setopt(curl, CURLOPT_CAINFO, settings.ca_file.c_str());
  ::curl_easy_setopt(curl, CURLOPT_CAPATH, nullptr);
  ::curl_easy_setopt(curl, CURLOPT_SSLCERT, settings.cert_file.c_str());
  ::curl_easy_setopt(curl, CURLOPT_SSLKEY, settings.key_file.c_str());
}

Result<void> transfer_rest(const HttpArtifactsSettings& settings, Transfer& transfer, const std::string& url) {
  if (transfer.have == transfer.size) return {};
  const std::unique_ptr<CURL, FreeCurl> curl(::curl_easy_init());
  transfer.curl = curl.get();
  configure(curl.get(), settings, transfer, url);
  const CURLcode code = ::curl_easy_perform(curl.get());
  if (transfer.too_long)
    return Error{Errc::invalid,
                 url + " sends more than the " + std::to_string(transfer.size) + " bytes that were published"};
  if (transfer.disk_failed)
    return Error{Errc::exhausted, std::string("cannot write the artifact: ") + ::strerror(errno)};
  if (code != CURLE_OK) {
    long status = 0;
    ::curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
    return Error{Errc::unavailable, url + ": " + ::curl_easy_strerror(code) +
                                        (status >= 400 ? " (status " + std::to_string(status) + ")" : "")};
  }
  if (transfer.have < transfer.size) return Error{Errc::unavailable, url + " ended early"};
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

Result<void> fetch(const HttpArtifactsSettings& settings, const ArtifactRef& ref, const std::string& part,
                   const std::atomic<bool>& cancelled, const std::function<void(std::uint64_t)>& received) {
  const std::unique_ptr<EVP_MD_CTX, FreeHash> hash(::EVP_MD_CTX_new());
  ::EVP_DigestInit_ex(hash.get(), ::EVP_sha256(), nullptr);
  Transfer transfer;
  transfer.hash = hash.get();
  transfer.size = ref.size;
  transfer.cancelled = &cancelled;
  transfer.received = &received;
  crash_point("artifact.open.before");
  transfer.fd = ::open(part.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  crash_point("artifact.open.after");
  if (transfer.fd < 0) return Error{Errc::unavailable, "cannot write " + part + ": " + ::strerror(errno)};
  Result<void> done = hash_what_is_there(transfer);
  if (done.ok()) done = transfer_rest(settings, transfer, settings.base_url + ref.digest.str());
  ::close(transfer.fd);
  if (done.ok() && digest_of(hash.get()) != ref.digest.str()) {
    done = Error{Errc::corrupt, "the bytes are not those of " + ref.digest.str() + "; publish the version again"};
  }
  if (!done.ok() && (done.error().code == Errc::corrupt || done.error().code == Errc::invalid)) {
    crash_point("artifact.tidy.before");
    ::unlink(part.c_str());
    crash_point("artifact.tidy.after");
  }
  return done;
}

}  // namespace depops::agent::artifacts
