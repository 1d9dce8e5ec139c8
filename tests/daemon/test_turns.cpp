#include <catch2/catch.hpp>
#include <string>

#include "daemon/turns.h"

namespace jobledger::daemon {
namespace {

/// In which order three calls and one that came behind them were made.
std::string order_of(std::chrono::microseconds turn) {
  boost::asio::io_context io;
  std::string order;
  call_in_turns(io, {[&] { order += 'a'; }, [&] { order += 'b'; }, [&] { order += 'c'; }}, turn);
  boost::asio::post(io, [&] { order += '!'; });
  io.run();
  return order;
}

}  // namespace

TEST_CASE("many calls let others have their turn, and go on in their order") {
  CHECK(order_of(std::chrono::microseconds(0)) == "a!bc");
  CHECK(order_of(std::chrono::hours(1)) == "abc!");
}

TEST_CASE("no calls are no turn") {
  boost::asio::io_context io;
  call_in_turns(io, {}, std::chrono::hours(1));
  CHECK(io.run() == 1);
}

}  // namespace jobledger::daemon
