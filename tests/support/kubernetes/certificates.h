#pragma once

#include <string>

namespace depops::test {

// An authority of one test run and what it signed, as files of a folder: ca.crt, NAME.crt, NAME.key. Made by openssl.
class KubeCertificates {
 public:
  explicit KubeCertificates(std::string folder);
  // `subject`: "/O=system:masters/CN=admin"; `usage`: serverAuth or clientAuth.
  void issue(const std::string& name, const std::string& subject, const std::string& usage);
  void key_pair(const std::string& name);  // NAME.key and NAME.pub, for who signs tokens
  std::string file(const std::string& name) const { return folder_ + "/" + name; }

 private:
  std::string folder_;
};

// A kubeconfig with all in it, for a client certificate NAME.crt, or for a token if that is given.
std::string kubeconfig_text(const KubeCertificates& certificates, const std::string& server, const std::string& name,
                            const std::string& token = "");

std::string base64(const std::string& bytes);
void write_text(const std::string& path, const std::string& text);  // mode 0600

}  // namespace depops::test
