#include "depops/v1/frame.pb.h"
#include "shared/signing/signing.h"
#include "shared/wire/body_parts.h"

namespace depops::wire {
namespace {

constexpr std::size_t kWordBytes = 16;  // of a session token, and of the name of a connection

std::string word_of(const std::string& bytes, const char* field, Intake& in) {
  in.require(bytes.empty() || bytes.size() == kWordBytes, field, "is not 16 bytes");
  return signing::to_hex(bytes);
}

}  // namespace

std::string bytes_of_hex(const std::string& hex) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1])));
  }
  return bytes;
}

void put_session(const sync::Hello& hello, v1::Hello& out) {
  out.set_token_number(hello.token.number);
  out.set_token_stray(hello.token.stray);
  out.set_voice(bytes_of_hex(hello.voice));
  out.set_facts_digest(hello.facts.digest);
}

void get_session(const v1::Hello& message, const std::string& secret, sync::Hello& out, Intake& in) {
  out.token = {in.number(message.token_number(), "token_number"), word_of(secret, "session_token", in),
               message.token_stray()};
  out.voice = word_of(message.voice(), "voice", in);
  out.facts.digest = message.facts_digest();
}

void put_document(const sync::Hello& hello, v1::Hello& out) {
  out.set_desired_digest(hello.digest.str());
  out.set_shows(hello.shows);
  out.set_document(hello.document);
}

void get_document(const v1::Hello& message, sync::Hello& out, Intake& in) {
  out.digest = Digest(in.text(message.desired_digest(), "desired_digest", kIdMax));
  out.shows = message.shows();
  in.require(message.document().size() <= kFrameMax, "document", "is longer than a desired state may be");
  out.document = message.document();
}

void put(const sync::Presence& presence, v1::Presence& out) {
  out.set_online(presence.online);
  out.set_voice(bytes_of_hex(presence.voice));
}

sync::Presence get(const v1::Presence& message, Intake& in) {
  return {message.online(), word_of(message.voice(), "voice", in)};
}

void put(const sync::Welcome& welcome, v1::Welcome& out) {
  out.set_voice(bytes_of_hex(welcome.voice));
  out.set_instead_of(bytes_of_hex(welcome.instead_of));
  out.set_token_number(welcome.token.number);
  out.set_token_stray(welcome.token.stray);
  out.set_again(welcome.again);
}

sync::Welcome get(const v1::Welcome& message, const std::string& secret, Intake& in) {
  return {
      word_of(message.voice(), "voice", in),
      word_of(message.instead_of(), "instead_of", in),
      {in.number(message.token_number(), "token_number"), word_of(secret, "session_token", in), message.token_stray()},
      message.again()};
}

}  // namespace depops::wire
