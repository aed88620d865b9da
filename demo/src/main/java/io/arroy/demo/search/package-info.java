/** How the demo uses Lucene: the part to copy into an application. */
package io.arroy.demo.search;
