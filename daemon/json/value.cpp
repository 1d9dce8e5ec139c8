#include "daemon/json/value.h"

#include <bit>
#include <cmath>
#include <limits>

namespace jobledger::daemon::json {

bool Value::boolean() const {
  JL_ASSERT(is_boolean());
  return tag() == 't';
}

double Value::number() const {
  JL_ASSERT(is_number());
  std::uint64_t word = tape_.words[at_ + 1];
  switch (tag()) {
    case 'l':
      return static_cast<double>(static_cast<std::int64_t>(word));
    case 'u':
      return static_cast<double>(word);
    default:
      return std::bit_cast<double>(word);
  }
}

std::optional<std::int64_t> Value::integer() const {
  if (tag() == 'l') return static_cast<std::int64_t>(tape_.words[at_ + 1]);
  if (tag() != 'd') return std::nullopt;  // a `u` is one beyond int64
  double value = number();
  constexpr double kLimit = 9'223'372'036'854'775'808.0;  // 2^63
  if (std::trunc(value) != value || value < -kLimit || value >= kLimit) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

std::string_view Value::string() const {
  JL_ASSERT(is_string());
  return tape_.text(at_);
}

Elements Value::elements() const {
  JL_ASSERT(is_array());
  return {tape_, at_};
}

Members Value::members() const {
  JL_ASSERT(is_object());
  return {tape_, at_};
}

std::optional<Value> Value::find(std::string_view name) const {
  for (Member member : members()) {
    if (member.name == name) return member.value;
  }
  return std::nullopt;
}

}  // namespace jobledger::daemon::json
