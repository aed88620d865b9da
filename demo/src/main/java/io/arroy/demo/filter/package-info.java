/** Filters on the fields of entries: written, explained, run by Lucene and checked without it. */
package io.arroy.demo.filter;
