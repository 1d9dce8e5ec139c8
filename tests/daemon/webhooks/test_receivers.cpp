#include <catch2/catch.hpp>

#include "daemon/webhooks/receivers.h"

namespace jobledger::daemon::webhooks {
namespace {

using End = Receivers::End;

const Receiver kA{"acme", "a"};
const Receiver kB{"apex", "b"};

/// Begins whatever may be begun, as if there was no end of it; gives how often for each.
std::map<Receiver, int> begin_all(Receivers& receivers, ledger::TimeMs now) {
  std::map<Receiver, int> begun;
  while (auto next = receivers.next(now)) {
    for (std::size_t room = receivers.room(*next); room > 0; --room) {
      receivers.began(*next);
      ++begun[*next];
    }
  }
  return begun;
}

}  // namespace

TEST_CASE("a receiver is tried with one, and trusted with a few once it took that") {
  Receivers receivers({});
  receivers.expect(kA, 5);
  CHECK_FALSE(receivers.next(4));
  CHECK(receivers.next_at() == 5);
  CHECK(begin_all(receivers, 5)[kA] == 1);
  receivers.expect(kA, 5);
  CHECK_FALSE(receivers.next(5));
  CHECK_FALSE(receivers.next_at());
  receivers.ended(kA, End::taken, 6);
  CHECK(begin_all(receivers, 6)[kA] == 4);
  receivers.ended(kA, End::taken, 7);
  CHECK(begin_all(receivers, 7)[kA] == 1);
  CHECK(receivers.in_flight() == 4);
}

TEST_CASE("one that fails gets one at a time, after longer and longer pauses") {
  Receivers receivers({});
  receivers.expect(kA, 0);
  ledger::TimeMs now = 0;
  for (ledger::TimeMs pause : {1, 2, 4, 8, 16, 32, 60, 60}) {
    CHECK(begin_all(receivers, now)[kA] == 1);
    receivers.ended(kA, End::failed, now);
    CHECK(receivers.next_at() == now + pause * 1000);
    CHECK_FALSE(receivers.next(now + pause * 1000 - 1));
    now += pause * 1000;
  }
  CHECK(begin_all(receivers, now)[kA] == 1);
  receivers.ended(kA, End::taken, now);
  CHECK(begin_all(receivers, now)[kA] == 4);
}

TEST_CASE("failures of what was on its way together count once") {
  Receivers receivers({});
  receivers.expect(kA, 0);
  begin_all(receivers, 0);
  receivers.ended(kA, End::taken, 0);
  REQUIRE(begin_all(receivers, 0)[kA] == 4);
  for (int i = 0; i < 4; ++i) receivers.ended(kA, End::failed, 10);
  CHECK(receivers.next_at() == 1010);
}

TEST_CASE("what was not sent says nothing about its receiver") {
  Receivers receivers({});
  receivers.expect(kA, 0);
  begin_all(receivers, 0);
  receivers.ended(kA, End::taken, 0);
  REQUIRE(begin_all(receivers, 0)[kA] == 4);
  receivers.ended(kA, End::not_sent, 1);
  CHECK(begin_all(receivers, 1)[kA] == 1);
}

TEST_CASE("a receiver that hangs keeps nobody else waiting, and neither do many") {
  Receivers receivers({.in_flight = 16});
  receivers.expect({"live", "receiver"}, 0);
  begin_all(receivers, 0);
  receivers.ended({"live", "receiver"}, End::taken, 0);
  for (int i = 0; i < 100; ++i) receivers.expect({"dead", std::to_string(i)}, -1);
  for (int i = 0; i < 100; ++i) receivers.expect({"other", std::to_string(i)}, 0);
  std::map<std::string, int> of_team;
  for (const auto& [receiver, count] : begin_all(receivers, 0)) of_team[receiver.team] += count;
  CHECK(of_team["dead"] == 2);  // an eighth, though they are due the longest
  CHECK(of_team["other"] == 2);
  CHECK(of_team["live"] == 4);
  for (int i = 0; i < 100; ++i) receivers.expect({"third" + std::to_string(i), "x"}, 0);
  CHECK(begin_all(receivers, 0).size() == 4);  // half of the room for all untrusted ones
  receivers.ended({"live", "receiver"}, End::taken, 0);
  CHECK(begin_all(receivers, 0).size() == 1);
}

TEST_CASE("a team whose receivers take long leaves half of the room to others") {
  Receivers receivers({.in_flight = 16});
  auto trust = [&](const Receiver& receiver) {
    receivers.expect(receiver, 0);
    begin_all(receivers, 0);
    receivers.ended(receiver, End::taken, 0);
  };
  trust({"slow", "a"});
  trust({"slow", "b"});
  receivers.expect({"slow", "c"}, 0);
  begin_all(receivers, 0);
  CHECK(receivers.in_flight() == 8);
  CHECK_FALSE(receivers.next_at());
  trust({"live", "receiver"});
  CHECK(begin_all(receivers, 0)[{"live", "receiver"}] == 4);
}

TEST_CASE("there is never more on its way than there is room") {
  Receivers receivers({.in_flight = 8});
  for (int i = 0; i < 8; ++i) {
    Receiver receiver{std::to_string(i), "x"};
    receivers.expect(receiver, 0);
    begin_all(receivers, 0);
    receivers.ended(receiver, End::taken, 0);
    receivers.next(0);
    receivers.looked_at(receiver);
  }
  for (int i = 0; i < 8; ++i) {
    receivers.expect(kA, 0);
    begin_all(receivers, 0);
    receivers.ended(kA, End::taken, 0);
    receivers.expect(kB, 0);
    begin_all(receivers, 0);
    CHECK(receivers.in_flight() <= 8);
    receivers.ended(kB, End::taken, 0);
  }
  begin_all(receivers, 0);
  CHECK(receivers.in_flight() == 8);
  receivers.expect({"new", "x"}, 0);
  CHECK_FALSE(receivers.next(0));
  CHECK_FALSE(receivers.next_at());
}

}  // namespace jobledger::daemon::webhooks
