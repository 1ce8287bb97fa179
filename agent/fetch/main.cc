// depops-fetch URL SIZE DIGEST FOLDER MAX_UNPACKED MAX_ENTRIES IDLE_MS [CA CERTIFICATE KEY]
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "agent/fetch/fetch.h"
#include "agent/fetch/unpack.h"
#include "shared/crash_point/crash_point.h"

namespace depops::fetch {
namespace {

namespace fs = std::filesystem;

constexpr int kUsage = 64;
constexpr int kPlainWords = 8;
constexpr int kTlsWords = 11;
constexpr std::uint64_t kTellEvery = 1 << 20;  // bytes

template <typename Number>
bool read_number(const char* text, Number& number) {
  const char* end = text + std::strlen(text);
  return std::from_chars(text, end, number).ptr == end && end != text;
}

bool read_order(int argc, char** argv, Order& order) {
  if (argc != kPlainWords && argc != kTlsWords) return false;
  order.url = argv[1];
  order.digest = Digest(argv[3]);
  order.folder = argv[4];
  if (argc == kTlsWords) {
    order.ca_file = argv[8];
    order.cert_file = argv[9];
    order.key_file = argv[10];
  }
  return is_digest(order.digest.str()) && read_number(argv[2], order.size) &&
         read_number(argv[5], order.max_unpacked) && read_number(argv[6], order.max_entries) &&
         read_number(argv[7], order.idle_ms);
}

void tell_received(std::uint64_t count) {
  static std::uint64_t told = 0;
  if (count - told < kTellEvery) return;
  told = count;
  std::printf("received %llu\n", static_cast<unsigned long long>(count));
  std::fflush(stdout);
}

void tidy(const std::string& part, const std::string& unpacking, bool part_too) {
  crash_point("artifact.tidy.before");
  std::error_code ignored;
  fs::remove_all(unpacking, ignored);
  if (part_too) fs::remove(part, ignored);
  crash_point("artifact.tidy.after");
}

Result<void> bring(const Order& order) {
  const std::string part = order.folder + ".part";
  const std::string unpacking = order.folder + ".unpacking";
  DEPOPS_TRY_VOID(fetch(order, part, tell_received));
  crash_point("artifact.unpack.before");
  std::error_code error;
  fs::remove_all(unpacking, error);
  fs::create_directories(unpacking, error);
  if (error) return Error{Errc::unavailable, "cannot make " + unpacking + ": " + error.message()};
  const Result<void> unpacked = unpack(part, unpacking, {order.max_unpacked, order.max_entries});
  crash_point("artifact.unpack.after");
  if (unpacked.ok()) {
    crash_point("artifact.rename.before");
    fs::rename(unpacking, order.folder, error);
    crash_point("artifact.rename.after");
  }
  tidy(part, unpacking, unpacked.ok() || unpacked.error().code == Errc::invalid);
  if (!unpacked.ok()) return unpacked.error();
  if (error) return Error{Errc::unavailable, "cannot rename " + unpacking + ": " + error.message()};
  return {};
}

int run(const Order& order) {
  const Result<void> done = bring(order);
  if (done.ok()) return 0;
  const bool permanent = done.error().code == Errc::invalid || done.error().code == Errc::corrupt;
  std::string text = done.error().what;
  for (char& letter : text)
    if (letter == '\n') letter = ' ';
  std::printf("%s %s\n", permanent ? "refused" : "failed", text.c_str());
  return 1;
}

}  // namespace
}  // namespace depops::fetch

int main(int argc, char** argv) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // the agent that asked is gone: nobody waits for this
  ::signal(SIGPIPE, SIG_IGN);          // a server that hangs up is an error of that connection, not our end
  if (!depops::arm_from_environment(depops::CrashVictim::parent)) return depops::fetch::kUsage;
  depops::fetch::Order order;
  if (!depops::fetch::read_order(argc, argv, order)) {
    std::fprintf(stderr,
                 "usage: depops-fetch URL SIZE DIGEST FOLDER MAX_UNPACKED MAX_ENTRIES IDLE_MS [CA CERTIFICATE KEY]\n");
    return depops::fetch::kUsage;
  }
  return depops::fetch::run(order);
}
