#include "daemon/daemon.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <thread>
#include <vector>

#include "daemon/checkpoints.h"
#include "daemon/claim_waiters.h"
#include "daemon/core.h"
#include "daemon/front.h"
#include "daemon/http/tls_context.h"
#include "daemon/invariant_watch.h"
#include "daemon/keys_in_flight.h"
#include "daemon/lease_clock.h"
#include "daemon/logging.h"
#include "daemon/metrics/entries.h"
#include "daemon/metrics/groups.h"
#include "daemon/metrics/registry.h"
#include "daemon/metrics/sources.h"
#include "daemon/notify.h"
#include "daemon/routes/api.h"
#include "daemon/snapshotter.h"
#include "daemon/startup.h"
#include "daemon/streams/places.h"
#include "daemon/streams/stream_thread.h"
#include "daemon/turns.h"
#include "daemon/version_waiters.h"
#include "daemon/watchdog.h"
#include "daemon/webhooks/dispatcher.h"
#include "daemon/writer_thread.h"

// The threads of the daemon, by name:
//   starting       says how far the start has come, until there is something to serve  (front.h)
//   io-0, io-1, …  run the io_context: sockets, parsing, reads, rendering of answers; carry out a
//                  command that comes alone                            (writer_thread.h)
//   writer         decides and folds commands                          (writer_thread.h)
//   log            appends groups of entries and syncs, one at a time  (writer_thread.h)
//   zeros          keeps zeros behind the end of the log              (ledger/zero_filler.h)
//   leases         ends leases                                         (lease_clock.h)
//   streams        makes the pieces of feeds and of streamed entries   (stream_thread.h)
//   webhooks       notes what is to be sent, and sends it         (webhooks/dispatcher.h)
//   snapshots      saves the projections now and then                  (snapshotter.h)
//   checkpoints    signs what the ledger says of itself                (checkpoints.h)
//   invariants     looks for what should never be                      (invariant_watch.h)
//   rocksdb:…      RocksDB's own: flushes and compactions

namespace jobledger::daemon {
namespace {

constexpr std::chrono::seconds kDrain{10};
// How long an I/O thread makes answers before it looks at what else has come: some are small, some
// are of a thousand jobs.
constexpr std::chrono::microseconds kAnswersAtOnce{500};

/// The command that ends a lease, in the name of the system.
ledger::Submission expiry_of(const LeaseClock::Lease& lease) {
  ledger::Submission submission;
  submission.envelope.actor.kind = ledger::ActorKind::system;
  submission.envelope.actor.team = lease.team;
  submission.envelope.actor.name = "lease-clock";
  submission.command = ledger::ExpireLease{lease.job, lease.lease};
  return submission;
}

std::vector<std::string> anchors_of(const config::Settings& settings) {
  std::vector<std::string> anchors = {anchor_of(settings.data_dir)};
  if (!settings.tlog.anchor.empty()) anchors.push_back(settings.tlog.anchor);
  return anchors;
}

/// Everything that serves, wired once and in the order it depends on each other.
class Daemon {
 public:
  /// What was there before the ledger was.
  struct Before {
    std::shared_ptr<http::TlsContext> tls;  ///< null if connections are not encrypted
    metrics::Registry& metrics;
    StartStatus& status;
    std::unique_ptr<Front> front;
    std::string url;  ///< where that listens
  };
  Daemon(const config::Settings& settings, Before before, Started started, Signing signing,
         WebhookFiles webhook_files)
      : settings_(settings),
        tls_(std::move(before.tls)),
        url_(std::move(before.url)),
        status_(before.status),
        started_(std::move(started)),
        webhook_key_(webhook_files.key),
        deliveries_(std::move(webhook_files.list)),
        webhooks_(*started_.state, *started_.store, webhook_key_, clock_, settings.webhooks,
                  std::move(webhook_files.outbox)),
        checkpoints_(*started_.store, *started_.state, std::move(signing.keys),
                     std::move(signing.current), anchors_of(settings)),
        writer_(*started_.store, *started_.state, std::move(started_.tree), started_.last_time,
                clock_, ids_),
        feed_places_(settings.feed.max_followers),
        streams_(*started_.state, *started_.store),
        metrics_(before.metrics),
        front_(std::move(before.front)),
        claims_(io_, *started_.state),
        versions_(io_, std::chrono::seconds(settings.limits.min_version_wait_seconds)),
        leases_([this](const LeaseClock::Lease& lease) { return expire(lease); },
                std::chrono::seconds(settings.lease.default_seconds)) {
    writer_.set_rules(config::rules_of(settings));
    started_.state->on_publish([this](std::uint64_t version) {
      versions_.publish(version);
      streams_.publish();
      webhooks_.publish();
    });
    WriterThread::Limits limits;
    limits.in_work.commands = settings.limits.queue_length;
    limits.in_work.wait = std::chrono::milliseconds(settings.limits.queue_wait_ms);
    writer_thread_ = std::make_unique<WriterThread>(
        writer_, *started_.store, limits,
        WriterThread::Hooks{[this](auto done) { deliver(std::move(done)); },
                            [this](const auto& receipts) { follow(receipts); },
                            [this](const std::string& why) { log_failed(why); },
                            [this](const std::string& why) { tell_read_only(why); },
                            [this](const auto& group) { groups_.note(group); }});
    restart_leases();
  }

