#pragma once

#include <mutex>
#include <string>
#include <vector>

namespace depops::stage {

// Two authorities as in production: one for sites and one for the infrastructure, so that no site can speak as the hub.
// Made with the openssl command, files readable by the owner only. Any thread.
class Certificates {
 public:
  // years 0: valid for two days from now; else for so many years from 1970 on, for clocks that are wrong.
  explicit Certificates(std::string folder, unsigned years = 0, std::string address = "127.0.0.1");

  // authority: "sites" or "infra". Makes NAME.pem and NAME.key for 127.0.0.1 and `address`.
  void issue(const std::string& authority, const std::string& name);
  std::string file(const std::string& name) const { return folder_ + "/" + name; }

 private:
  void make_authority(const std::string& name);
  void openssl(std::vector<std::string> words) const;
  std::string days() const;

  std::string folder_;
  unsigned years_;
  std::string address_;
  std::mutex mutex_;
};

}  // namespace depops::stage
