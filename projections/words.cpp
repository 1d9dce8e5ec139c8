#include "projections/words.h"

namespace jobledger::projections {
namespace {

constexpr std::size_t kMostBytes = 32;

/// The byte as part of a word; 0 if it stands between words.
char folded(char byte) {
  if (byte >= 'A' && byte <= 'Z') return static_cast<char>(byte - 'A' + 'a');
  bool in_word = (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') ||
                 static_cast<unsigned char>(byte) >= 0x80;
  return in_word ? byte : '\0';
}

}  // namespace

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  auto end_word = [&] {
    if (!word.empty()) words.push_back(word.substr(0, kMostBytes));
    word.clear();
  };
  for (char byte : text) {
    if (char letter = folded(byte)) {
      word += letter;
    } else {
      end_word();
    }
  }
  end_word();
  return words;
}

}  // namespace jobledger::projections
