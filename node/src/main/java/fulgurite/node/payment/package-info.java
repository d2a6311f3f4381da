/** The actors of payments: those that this node makes and receives, and those that pass through it. */
@NullMarked
package fulgurite.node.payment;

import org.jspecify.annotations.NullMarked;
