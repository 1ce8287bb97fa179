#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "shared/x509/x509.h"

namespace depops::x509 {
namespace {

struct ReleaseStore {
  void operator()(X509_STORE* store) const { X509_STORE_free(store); }
  void operator()(X509_STORE_CTX* context) const { X509_STORE_CTX_free(context); }
  void operator()(STACK_OF(X509) * stack) const { sk_X509_free(stack); }  // not what lies in it
};

bool ask_for(X509_VERIFY_PARAM* wanted, const std::string& host, Instant now) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  X509_VERIFY_PARAM_set_time(wanted, static_cast<time_t>(seconds));
  return X509_VERIFY_PARAM_set1_ip_asc(wanted, host.c_str()) == 1 ||
         X509_VERIFY_PARAM_set1_host(wanted, host.data(), host.size()) == 1;
}

}  // namespace

Result<void> check_server(std::string_view chain, std::string_view authority_pem, const std::string& host,
                          Instant now) {
  const auto shown = read_chain(chain);
  const auto authority = read_certificate(authority_pem);
  if (!shown || !authority) return Error{Errc::refused, "its certificate can not be read"};
  if (host.empty() || X509_check_ca(authority->get()) != 1) return Error{Errc::refused, "there is no authority"};
  const std::unique_ptr<STACK_OF(X509), ReleaseStore> between(sk_X509_new_null());
  for (const CertificateHandle& one : *shown) sk_X509_push(between.get(), one.get());
  const std::unique_ptr<X509_STORE, ReleaseStore> store(X509_STORE_new());
  const std::unique_ptr<X509_STORE_CTX, ReleaseStore> context(X509_STORE_CTX_new());
  const bool ready = X509_STORE_add_cert(store.get(), authority->get()) == 1 &&
                     X509_STORE_CTX_init(context.get(), store.get(), shown->front().get(), between.get()) == 1 &&
                     X509_STORE_CTX_set_default(context.get(), "ssl_server") == 1 &&
                     ask_for(X509_STORE_CTX_get0_param(context.get()), host, now);
  if (ready && X509_verify_cert(context.get()) == 1) return {};
  const int error = ready ? X509_STORE_CTX_get_error(context.get()) : X509_V_ERR_UNSPECIFIED;
  library_trouble();
  return Error{Errc::refused, X509_verify_cert_error_string(error)};
}

}  // namespace depops::x509
