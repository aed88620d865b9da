/** The texts, vectors and questions of a data folder. */
package io.arroy.demo.data;
