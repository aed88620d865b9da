package io.arroy.forest.tree;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Independent random sequences for the parts of a build, so that no part waits for another. */
final class Seeds {
  private Seeds() {}

  /** The generator of one part: depends on nothing but the arguments. */
  static RandomGenerator generator(long seed, long part) {
    return new SplittableRandom(mix(seed ^ mix(part + 0x9E3779B97F4A7C15L)));
  }

  /** The seed of a part's own part. */
  static long derive(long seed, long part) {
    return mix(seed + 0x9E3779B97F4A7C15L * (part + 1));
  }

  /** The finalizer of MurmurHash3's 64-bit form (Appleby). */
  private static long mix(long x) {
    long z = (x ^ (x >>> 33)) * 0xFF51AFD7ED558CCDL;
    z = (z ^ (z >>> 33)) * 0xC4CEB9FE1A85EC53L;
    return z ^ (z >>> 33);
  }
}
