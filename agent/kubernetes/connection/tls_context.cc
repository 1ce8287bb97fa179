#include "agent/kubernetes/connection/tls_context.h"

#include <Poco/AutoPtr.h>
#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "agent/kubernetes/connection/session.h"

namespace depops::agent::kubernetes {
namespace {

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

// Nobody is there to type a password.
int no_password(char*, int, int, void*) { return 0; }

[[noreturn]] void no_good(const std::string& what) {
  ERR_clear_error();
  throw Poco::InvalidArgumentException(what);
}

Bio reader_of(const std::string& text) {
  return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free};
}

Certificate next_of(BIO* from) { return {PEM_read_bio_X509(from, nullptr, &no_password, nullptr), &X509_free}; }

void trust(SSL_CTX* context, const std::string& authorities) {
  const Bio from = reader_of(authorities);
  int count = 0;
  for (Certificate one = next_of(from.get()); one; one = next_of(from.get())) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), one.get());
    ++count;
  }
  if (count == 0) no_good("the certificate authority is no PEM certificate");
  ERR_clear_error();  // that there was no further one
}

void show(SSL_CTX* context, const std::string& certificate, const std::string& key) {
  const Bio from = reader_of(certificate);
  const Certificate own = next_of(from.get());
  if (!own || SSL_CTX_use_certificate(context, own.get()) != 1) no_good("the client certificate is no PEM certificate");
  for (Certificate above = next_of(from.get()); above; above = next_of(from.get())) {
    if (SSL_CTX_add_extra_chain_cert(context, above.get()) == 1) (void)above.release();
  }
  const Bio key_from = reader_of(key);
  const Key own_key{PEM_read_bio_PrivateKey(key_from.get(), nullptr, &no_password, nullptr), &EVP_PKEY_free};
  if (!own_key || SSL_CTX_use_PrivateKey(context, own_key.get()) != 1)
    no_good("the client key is no PEM key without a password, or belongs to another certificate");
  ERR_clear_error();
}

}  // namespace

Poco::AutoPtr<Poco::Net::Context> tls_context(const Peer& peer) {
  Poco::Net::Context::Params params;
  params.loadDefaultCAs = peer.authorities.empty();
  params.verificationMode = Poco::Net::Context::VERIFY_STRICT;
  Poco::AutoPtr<Poco::Net::Context> context = new Poco::Net::Context(Poco::Net::Context::TLS_CLIENT_USE, params);
  context->requireMinimumProtocol(Poco::Net::Context::PROTO_TLSV1_2);
  SSL_CTX_set_mode(context->sslContext(), SSL_MODE_RELEASE_BUFFERS);  // 34 KiB for each stream that is silent
  SSL_CTX_set_quiet_shutdown(context->sslContext(), 1);  // HTTP says where an answer ends: nobody waits for a farewell
  if (!peer.authorities.empty()) trust(context->sslContext(), peer.authorities);
  if (!peer.certificate.empty()) show(context->sslContext(), peer.certificate, peer.key);
  return context;
}

}  // namespace depops::agent::kubernetes
