#pragma once

#include <cstdint>
#include <optional>
#include <string>

// Finds two hosts that go by one journal, however they take turns. Every answer to a Hello brings a new random token;
// the site stores it before it presents it in its next Hello. A host that copied the journal presents a token that was
// left behind. Nothing of it depends on numbers of connections, which a copy has too. The caller draws random words.
namespace depops::sync {

// `number` rises by one with every token of a site. A stray was given to somebody who presented an older one: an honest
// site never takes one, for only an old and late Hello of it can have been answered with one.
struct SessionToken {
  std::uint64_t number = 0;
  std::string secret;  // 16 random bytes as 32 hex digits; empty: none was given yet
  bool stray = false;
  bool operator==(const SessionToken&) const = default;
};

// The hub's answer to a Hello: taken only by the connection `voice` and only while the site still holds `instead_of`.
struct Welcome {
  std::string voice;
  std::string instead_of;  // secret of the token that was presented
  SessionToken token;
  bool again = false;  // whoever reads this says Hello soon: there may be two hosts
  bool operator==(const Welcome&) const = default;
};

// The hub takes nothing more from the site and signs nothing for it. Nothing new starts there.
struct Freeze {
  std::string why;
  bool operator==(const Freeze&) const = default;
};

// What the hub keeps of a life of a site.
struct TokenTip {
  SessionToken newest;  // of those that were presented
  bool open = true;     // whatever is presented next counts: first contact, or a freeze was lifted
  bool operator==(const TokenTip&) const = default;
};

struct Presented {
  SessionToken next;  // to give
  bool again = false;
  std::string frozen;  // why the site is frozen; empty: it is not, and `next` is to be given
};

// Judges a presented token. Loss, repetition and reordering of Hellos and answers, crashes on both sides and a hub that
// came back from a backup never freeze a site that is one host; `draw` is a fresh random word. Stores into `tip`.
Presented present(TokenTip& tip, const SessionToken& shown, const std::string& draw);

// Whether the site takes the token of this answer: what the site holds is stored before it is presented.
bool is_for(const Welcome& welcome, const std::string& voice, const SessionToken& held);

}  // namespace depops::sync
