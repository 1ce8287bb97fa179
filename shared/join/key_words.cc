#include "shared/join/key_words.h"

#include <array>

namespace depops::join {
namespace {

// One for each value of a byte. Never changed: what one side says the other must read.
constexpr std::array<std::string_view, 256> kWords = {
    "acid",     "acorn",    "actor",   "adobe",    "agent",   "album",   "alarm",    "alley",   "amber",    "anchor",
    "angle",    "apple",    "april",   "apron",    "arch",    "arena",   "arrow",    "atlas",   "attic",    "autumn",
    "badge",    "bagel",    "baker",   "balcony",  "banjo",   "barley",  "basin",    "basket",  "beach",    "beacon",
    "bean",     "beaver",   "bell",    "bench",    "berry",   "bishop",  "blanket",  "blossom", "boat",     "bonfire",
    "bottle",   "boulder",  "bracket", "branch",   "bread",   "breeze",  "brick",    "bridge",  "broom",    "brush",
    "bucket",   "buffalo",  "bugle",   "butter",   "button",  "cabin",   "cactus",   "camel",   "candle",   "canoe",
    "canyon",   "carbon",   "carpet",  "castle",   "cedar",   "cello",   "chalk",    "cherry",  "chimney",  "cider",
    "cinema",   "circus",   "citrus",  "clarinet", "clay",    "cliff",   "clock",    "clover",  "coach",    "cobalt",
    "coffee",   "comet",    "copper",  "coral",    "cotton",  "cradle",  "crater",   "cricket", "crown",    "cymbal",
    "dagger",   "daisy",    "delta",   "denim",    "desert",  "diamond", "dinner",   "dolphin", "donkey",   "dragon",
    "drum",     "eagle",    "easel",   "echo",     "elbow",   "elm",     "ember",    "engine",  "envelope", "falcon",
    "feather",  "fennel",   "ferry",   "fiddle",   "finch",   "flag",    "flamingo", "flute",   "fossil",   "fountain",
    "fox",      "galaxy",   "garden",  "garlic",   "gate",    "ginger",  "glacier",  "globe",   "goblet",   "goose",
    "granite",  "grape",    "guitar",  "hammer",   "harbor",  "hazel",   "hedge",    "heron",   "hinge",    "honey",
    "horizon",  "hotel",    "iceberg", "igloo",    "indigo",  "iris",    "island",   "ivory",   "jacket",   "jaguar",
    "jasmine",  "jelly",    "jewel",   "judge",    "juniper", "kayak",   "kettle",   "kitten",  "ladder",   "lagoon",
    "lantern",  "laurel",   "lemon",   "leopard",  "library", "lily",    "lion",     "lobster", "locket",   "lotus",
    "magnet",   "mango",    "maple",   "marble",   "meadow",  "melon",   "mirror",   "monkey",  "mosaic",   "moss",
    "mountain", "muffin",   "napkin",  "nectar",   "needle",  "nickel",  "oasis",    "ocean",   "olive",    "onion",
    "opal",     "orbit",    "orchid",  "otter",    "oven",    "owl",     "oyster",   "paddle",  "palace",   "panda",
    "paper",    "parrot",   "peach",   "pearl",    "pebble",  "pelican", "pencil",   "pepper",  "piano",    "pigeon",
    "pilot",    "pirate",   "planet",  "plum",     "pocket",  "pond",    "poppy",    "puzzle",  "quartz",   "quilt",
    "rabbit",   "radish",   "raven",   "ribbon",   "river",   "robin",   "rocket",   "rose",    "ruby",     "saddle",
    "salmon",   "sapphire", "saturn",  "scarf",    "shadow",  "shell",   "silver",   "sparrow", "spider",   "spoon",
    "squid",    "stable",   "stadium", "statue",   "stone",   "sunset",  "swan",     "table",   "tango",    "teapot",
    "temple",   "thunder",  "tiger",   "timber",   "tomato",  "trumpet"};

std::size_t value_of(char digit) { return static_cast<std::size_t>(digit <= '9' ? digit - '0' : digit - 'a' + 10); }

}  // namespace

std::string key_words(const signing::PublicKey& key) {
  const std::string_view bytes(reinterpret_cast<const char*>(key.bytes().data()), key.bytes().size());
  const std::string digits = signing::digest_of(bytes).str().substr(std::string_view("sha256:").size());
  std::string words;
  for (std::size_t i = 0; i < kKeyWords; ++i)
    words += (i == 0 ? "" : " ") + std::string(kWords[value_of(digits[2 * i]) * 16 + value_of(digits[2 * i + 1])]);
  return words;
}

}  // namespace depops::join
