#include "tests/support/kubernetes/certificates.h"

#include <openssl/evp.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <utility>
#include <vector>

#include "tests/support/child.h"

namespace depops::test {
namespace {

const std::vector<std::string> kEllipticKey{"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"};

void openssl(std::vector<std::string> words, const std::vector<std::string>& more, const std::string& log) {
  words.insert(words.begin(), "openssl");
  words.insert(words.end(), more.begin(), more.end());
  run(words, log);
}

}  // namespace

std::string base64(const std::string& bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

void write_text(const std::string& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  std::filesystem::permissions(path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  out << text;
  if (!out.flush()) throw std::runtime_error("cannot write " + path);
}

KubeCertificates::KubeCertificates(std::string folder) : folder_(std::move(folder)) {
  openssl({"req", "-x509", "-days", "2", "-subj", "/CN=kubernetes authority of a test", "-keyout", file("ca.key"),
           "-out", file("ca.crt"), "-addext", "keyUsage=critical,keyCertSign,cRLSign,digitalSignature"},
          kEllipticKey, file("openssl.log"));
}

void KubeCertificates::issue(const std::string& name, const std::string& subject, const std::string& usage) {
  const std::string log = file("openssl.log");
  openssl({"req", "-new", "-subj", subject, "-keyout", file(name + ".key"), "-out", file(name + ".csr")}, kEllipticKey,
          log);
  write_text(file("extensions"),
             "subjectAltName=IP:127.0.0.1,IP:10.96.0.1,DNS:localhost,DNS:kubernetes\nextendedKeyUsage=" + usage +
                 "\nkeyUsage=critical,digitalSignature\n");
  openssl({"x509", "-req", "-in", file(name + ".csr"), "-CA", file("ca.crt"), "-CAkey", file("ca.key"),
           "-CAcreateserial", "-days", "2", "-extfile", file("extensions"), "-out", file(name + ".crt")},
          {}, log);
}

void KubeCertificates::key_pair(const std::string& name) {
  openssl({"ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", file(name + ".key")}, {},
          file("openssl.log"));
  openssl({"ec", "-in", file(name + ".key"), "-pubout", "-out", file(name + ".pub")}, {}, file("openssl.log"));
}

std::string kubeconfig_text(const KubeCertificates& certificates, const std::string& server, const std::string& name,
                            const std::string& token) {
  const auto data = [&](const std::string& file) { return base64(text_of_file(certificates.file(file))); };
  const std::string user =
      token.empty() ? "client-certificate-data: " + data(name + ".crt") + ", client-key-data: " + data(name + ".key")
                    : "token: " + token;
  return "apiVersion: v1\nkind: Config\ncurrent-context: test\n"
         "contexts: [{name: test, context: {cluster: test, user: test}}]\n"
         "clusters: [{name: test, cluster: {server: \"" +
         server + "\", certificate-authority-data: " + data("ca.crt") + "}}]\nusers: [{name: test, user: {" + user +
         "}}]\n";
}

}  // namespace depops::test
