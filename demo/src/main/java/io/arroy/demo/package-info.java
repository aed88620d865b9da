/** A reverse dictionary: filtered hybrid search with the forest codec, in a terminal. */
package io.arroy.demo;
