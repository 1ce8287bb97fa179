#include "shared/x509/handles.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "shared/base/check.h"
#include "shared/x509/x509.h"

namespace depops::x509 {
namespace {

struct ReleaseBio {
  void operator()(BIO* bio) const { BIO_free_all(bio); }
};
using Bio = std::unique_ptr<BIO, ReleaseBio>;

Bio reading(std::string_view text) { return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

// A file with a password would make the library ask at the terminal.
int no_password(char*, int, int, void*) { return -1; }

template <typename Handle, typename Read>
Result<Handle> read_pem(std::string_view pem, const char* what, const Read& read) {
  if (pem.size() > kPemMax) return Error{Errc::invalid, std::string(what) + ": longer than 64 KiB"};
  const Bio bio = reading(pem);
  Handle handle(read(bio.get()));
  if (handle) return handle;
  return Error{Errc::invalid, std::string("not ") + what + " in PEM: " + library_trouble()};
}

Error file_error(const std::string& path, const std::string& remedy) {
  const Errc code = errno == ENOENT ? Errc::not_found : errno == EEXIST ? Errc::exists : Errc::unavailable;
  return {code, path + ": " + std::strerror(errno) + "; " + remedy};
}

Result<std::string> read_private(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return file_error(path, "check the path and who may read it");
  struct stat facts {};
  const bool exposed = ::fstat(fd, &facts) != 0 || (facts.st_mode & 077) != 0;
  std::string text(exposed ? 0 : kPemMax, '\0');
  const ssize_t count = exposed ? 0 : ::read(fd, text.data(), text.size());
  ::close(fd);
  if (exposed) return Error{Errc::refused, path + ": others may read this secret key; set its mode to 0600"};
  if (count < 0) return file_error(path, "check the file");
  text.resize(static_cast<std::size_t>(count));
  return text;
}

Result<void> write_private(const std::string& path, const char* data, std::size_t size) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return file_error(path, "a key file is never replaced: remove it first if it must go");
  const bool written = ::write(fd, data, size) == static_cast<ssize_t>(size) && ::fsync(fd) == 0;
  const int cause = errno;
  ::close(fd);
  if (written) return {};
  ::unlink(path.c_str());
  errno = cause;
  return file_error(path, "make room on the disk or choose another directory");
}

}  // namespace

void Release::operator()(x509_st* certificate) const { X509_free(certificate); }
void Release::operator()(evp_pkey_st* key) const { EVP_PKEY_free(key); }
void Release::operator()(X509_req_st* request) const { X509_REQ_free(request); }

std::string library_trouble() {
  const unsigned long code = ERR_peek_last_error();
  char text[256] = "no reason given";
  if (code != 0) ERR_error_string_n(code, text, sizeof text);
  ERR_clear_error();
  return text;
}

Result<CertificateHandle> read_certificate(std::string_view pem) {
  return read_pem<CertificateHandle>(pem, "a certificate",
                                     [](BIO* bio) { return PEM_read_bio_X509(bio, nullptr, no_password, nullptr); });
}

Result<RequestHandle> read_request(std::string_view pem) {
  return read_pem<RequestHandle>(pem, "a certificate request",
                                 [](BIO* bio) { return PEM_read_bio_X509_REQ(bio, nullptr, no_password, nullptr); });
}

Result<std::vector<CertificateHandle>> read_chain(std::string_view pem) {
  DEPOPS_TRY(const CertificateHandle first, read_certificate(pem));
  const Bio bio = reading(pem);
  std::vector<CertificateHandle> chain;
  while (CertificateHandle next{PEM_read_bio_X509(bio.get(), nullptr, no_password, nullptr)}) {
    if (chain.size() == kChainMax)
      return Error{Errc::invalid, "more than " + std::to_string(kChainMax) + " certificates"};
    chain.push_back(std::move(next));
  }
  library_trouble();  // there is no further one
  return chain;
}

KeyHandle new_key() {
  KeyHandle key(EVP_EC_gen("P-256"));
  DEPOPS_CHECK(key != nullptr);  // no entropy or no memory
  return key;
}

Result<KeyHandle> load_key(const std::string& path) {
  DEPOPS_TRY(std::string text, read_private(path));
  auto key = read_pem<KeyHandle>(text, "a secret key",
                                 [](BIO* bio) { return PEM_read_bio_PrivateKey(bio, nullptr, no_password, nullptr); });
  OPENSSL_cleanse(text.data(), text.size());
  return key ? std::move(key) : Result<KeyHandle>(key.error().in(path));
}

Result<void> save_key(const std::string& path, evp_pkey_st* key) {
  const Bio bio(BIO_new(BIO_s_secmem()));
  DEPOPS_CHECK(PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return write_private(path, data, static_cast<std::size_t>(size));
}

std::string pem_of(x509_st* certificate) {
  const Bio bio(BIO_new(BIO_s_mem()));
  DEPOPS_CHECK(PEM_write_bio_X509(bio.get(), certificate) == 1);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

}  // namespace depops::x509
