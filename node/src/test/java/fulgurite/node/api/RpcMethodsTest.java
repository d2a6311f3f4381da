package fulgurite.node.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the table of calls says of each call is how the call behaves. */
class RpcMethodsTest {
    @TempDir
    private Path home;
    private int desks;

    static List<RpcMethod> methods() {
        return RpcMethods.ALL;
    }

    static Stream<RpcMethod> methodsThatNeedSomething() {
        return methods().stream().filter(method -> method.params().stream().anyMatch(Param::required));
    }

    @Test
    void every_call_has_a_name_and_a_place_of_its_own() {
        assertThat(methods()).extracting(RpcMethod::name).doesNotHaveDuplicates();
        assertThat(methods()).extracting(RpcMethod::rest).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("methods")
    void what_the_path_carries_is_needed(RpcMethod method) {
        assertThat(method.params().stream().filter(Param::required).map(Param::name))
                .containsAll(method.rest().inPath());
    }

    @ParameterizedTest
    @MethodSource("methods")
    void what_changes_something_is_no_get_and_needs_more_than_the_right_to_read(RpcMethod method) {
        if (method.rest().verb() == Rest.Verb.GET)
            assertThat(method.scope()).isIn(Scope.READ, Scope.ADMIN);
        else
            assertThat(method.scope()).isNotEqualTo(Scope.READ);
    }

    @ParameterizedTest
    @MethodSource("methodsThatNeedSomething")
    void what_is_needed_is_missed(RpcMethod method) {
        for (Param needed : method.params()) {
            if (!needed.required()) continue;
            ObjectNode given = valid(method);
            given.remove(needed.name());
            assertThatThrownBy(() -> call(method, given)).as("%s without %s", method.name(), needed.name())
                    .isInstanceOf(RpcException.class)
                    .hasMessageContaining("'" + needed.name() + "' is missing");
        }
    }

    @ParameterizedTest
    @MethodSource("methods")
    void what_is_optional_can_be_left_out_and_what_is_valid_is_accepted(RpcMethod method) {
        if (method.name().equals("stop")) return;
        call(method, valid(method));
        ObjectNode least = valid(method);
        for (Param param : method.params()) if (!param.required()) least.remove(param.name());
        call(method, least);
    }

    @ParameterizedTest
    @MethodSource("methods")
    void a_value_of_another_kind_is_refused(RpcMethod method) {
        for (Param param : method.params()) {
            ObjectNode given = valid(method);
            if (param.kind() == Param.Kind.TEXT) given.put(param.name(), 5);
            else given.set(param.name(), TextNode.valueOf("nonsense"));
            assertThatThrownBy(() -> call(method, given)).as("%s of %s", param.name(), method.name())
                    .isInstanceOf(RpcException.class)
                    .hasMessageContaining("'" + param.name() + "' must be");
        }
    }

    @Test
    void of_destinations_there_are_a_hundred_at_most() {
        RpcMethod routes = RpcMethods.named("routes").orElseThrow();
        ObjectNode given = valid(routes);
        given.put("destination", String.join(",", Collections.nCopies(100, "02" + "11".repeat(32))));
        call(routes, given);
        given.put("destination", String.join(",", Collections.nCopies(101, "02" + "11".repeat(32))));
        assertThatThrownBy(() -> call(routes, given)).isInstanceOf(RpcException.class)
                .hasMessageContaining("'destination' must be 1 to 100 node ids, got 101");
        given.put("destination", "02" + "11".repeat(32) + ",");
        assertThatThrownBy(() -> call(routes, given)).isInstanceOf(RpcException.class)
                .hasMessageContaining("divided by commas");
    }

    private void call(RpcMethod method, ObjectNode given) {
        method.call().apply(FakeNode.desk(home.resolve("desk-" + desks++), 1), Params.of(method.names(), given));
    }

    /** Parameters that are taken. */
    static ObjectNode valid(RpcMethod method) {
        ObjectNode given = JsonNodeFactory.instance.objectNode();
        for (Param param : method.params()) switch (param.kind()) {
            case TEXT -> given.put(param.name(), switch (param.name()) {
                case "peer" -> "02" + "11".repeat(32);
                case "scopes" -> "read,pay";
                case "type" -> "p2tr";
                case "blinded_paths" -> "a000";
                case "name" -> method.name().equals("revoketoken") ? "read" : "text";
                default -> "text";
            });
            case FLAG -> given.put(param.name(), true);
            case NUMBER, SAT, MSAT -> given.put(param.name(), 1000);
            case NODE_IDS -> given.put(param.name(), "02" + "11".repeat(32) + ",03" + "22".repeat(32));
            case NODE_ID -> given.put(param.name(), "02" + "11".repeat(32));
            case CHANNEL_ID, PAYMENT_HASH -> given.put(param.name(), "11".repeat(32));
        }
        return given;
    }
}
