package dev.squall.server.problem;

import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.inject.Singleton;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Which verbs a path has, for the Allow header of an answer to any other verb. */
@Singleton
final class Verbs {

    private static final Pattern VARIABLE =
            Pattern.compile("\\{[^:}]+(?::((?:[^{}]|\\{[^}]*})+))?}");

    private record Call(Pattern path, String verb) {}

    private final List<Call> calls = new ArrayList<>();

    Verbs(BeanManager beans) {
        beans.getBeans(Object.class, Any.Literal.INSTANCE).stream()
                .map(bean -> bean.getBeanClass())
                .filter(type -> type.isAnnotationPresent(Path.class))
                .distinct()
                .forEach(this::add);
    }

    private void add(Class<?> resource) {
        var root = resource.getAnnotation(Path.class).value();
        for (var method : resource.getMethods()) {
            var path = method.getAnnotation(Path.class);
            var pattern = pattern(path == null ? root : root + path.value());
            verbs(method).forEach(verb -> calls.add(new Call(pattern, verb)));
        }
    }

    private static List<String> verbs(Method method) {
        return Arrays.stream(method.getAnnotations())
                .map(a -> a.annotationType().getAnnotation(HttpMethod.class))
                .filter(verb -> verb != null)
                .map(HttpMethod::value)
                .toList();
    }

    private static Pattern pattern(String template) {
        var match = VARIABLE.matcher(template);
        var regex = new StringBuilder();
        int from = 0;
        while (match.find()) {
            regex.append(Pattern.quote(template.substring(from, match.start())));
            regex.append(match.group(1) == null ? "[^/]+" : "(?:" + match.group(1) + ")");
            from = match.end();
        }
        return Pattern.compile(regex.append(Pattern.quote(template.substring(from))).toString());
    }

    /** The verbs of a path, as the header has them; empty when nothing is served there. */
    String allowed(String path) {
        var verbs =
                calls.stream()
                        .filter(call -> call.path.matcher(path).matches())
                        .map(Call::verb)
                        .collect(Collectors.toCollection(TreeSet::new));
        if (verbs.isEmpty()) {
            return "";
        }
        if (verbs.contains("GET")) {
            verbs.add("HEAD");
        }
        verbs.add("OPTIONS");
        return String.join(", ", verbs);
    }
}
