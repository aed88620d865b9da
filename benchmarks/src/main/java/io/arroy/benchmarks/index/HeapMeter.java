package io.arroy.benchmarks.index;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.management.ListenerNotFoundException;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;

/**
 * How much heap a piece of work had in use at most: garbage included, which says what it would take
 * without pause, and just after collections, which says what it cannot do without.
 */
final class HeapMeter implements AutoCloseable {

  private final List<NotificationEmitter> emitters = new ArrayList<>();
  private final NotificationListener listener = (notification, handback) -> note(notification);
  private final Set<String> heapPools = new HashSet<>();
  private long peak;
  private long peakLive;

  /** Collects garbage, then starts to watch. */
  HeapMeter() {
    // What earlier work left behind is not this work's.
    System.gc();
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      if (pool.getType() == MemoryType.HEAP) {
        heapPools.add(pool.getName());
      }
    }
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      NotificationEmitter emitter = (NotificationEmitter) collector;
      emitter.addNotificationListener(listener, null, null);
      emitters.add(emitter);
    }
    sample();
  }

  private void note(javax.management.Notification notification) {
    if (!notification
        .getType()
        .equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION)) {
      return;
    }
    var collection =
        GarbageCollectionNotificationInfo.from((CompositeData) notification.getUserData())
            .getGcInfo();
    long before = used(collection.getMemoryUsageBeforeGc());
    long after = used(collection.getMemoryUsageAfterGc());
    synchronized (this) {
      peak = Math.max(peak, before);
      peakLive = Math.max(peakLive, after);
    }
  }

  private long used(Map<String, MemoryUsage> pools) {
    return pools.entrySet().stream()
        .filter(pool -> heapPools.contains(pool.getKey()))
        .mapToLong(pool -> pool.getValue().getUsed())
        .sum();
  }

  private synchronized void sample() {
    Runtime runtime = Runtime.getRuntime();
    peak = Math.max(peak, runtime.totalMemory() - runtime.freeMemory());
  }

  /** Most bytes in use at once, garbage included. */
  synchronized long peak() {
    sample();
    return peak;
  }

  /** Most bytes left by a collection; 0 if there was none. */
  synchronized long peakLive() {
    return peakLive;
  }

  @Override
  public void close() {
    for (NotificationEmitter emitter : emitters) {
      try {
        emitter.removeNotificationListener(listener);
      } catch (ListenerNotFoundException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
