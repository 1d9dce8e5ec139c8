#pragma once

// The part of the codec that details of events need; for ledger/codec*.cpp alone.

#include <schema/entry.capnp.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/event.h"

namespace jobledger::ledger::codec {

/// A value that cannot stand where it does.
class Malformed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A value that this version of the program does not know, and a later one may.
class Unknown : public Malformed {
 public:
  using Malformed::Malformed;
};

template <typename Enum>
Enum checked(std::uint8_t value, std::uint8_t count, const char* what) {
  if (value >= count) throw Unknown(what);
  return static_cast<Enum>(value);
}

inline capnp::Text::Reader text(const std::string& value) {
  return {value.c_str(), value.size()};
}
inline std::string to_string(capnp::Text::Reader value) {
  return {value.begin(), value.size()};
}

inline capnp::Data::Reader data(const Sha256& value) {
  return {value.data(), value.size()};
}
Sha256 read_hash(capnp::Data::Reader in);

void write_texts(capnp::List<capnp::Text>::Builder out, const std::vector<std::string>& texts);
std::vector<std::string> read_texts(capnp::List<capnp::Text>::Reader in);

/// Bytes that the detail takes in a message, or a little more.
std::size_t size_hint(const Detail& detail);
void write_detail(schema::Detail::Builder out, const Detail& detail);
std::shared_ptr<const Detail> read_detail(schema::Detail::Reader in);

/// Throws Malformed unless the event carries the detail that a fold of its kind reads.
void check_detail(const Event& event);

}  // namespace jobledger::ledger::codec
