#pragma once

#include <cstddef>
#include <memory>
#include <string>

namespace depops::faults {

// Certificate, key and the authority the other side must be of. Files in PEM.
struct Papers {
  std::string certificate, key, authority;
};

// One end of a TLS 1.3 connection on loopback that never waits. Thread: one.
class TlsEnd {
 public:
  static TlsEnd accept(int listener, const Papers& papers);  // fd() < 0: nobody is there
  static TlsEnd connect(const std::string& host, std::uint16_t port, const Papers& papers);
  ~TlsEnd();
  TlsEnd(TlsEnd&&) noexcept;
  TlsEnd& operator=(TlsEnd&&) = delete;

  int fd() const;
  short awaited() const;  // events to poll for
  // Reads what is there if `read`, writes of `out` at most so many bytes. False: the connection is over.
  bool work(bool read, std::size_t write_most);
  std::size_t written() const;  // since it was made

  std::string in, out;

 private:
  class Body;
  explicit TlsEnd(std::unique_ptr<Body> body);
  std::unique_ptr<Body> body_;
};

}  // namespace depops::faults