  int run(const std::function<void(const std::string&)>& listening) {
    Core core{settings_,
              settings_.public_url,
              *started_.store,
              *started_.state,
              clock_,
              *writer_thread_,
              leases_,
              claims_,
              versions_,
              keys_in_flight_,
              streams_,
              feed_places_,
              metrics_,
              requests_,
              checkpoints_,
              webhook_key_,
              *deliveries_,
              webhooks_,
              [this] { return not_ready(); }};
    routes::Api api(core);
    if (core.public_url.empty()) core.public_url = url_;
    Snapshotter snapshotter(
        started_.snapshots, *started_.state, started_.snapshot_version,
        {std::chrono::seconds(settings_.snapshot.interval_seconds), settings_.snapshot.entries});
    InvariantWatch invariants(*started_.state,
                              std::chrono::seconds(settings_.invariants.interval_seconds));
    metrics::add_sources(core, {front_->server(), snapshotter, invariants});
    front_->hand_over(api);  // from here on nobody runs the io_context until all is wired
    boost::asio::signal_set signals(io_, SIGTERM, SIGINT);
    wait_for_signal(signals);
    boost::asio::signal_set reloads(io_, SIGHUP);
    wait_for_reload(reloads);
    Watchdog watchdog(io_, *writer_thread_);
    status_.over();
    if (settings_.webhooks.enabled) webhooks_.start(core.public_url);
    listening(url_);
    notify::ready("listening on " + url_);
    log::info("ready", {{"url", url_}, {"version", started_.state->version()}});
    run_io();
    writer_thread_->stop();
    streams_.stop();
    webhooks_.stop();
    log::info("stopped",
              {{"version", started_.state->version()}, {"webhooksDue", webhooks_.counts().due}});
    return failed_ ? 3 : 0;
  }

 private:
  void restart_leases() {
    for (const auto& [job, run] : started_.state->graph().runs()) {
      const auto& graph = started_.state->graph();
      leases_.start({graph.labels().team_name(graph.team_of(job)), graph.row(job).id, run.lease,
                     std::chrono::seconds(run.lease_seconds)});
      if (graph.is_stop(graph.last_change(job))) leases_.stop_asked(graph.row(job).id);
    }
  }

  /// The first signal stops; a second one does not wait for anybody.
  void wait_for_signal(boost::asio::signal_set& signals) {
    signals.async_wait([this, &signals](boost::system::error_code error, int signal) {
      if (error) return;
      log::info("stopping", {{"signal", signal}});
      if (stopping_) return io_.stop();
      stop();
      wait_for_signal(signals);
    });
  }

  void wait_for_reload(boost::asio::signal_set& reloads) {
    reloads.async_wait([this, &reloads](boost::system::error_code error, int) {
      if (error || stopping_) return;
      notify::reloading();
      reload();
      notify::ready("listening on " + url_);
      wait_for_reload(reloads);
    });
  }

  void reload() {
    if (!tls_) return log::info("nothing to reload: there is no TLS certificate");
    ledger::Status loaded = tls_->reload();
    if (!loaded) {
      log::error("the TLS certificate was not reloaded; the one before stays in use",
                 {{"why", loaded.error().message}});
    }
  }

  void run_io() {
    auto work = boost::asio::make_work_guard(io_);
    drained_ = [&work] { work.reset(); };
    std::vector<std::thread> threads;
    for (std::uint32_t i = 0; i < settings_.threads.io; ++i) {
      threads.emplace_back([this] { run_one_io_thread(); });
      pthread_setname_np(threads.back().native_handle(), ("io-" + std::to_string(i)).c_str());
    }
    for (std::thread& thread : threads) thread.join();
  }

  /// An exception that reaches here is a bug, but one request's: the others go on.
  void run_one_io_thread() {
    while (true) {
      try {
        io_.run();
        return;
      } catch (const std::exception& error) {
        log::error("a handler failed", {{"error", std::string_view(error.what())}});
      }
    }
  }

  bool expire(const LeaseClock::Lease& lease) {
    auto ended = [this, lease](Outcome outcome) {
      if (std::holds_alternative<DiskFull>(outcome)) leases_.ask_again(lease);
    };
    return writer_thread_->submit(expiry_of(lease), ended) == WriterThread::Intake::open;
  }

