/** The shell's side of a node: find a running one, call it, show the answer. */
@NullMarked
package fulgurite.node.cli;

import org.jspecify.annotations.NullMarked;
