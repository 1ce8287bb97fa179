#include "shared/http/pinned.h"

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <memory>

namespace depops::http {
namespace {

struct ReleaseStore {
  void operator()(X509_STORE* store) const { X509_STORE_free(store); }
  void operator()(X509_STORE_CTX* context) const { X509_STORE_CTX_free(context); }
};

Digest digest_of_certificate(const X509* certificate) {
  constexpr const char* kDigits = "0123456789abcdef";
  unsigned char bytes[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  std::string text = "sha256:";
  if (X509_digest(certificate, EVP_sha256(), bytes, &size) != 1) return {};
  for (unsigned i = 0; i < size; ++i) text.append({kDigits[bytes[i] >> 4], kDigits[bytes[i] & 15]});
  return Digest(text);
}

// Among what the server sent; it belongs to the stack.
X509* find_authority(STACK_OF(X509) * sent, const Digest& digest) {
  for (int i = 0; i < sk_X509_num(sent); ++i) {
    X509* certificate = sk_X509_value(sent, i);
    if (digest_of_certificate(certificate) == digest && X509_check_ca(certificate) == 1) return certificate;
  }
  return nullptr;
}

bool ask_for(X509_VERIFY_PARAM* wanted, const std::string& host) {
  return X509_VERIFY_PARAM_set1_ip_asc(wanted, host.c_str()) == 1 ||
         X509_VERIFY_PARAM_set1_host(wanted, host.data(), host.size()) == 1;
}

int judge(X509* certificate, STACK_OF(X509) * sent, X509* authority, const Pin& pin) {
  const std::unique_ptr<X509_STORE, ReleaseStore> store(X509_STORE_new());
  const std::unique_ptr<X509_STORE_CTX, ReleaseStore> context(X509_STORE_CTX_new());
  const bool ready = store && context && X509_STORE_add_cert(store.get(), authority) == 1 &&
                     X509_STORE_CTX_init(context.get(), store.get(), certificate, sent) == 1 &&
                     X509_STORE_CTX_set_default(context.get(), "ssl_server") == 1 &&
                     ask_for(X509_STORE_CTX_get0_param(context.get()), pin.host);
  if (!ready) return X509_V_ERR_OUT_OF_MEM;
  if (pin.at)
    X509_STORE_CTX_set_time(context.get(), 0,
                            std::chrono::duration_cast<std::chrono::seconds>(pin.at->time_since_epoch()).count());
  if (X509_verify_cert(context.get()) == 1) return X509_V_OK;
  const int error = X509_STORE_CTX_get_error(context.get());
  return error == X509_V_OK ? X509_V_ERR_UNSPECIFIED : error;
}

// In place of the library's own verification: called in the handshake, before anything of ours is sent.
int verify(X509_STORE_CTX* asked, void* given) {
  const Pin& pin = *static_cast<const Pin*>(given);
  STACK_OF(X509)* sent = X509_STORE_CTX_get0_untrusted(asked);
  X509* authority = find_authority(sent, pin.authority);
  const int error =
      authority == nullptr ? X509_V_ERR_CERT_UNTRUSTED : judge(X509_STORE_CTX_get0_cert(asked), sent, authority, pin);
  X509_STORE_CTX_set_error(asked, error);
  return error == X509_V_OK ? 1 : 0;
}

}  // namespace

void trust_only(ssl_ctx_st* context, const Pin& pin) {
  SSL_CTX_set_cert_verify_callback(context, verify, const_cast<Pin*>(&pin));
}

}  // namespace depops::http
