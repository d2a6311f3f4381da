package fulgurite.protocol;

/** Says how many published vectors a test has run, one line each, for the build's reader. */
public final class Vectors {
    private Vectors() {}

    /** Call after the assertions: only vectors that passed count. @param what the vectors' name in that BOLT */
    public static void report(String bolt, String what, int count) {
        System.out.println("vectors: " + bolt + " " + what + " " + count);
    }
}
