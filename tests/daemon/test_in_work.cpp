#include <catch2/catch.hpp>

#include "daemon/in_work.h"

namespace jobledger::daemon {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const InWork::TimePoint kStart{seconds(1000)};

}  // namespace

TEST_CASE("in work: full when there are too many, until one is answered") {
  InWork work({3, 1000, seconds(1)});
  for (int i = 0; i < 3; ++i) {
    CHECK_FALSE(work.is_full(kStart));
    work.take(0, kStart);
  }
  CHECK(work.is_full(kStart));
  work.answered();
  CHECK_FALSE(work.is_full(kStart));
}

TEST_CASE("in work: full when their bodies are too large, whichever are done first") {
  InWork work({10, 1000, seconds(1)});
  work.take(5000, kStart);  // one alone may be larger
  CHECK(work.is_full(kStart));
  work.answered();
  work.take(400, kStart);
  work.take(599, kStart);
  CHECK_FALSE(work.is_full(kStart));
  work.take(1, kStart);
  CHECK(work.is_full(kStart));
  work.answered();
  CHECK_FALSE(work.is_full(kStart));
  work.take(400, kStart);
  CHECK(work.is_full(kStart));
}

TEST_CASE("in work: full while the oldest has waited for too long") {
  InWork work({10, 1000, seconds(1)});
  CHECK_FALSE(work.is_full(kStart + seconds(3600)));
  work.take(0, kStart);
  work.take(0, kStart + milliseconds(400));
  CHECK_FALSE(work.is_full(kStart + seconds(1)));
  CHECK(work.is_full(kStart + milliseconds(1001)));
  work.answered();
  CHECK_FALSE(work.is_full(kStart + milliseconds(1400)));
  CHECK(work.is_full(kStart + milliseconds(1401)));
  work.answered();
  CHECK_FALSE(work.is_full(kStart + seconds(3600)));
}

}  // namespace jobledger::daemon
