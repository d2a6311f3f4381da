/** Curve arithmetic through libsecp256k1, hashes, HKDF and the AEAD of BOLT 8; pure functions of bytes. */
@NullMarked
package fulgurite.protocol.crypto;

import org.jspecify.annotations.NullMarked;
