/** Where the parts of a node that are measured write, and whoever serves the figures reads. */
@NullMarked
package fulgurite.node.meter;

import org.jspecify.annotations.NullMarked;
