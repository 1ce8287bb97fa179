#include "tests/bench/swarm.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <new>
#include <stdexcept>

#include "shared/clock/system_clock.h"
#include "tests/bench/feeder.h"

namespace depops::bench {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int kTickMs = 250;  // two hundred processes share the machine with the hub: less often costs it less

Board* map_board(const std::string& file) {
  const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0 || ::ftruncate(fd, sizeof(Board)) != 0) throw std::runtime_error(file + ": can not be made");
  void* place = ::mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  ::close(fd);
  if (place == MAP_FAILED) throw std::runtime_error(file + ": can not be mapped");
  return static_cast<Board*>(place);
}

std::string site_name(std::uint64_t number) { return "site-" + std::to_string(number); }

// Sites of one process under one clock: every site beats once in the time of a beat, spread over it.
class Flock {
 public:
  Flock(std::vector<std::unique_ptr<Feeder>> sites, std::uint64_t beat_s, Board& board)
      : sites_(std::move(sites)), beat_(std::chrono::seconds(beat_s)), board_(board) {}

  void live() {
    board_.made = sites_.size();
    while (board_.order == Board::wait) ::poll(nullptr, 0, 1);
    for (const auto& site : sites_) site->start();
    bool sending = false;
    while (board_.order != Board::end) {
      if (board_.order == Board::send && !std::exchange(sending, true))
        for (const auto& site : sites_) site->begin();
      tick();
      ::poll(nullptr, 0, kTickMs);
    }
  }

 private:
  void tick() {
    std::uint64_t answered = 0;
    std::uint64_t acknowledged = 0;
    for (const auto& site : sites_) {
      site->tick();
      answered += site->answered() ? 1 : 0;
      acknowledged += site->acknowledged();
    }
    board_.answered = answered;
    board_.acknowledged = acknowledged;
    const auto due = static_cast<std::uint64_t>((Clock::now() - begin_) * sites_.size() / beat_);
    for (; beats_ < due; ++beats_) sites_[beats_ % sites_.size()]->beat();
  }

  std::vector<std::unique_ptr<Feeder>> sites_;
  Clock::duration beat_;
  Board& board_;
  Clock::time_point begin_ = Clock::now();
  std::uint64_t beats_ = 0;
};

mqtt::MqttSettings client_of(const std::string& site, const std::string& url, const std::string& folder) {
  mqtt::MqttSettings settings;
  settings.url = url;
  settings.client_id = site;
  settings.ca = folder + "/infra-ca.pem";
  settings.certificate = folder + "/" + site + ".pem";
  settings.key = folder + "/" + site + ".key";
  settings.session_expiry_s = 60;
  settings.receive_maximum = 16;
  return settings;
}

std::uint64_t number(const std::string& word) { return std::strtoull(word.c_str(), nullptr, 10); }

signing::PublicKey key_of(const std::string& file) { return signing::load_public_key(file).value(); }

}  // namespace

signing::SecretKey swarm_key(const std::string& site) {
  const std::string hash = signing::sha256("a site of a swarm: " + site);
  std::array<std::uint8_t, 32> seed{};
  std::memcpy(seed.data(), hash.data(), seed.size());
  return signing::SecretKey::from_seed(seed);
}

Swarm::Swarm(const Centre& centre, const SwarmSize& size, const std::string& name)
    : file_(centre.directory() + "/" + name), board_(new (map_board(file_ + ".board")) Board) {
  const mqtt::MqttSettings like = centre.site_client("NAME");
  const std::string folder = like.ca.substr(0, like.ca.rfind('/'));
  process_ =
      test::Child({"/proc/" + std::to_string(::getpid()) + "/exe", "swarm", file_ + ".board", like.url, folder,
                   centre.directory() + "/hub/release.pub", std::to_string(size.first), std::to_string(size.count),
                   std::to_string(size.entries), std::to_string(size.bytes), std::to_string(size.beat_s)},
                  file_ + ".log");
}

Swarm::~Swarm() {
  process_.kill();  // its sites have nobody to say good-bye to
  ::munmap(board_, sizeof(Board));
}

std::string Swarm::log() const { return test::text_of_file(file_ + ".log"); }

int live_as_swarm(const std::vector<std::string>& words) {
  if (words.size() != 9) return 2;
  Board& board = *map_board(words[0]);
  const signing::PublicKey hub = key_of(words[3]);
  const Backlog backlog =
      make_backlog(number(words[6]), number(words[7]), clock::SystemClock().now().wall, std::chrono::hours(24));
  std::vector<std::unique_ptr<Feeder>> sites;
  for (std::uint64_t i = number(words[4]); sites.size() < number(words[5]); ++i) {
    const std::string site = site_name(i);
    sites.push_back(std::make_unique<Feeder>(site, Feeder::Load{backlog, false}, client_of(site, words[1], words[2]),
                                             swarm_key(site), hub));
  }
  Flock(std::move(sites), number(words[8]), board).live();
  ::_exit(0);  // ten thousand good-byes would take as long as the rest
}

}  // namespace depops::bench
