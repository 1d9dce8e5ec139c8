#include "ledger/ids.h"

#include <openssl/rand.h>

#include <cstring>

#include "ledger/assert.h"

namespace jobledger::ledger {
namespace {

constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t kTextLength = 26;
constexpr std::uint8_t kBad = 0xff;

constexpr std::array<std::uint8_t, 256> make_values() {
  std::array<std::uint8_t, 256> values{};
  values.fill(kBad);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}
constexpr auto kValues = make_values();

std::uint8_t value_of(char c) {
  return kValues[static_cast<unsigned char>(c)];
}

}  // namespace

void Ulid::append_to(std::string& out) const {
  std::array<char, kTextLength> text;
  std::uint64_t high_left = high;
  std::uint64_t low_left = low;
  for (std::size_t i = kTextLength; i-- > 0;) {
    text[i] = kAlphabet[low_left & 31];
    low_left = (low_left >> 5) | (high_left << 59);
    high_left >>= 5;
  }
  out.append(text.data(), text.size());
}

std::string Ulid::text() const {
  std::string out;
  append_to(out);
  return out;
}

bool Ulid::well_formed(std::string_view text) {
  if (text.size() != kTextLength) return false;
  for (char c : text) {
    if (value_of(c) == kBad) return false;
  }
  return true;
}

std::optional<Ulid> Ulid::parse(std::string_view text) {
  if (!well_formed(text) || text.front() > '7') return std::nullopt;
  Ulid id;
  for (char c : text) {
    id.high = (id.high << 5) | (id.low >> 59);
    id.low = (id.low << 5) | value_of(c);
  }
  return id;
}

RandomIds::RandomIds() : used_(pool_.size()) {}

std::uint64_t RandomIds::next_random() {
  if (used_ == pool_.size()) {
    int done = RAND_bytes(reinterpret_cast<unsigned char*>(pool_.data()), sizeof(pool_));
    JL_ASSERT(done == 1);  // OpenSSL's generator failing means no safe id can be made at all
    used_ = 0;
  }
  return pool_[used_++];
}

Ulid RandomIds::next_ulid(TimeMs now) {
  JL_ASSERT(now >= 0 && now < (TimeMs{1} << 48));
  auto time = static_cast<std::uint64_t>(now);
  if (time <= last_.high >> 16) {
    if (++last_.low == 0) ++last_.high;
  } else {
    last_.high = time << 16 | (next_random() & 0xffff);
    last_.low = next_random() >> 1;  // room to count up within the millisecond
  }
  return last_;
}

Salt RandomIds::next_salt() {
  std::array<std::uint64_t, 2> words = {next_random(), next_random()};
  Salt salt;
  std::memcpy(salt.data(), words.data(), salt.size());
  return salt;
}

}  // namespace jobledger::ledger
