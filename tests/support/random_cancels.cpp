#include "tests/support/random_cancels.h"

#include <algorithm>

namespace jobledger::tests {

const std::vector<std::string>& RandomCancels::actors() {
  static const std::vector<std::string> names = {"ann", "bob", "portal"};
  return names;
}

const std::vector<std::string>& RandomCancels::people() {
  static const std::vector<std::string> names = {"", "ada@example.com", "eve@example.com"};
  return names;
}

const std::vector<std::string>& RandomCancels::words() {
  static const std::vector<std::string> words = {"wrong", "Wrongly",   "LOGO", "ticket-17",
                                                 "17b",   "\u00fcbel", "night"};
  return words;
}

void RandomCancels::draw_envelope() {
  ledger::Envelope& envelope = ledger_.envelope;
  envelope.actor.team = random_.one_in(8) ? "other" : "acme";
  envelope.actor.name = random_.any(actors());
  envelope.actor.token = {1, 2 + envelope.actor.name.size()};
  envelope.actor.on_behalf_of = random_.any(people());
  envelope.reason.clear();
  while (!random_.one_in(3))
    envelope.reason += random_.any(words()) + (random_.one_in(2) ? " " : ", ");
}

/// Mostly one of the newest trees.
std::string RandomCancels::any_job() {
  std::uint32_t back = random_.below(random_.one_in(4) ? trees_ : std::min(trees_, 4U));
  static const std::vector<std::string> kinds = {"p", "a", "b", "c"};
  return random_.any(kinds) + std::to_string(trees_ - back);
}

std::string RandomCancels::line() {
  std::uint32_t draw = random_.below(100);
  if (trees_ == 0 || draw < 15) {
    std::string n = std::to_string(++trees_);
    return "submit p" + n + "(a" + n + " b" + n + "(c" + n + "))";
  }
  if (draw < 30) return "claim " + any_job();
  if (draw < 45) return "cancel " + any_job();
  if (draw < 60) return "stop " + any_job();
  if (draw < 65) return "cancel-many " + any_job();
  if (draw < 80 && ledger_.state().version() > 0) {
    auto version = static_cast<std::uint32_t>(ledger_.state().version());
    return "undo " + std::to_string(version - 1 - random_.below(std::min(version, 12U)));
  }
  static const std::vector<std::string> ends = {"stopped", "expire", "fail", "finish"};
  std::string verb = random_.any(ends);
  return verb + " " + any_job() + (verb == "fail" ? " broken" : verb == "finish" ? " -" : "");
}

void RandomCancels::steps(int count) {
  for (int i = 0; i < count; ++i) {
    draw_envelope();
    ledger_.run(line());
  }
}

}  // namespace jobledger::tests
