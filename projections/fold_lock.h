#pragma once

#include <pthread.h>

namespace jobledger::projections {

/// A reader-writer lock that lets a waiting writer in before new readers. std::shared_mutex does
/// not: as long as readers overlap, its writer waits, and here the writer is the fold that every
/// command goes through. A thread must not take it for reading twice at a time.
class FoldLock {
 public:
  FoldLock() {
    pthread_rwlockattr_t attributes;
    pthread_rwlockattr_init(&attributes);
    pthread_rwlockattr_setkind_np(&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    pthread_rwlock_init(&lock_, &attributes);
    pthread_rwlockattr_destroy(&attributes);
  }
  ~FoldLock() { pthread_rwlock_destroy(&lock_); }
  FoldLock(const FoldLock&) = delete;
  FoldLock& operator=(const FoldLock&) = delete;

  // The names that std::unique_lock and std::shared_lock ask for.
  void lock() { pthread_rwlock_wrlock(&lock_); }
  void unlock() { pthread_rwlock_unlock(&lock_); }
  void lock_shared() { pthread_rwlock_rdlock(&lock_); }
  void unlock_shared() { pthread_rwlock_unlock(&lock_); }

 private:
  pthread_rwlock_t lock_;
};

}  // namespace jobledger::projections
