#include <catch2/catch.hpp>
#include <thread>
#include <vector>

#include "daemon/metrics/counters.h"
#include "daemon/metrics/registry.h"
#include "daemon/metrics/requests.h"
#include "daemon/metrics/samples.h"
#include "daemon/streams/places.h"

namespace jobledger::daemon::metrics {

TEST_CASE("what is looked up stands in the text beside what is counted") {
  Registry registry;
  Counters counters(registry, "drops_total", "Drops.", 3, [](std::size_t number) {
    return Labels{{"of", std::to_string(number)}};
  });
  counters.make(1);
  CHECK_THAT(registry.text(), Catch::Contains("drops_total{of=\"1\"} 0\n"));
  counters.add(1);
  counters.add(1, 4);
  registry.add([](Samples& samples) {
    samples.gauge("level_meters", "Level.", 2.5, {"side", "left"});
    samples.gauge("level_meters", "Level.", 1, {"side", "right"});
    samples.counter("floods_total", "Floods.", 7);
  });
  CHECK(registry.text() ==
        "# HELP drops_total Drops.\n# TYPE drops_total counter\n"
        "drops_total{of=\"1\"} 5\n"
        "# HELP level_meters Level.\n# TYPE level_meters gauge\n"
        "level_meters{side=\"left\"} 2.5\nlevel_meters{side=\"right\"} 1\n"
        "# HELP floods_total Floods.\n# TYPE floods_total counter\nfloods_total 7\n");
}

TEST_CASE("a request that is let go without an answer is in flight no more, and not counted") {
  Registry registry;
  Requests requests(registry, {{"GET", "/a/{b}"}});
  auto in_flight = [&](int count) {
    return Catch::Contains("\njobledger_http_requests_in_flight " + std::to_string(count) + "\n");
  };
  {
    Requests::Timer timer(requests);
    timer.set_route(0);
    CHECK_THAT(registry.text(), in_flight(1));
  }
  CHECK_THAT(registry.text(), in_flight(0) && !Catch::Contains("/a/{b}"));
  Requests::Timer timer(requests);
  timer.set_route(0);
  timer.answered(200);
  timer.answered(500);  // the second answer goes nowhere
  CHECK_THAT(registry.text(), in_flight(0) &&
                                  Catch::Contains("{method=\"GET\",route=\"/a/{b}\","
                                                  "status=\"200\"} 1\n") &&
                                  !Catch::Contains("status=\"500\""));
}

TEST_CASE("requests may come on many threads") {
  constexpr int kThreads = 4;
  constexpr int kEach = 2000;
  Registry registry;
  Requests requests(registry, {{"GET", "/a"}, {"GET", "/b"}});
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < kEach; ++n) {
        Requests::Timer timer(requests);
        timer.set_route(static_cast<std::size_t>(n % 2));
        timer.answered(n % 4 < 2 ? 200 : 404);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string route : {"/a", "/b"}) {
    for (const std::string status : {"200", "404"}) {
      CHECK_THAT(registry.text(),
                 Catch::Contains("{method=\"GET\",route=\"" + route + "\",status=\"" + status +
                                 "\"} " + std::to_string(kThreads * kEach / 4) + "\n"));
    }
  }
}

TEST_CASE("places tell how far those who have them are behind") {
  streams::Places places(2);
  CHECK(places.behind(10).count == 0);
  auto first = places.take(4);
  auto second = places.take(10);
  CHECK(places.take() == nullptr);
  CHECK(places.refused() == 1);
  CHECK(places.behind(10).count == 2);
  CHECK(places.behind(10).most == 6);
  CHECK(places.behind(10).sum == 6);
  first->come_to(9);
  CHECK(places.behind(12).most == 3);
  CHECK(places.behind(12).sum == 5);
  CHECK(places.behind(5).most == 0);  // a version from before it came so far
  second.reset();
  CHECK(places.behind(12).count == 1);
}

}  // namespace jobledger::daemon::metrics
