package fulgurite.node.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Proofs of payment are for those who pay. */
class PreimagesTest {
    private static final int TRIES = 20;
    @TempDir
    private Path home;
    private int desks;

    static Stream<RpcMethod> forReaders() {
        return RpcMethods.ALL.stream().filter(method -> method.scope() == Scope.READ);
    }

    @ParameterizedTest
    @MethodSource("forReaders")
    void a_reader_is_never_answered_one(RpcMethod method) {
        for (int seed = 0; seed < TRIES; seed++)
            assertThat(answer(method, seed, Scope.READ).findValues("preimage")).as(method.name()).isEmpty();
    }

    @Test
    void who_may_pay_sees_those_of_the_payments() {
        RpcMethod payments = RpcMethods.named("payments").orElseThrow();
        for (Scope[] scopes : List.of(new Scope[]{Scope.READ, Scope.PAY}, new Scope[]{Scope.ADMIN})) {
            int seen = 0;
            for (int seed = 0; seed < TRIES; seed++)
                seen += answer(payments, seed, scopes).findValues("preimage").size();
            assertThat(seen).isPositive();
        }
    }

    private JsonNode answer(RpcMethod method, int seed, Scope... scopes) {
        var calls = new Calls(FakeNode.desk(home.resolve("desk-" + desks++), seed));
        return calls.call(new Caller("", "somebody", List.of(scopes)), method, RpcMethodsTest.valid(method))
                .toCompletableFuture()
                .join();
    }
}
