/** Recall and latency of two indexes over the same data, side by side. */
package io.arroy.demo.measure;