  /// One wake-up a group and I/O thread, not one an answer.
  void deliver(std::vector<std::function<void()>> done) {
    std::size_t parts = std::min<std::size_t>(settings_.threads.io, 1 + done.size() / 16);
    std::size_t each = (done.size() + parts - 1) / parts;
    for (std::size_t at = 0; at < done.size(); at += each) {
      std::size_t end = std::min(done.size(), at + each);
      std::vector<std::function<void()>> part(std::make_move_iterator(done.begin() + at),
                                              std::make_move_iterator(done.begin() + end));
      call_in_turns(io_, std::move(part), kAnswersAtOnce);
    }
  }

  void follow(const std::vector<ledger::Receipt>& receipts) {
    for (const ledger::Receipt& receipt : receipts) {
      if (!receipt.entry) continue;
      leases_.follow(*receipt.entry);
      claims_.follow(*receipt.entry);
      checkpoints_.follow(*receipt.entry);
      entries_.follow(*receipt.entry);
    }
  }

  void log_failed(const std::string& why) {
    log::error("the log failed: stopping, so that nothing is promised that is not kept",
               {{"why", why}});
    failed_ = true;
    boost::asio::post(io_, [this] { stop(); });
  }

  void tell_read_only(const std::string& why) {
    if (why.empty()) {
      log::info("writes are taken again", {{"version", started_.state->version()}});
    } else {
      log::warn("writes are refused until the disk has room; reads go on", {{"why", why}});
    }
  }

  std::string not_ready() const {
    if (writer_thread_->intake() == WriterThread::Intake::disk_full) {
      return "the disk is full: reads work, and writes will once there is room";
    }
    if (failed_) return "the log has failed; the daemon stops";
    return stopping_ ? "the daemon is shutting down; repeat the request later" : "";
  }

  void stop() {
    if (stopping_.exchange(true)) return;
    notify::stopping();
    claims_.stop();
    // What a client keeps open for longer than this is cut off.
    deadline_.expires_after(kDrain);
    deadline_.async_wait([this](boost::system::error_code cancelled) {
      if (!cancelled) io_.stop();
    });
    front_->server().stop([this] {
      deadline_.cancel();
      io_.stop();
    });
    drained_();
  }

  const config::Settings& settings_;
  const std::shared_ptr<http::TlsContext> tls_;
  const std::string url_;
  StartStatus& status_;
  Started started_;
  ledger::SystemClock clock_;
  const ledger::WebhookKey webhook_key_;
  const std::unique_ptr<webhooks::DeliveryList> deliveries_;
  webhooks::Dispatcher webhooks_;
  Checkpoints checkpoints_;
  ledger::RandomIds ids_;
  ledger::Writer writer_;
  // Requests and connections left in the io_context at the end hold some of these.
  KeysInFlight keys_in_flight_;
  streams::Places feed_places_;
  streams::StreamThread streams_;
  metrics::Registry& metrics_;
  metrics::Entries entries_{metrics_};
  metrics::Groups groups_{metrics_};
  metrics::Requests requests_{metrics_, routes::names_of_routes()};
  const std::unique_ptr<Front> front_;
  boost::asio::io_context& io_ = front_->io();
  boost::asio::steady_timer deadline_{io_};
  ClaimWaiters claims_;
  VersionWaiters versions_;
  std::unique_ptr<WriterThread> writer_thread_;
  LeaseClock leases_;
  std::function<void()> drained_;
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> failed_ = false;
};

}  // namespace

int serve(const config::Settings& settings,
          const std::function<void(const std::string&)>& listening) {
  auto cannot_start = [](const ledger::Failure& failure) {
    log::error("cannot start", {{"why", failure.message}});
    return 3;
  };
  std::signal(SIGHUP, SIG_IGN);   // until there is something to reload
  std::signal(SIGPIPE, SIG_IGN);  // a receiver of webhooks may hang up while it is written to
  std::shared_ptr<http::TlsContext> tls;
  if (!settings.tls.certificate.empty()) {
    auto loaded = http::TlsContext::load(
        {settings.tls.certificate, settings.tls.key, settings.tls.client_ca});
    if (!loaded) return cannot_start(loaded.error());
    tls = std::move(*loaded);
  }
  metrics::Registry registry;
  StartStatus status;
  metrics::add_start(registry, status);
  auto front = std::make_unique<Front>(settings, tls, status, registry);
  auto url = front->listen();
  if (!url) {
    log::error("cannot listen", {{"why", url.error().message}});
    return 3;
  }
  auto started = start(settings.data_dir, settings.tlog.anchor, &status);
  auto signing = started ? prepare_signing(*started, settings.tlog.origin)
                         : ledger::Result<Signing>(started.error());
  if (!signing) return cannot_start(signing.error());
  auto webhook_files = prepare_webhooks(*started);
  if (!webhook_files) return cannot_start(webhook_files.error());
  Daemon daemon(settings, {std::move(tls), registry, status, std::move(front), std::move(*url)},
                std::move(*started), std::move(*signing), std::move(*webhook_files));
  return daemon.run(listening);
}

}  // namespace jobledger::daemon
