package fulgurite.simulator.onchain;

/** Which of the peer's commitments that are valid while its revoke_and_ack is missing. */
enum Theirs {
    CURRENT, NEXT
}
