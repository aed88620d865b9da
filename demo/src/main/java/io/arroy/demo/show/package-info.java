/** What the demo prints. */
package io.arroy.demo.show;
