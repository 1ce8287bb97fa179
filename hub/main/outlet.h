#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "hub/app/hub.h"
#include "hub/main/brokers.h"
#include "hub/main/waiting.h"
#include "hub/signer/signer.h"
#include "shared/ports/clock.h"
#include "shared/ports/transport.h"

namespace depops::hub {

struct OutletParts {
  signer::Signer& signer;
  KeyId key;  // that it signs with
  std::string hub_id;
  HubEpoch epoch;
  ports::Clock& clock;
  std::function<void(const std::string&)> log;  // any thread
};

// Has signed what the hub says, in batches on a thread of its own, and gives it to the brokers. Nobody waits for the
// signer: what it has not signed waits here. Desired states are kept and said again at every connect, since nothing is
// asked of a broker's memory. Thread: any.
class Outlet {
 public:
  explicit Outlet(OutletParts parts);
  ~Outlet();

  void attach(Brokers* brokers) { brokers_ = brokers; }
  // Begins. `able`: once, as soon as "the hub is not there" is signed, which is the will of every connection.
  void start(std::function<void()> able);
  void stop();
  void publish(const PublishDesired& desired) { add(desired); }
  void send(const SendDown& down);
  void linked(std::size_t door);  // that broker is there (again)
  void announce();                // "the hub is there" once more, everywhere
  // From now on under this epoch; what was signed under the one before, or was to be, is not said again.
  void take_over(HubEpoch epoch);
  std::optional<ports::Message> farewell() const;  // "the hub is not there"
  std::string trouble() const;                     // why nothing is signed; empty: all is well

 private:
  void add(Word word);
  void say_here_everywhere();
  void run();
  std::vector<Word> next();
  void sign(std::vector<Word> words);
  void sort_out(std::vector<Word> words, const std::vector<wire::ToSign>& items,
                const std::vector<wire::SignedWord>& signatures);
  void let_out(const Word& word, std::string payload);
  void let_out_document(const PublishDesired& document, std::string payload);
  void refused(const Word& word, const wire::SignedWord& why);
  void pause(const std::string& why);
  wire::ToSign bytes_of(const Word& word) const;

  OutletParts parts_;
  std::atomic<std::uint64_t> epoch_;
  std::uint64_t signed_under_ = 0;  // of what is being signed
  Brokers* brokers_ = nullptr;
  std::function<void()> able_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Waiting waiting_;
  std::map<SiteName, ports::Message> desired_;
  std::optional<ports::Message> farewell_;
  std::string trouble_;
  std::chrono::steady_clock::time_point documents_at_{};  // not before: the signer said so
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace depops::hub
