#pragma once

#include <filesystem>
#include <memory>

#include "hub/ports/credentials.h"

namespace depops::hub::identity {

class FileCredentials final : public Credentials {
 public:
  // Makes the directory (mode 0700). Error `unavailable` when it can not be written.
  static Result<std::unique_ptr<FileCredentials>> open(const std::filesystem::path& directory);

  // Makes a new admin token; the one before is good no longer. It is printed once and never kept.
  Result<std::string> make_token();

  std::optional<Actor> holder_of_token(const std::string& token) const override;
  Result<OneTimeCode> make_code(Instant now) override;
  Result<Session> redeem_code(const std::string& code, Instant now) override;
  std::optional<Session> session(const std::string& cookie, Instant now) override;
  void end_session(const std::string& cookie) override;

 private:
  explicit FileCredentials(std::filesystem::path directory) : directory_(std::move(directory)) {}

  std::filesystem::path code_file(const std::string& code) const;
  std::filesystem::path session_file(const std::string& cookie) const;
  void drop_expired(const std::filesystem::path& part, Instant now) const;

  std::filesystem::path directory_;
};

}  // namespace depops::hub::identity
