#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "ledger/command.h"

namespace jobledger::ledger {

/// SHA-256 of the parts, one after the other (FIPS 180-4).
Sha256 sha256(std::initializer_list<std::string_view> parts);

inline std::string_view bytes_of(const Sha256& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

/// Lower-case hexadecimal digits.
std::string to_hex(std::string_view bytes);

/// Takes as long for different hashes as for equal ones.
bool equal_in_constant_time(const Sha256& a, const Sha256& b);

}  // namespace jobledger::ledger
