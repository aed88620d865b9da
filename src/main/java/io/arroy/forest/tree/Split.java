package io.arroy.forest.tree;

import io.arroy.forest.distance.FloatKernels;

/**
 * A hyperplane that sends points to one of two sides.
 *
 * @param normal at right angles to the plane, one value per coordinate
 * @param bias the plane's distance from the origin times the normal's length
 */
record Split(float[] normal, float bias) {
  /** The plane of points equally far from both means. */
  static Split between(float[] left, float[] right) {
    int dimension = left.length;
    float[] normal = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      normal[i] = right[i] - left[i];
    }
    double bias = 0;
    for (int i = 0; i < dimension; i++) {
      bias += normal[i] * (0.5 * right[i] + 0.5 * left[i]);
    }
    return new Split(normal, (float) bias);
  }

  /** How far on the right side a point is; negative on the left. */
  float margin(float[] points, int at) {
    return FloatKernels.BEST.dot(points, at, normal, 0, normal.length) - bias;
  }
}
