#pragma once

#include <string>

#include "daemon/json/value.h"
#include "daemon/json/writer.h"

namespace jobledger::daemon::json {

inline void rewrite(Value value, Writer& writer) {
  if (value.is_null()) return writer.null();
  if (value.is_boolean()) return writer.boolean(value.boolean());
  if (value.is_string()) return writer.string(value.string());
  if (value.is_number()) {
    auto integer = value.integer();
    return integer ? writer.integer(*integer) : writer.number(value.number());
  }
  if (value.is_array()) {
    writer.begin_array();
    for (Value element : value.elements()) rewrite(element, writer);
    return writer.end_array();
  }
  writer.begin_object();
  for (Member member : value.members()) {
    writer.key(member.name);
    rewrite(member.value, writer);
  }
  writer.end_object();
}

/// What was read, written again.
inline std::string rewritten(Value value) {
  std::string out;
  Writer writer(out);
  rewrite(value, writer);
  return out;
}

/// Calls `visit(object)` for each object there is, outer ones first.
template <typename Visit>
void each_object(Value value, Visit visit) {
  if (value.is_array()) {
    for (Value element : value.elements()) each_object(element, visit);
  } else if (value.is_object()) {
    visit(value);
    for (Member member : value.members()) each_object(member.value, visit);
  }
}

}  // namespace jobledger::daemon::json
