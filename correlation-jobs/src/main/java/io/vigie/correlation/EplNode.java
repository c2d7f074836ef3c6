package io.vigie.correlation;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A statement's object model as plain data. It is read from the beans with no knowledge of their
 * classes: whatever a bean shows is here, so that nothing can hide from whoever looks at it.
 *
 * @param type simple name of the bean's class; a value that is neither bean, text, number, flag nor
 *     list has its full class name
 * @param properties what the bean's getters give, without what is null, false, or an empty list; a
 *     value is a node, a list, a text, a number, a flag or an enum constant's name
 */
record EplNode(String type, Map<String, Object> properties) {
  private static final String BEANS = "com.espertech.esper.common.client.soda.";

  /** Beans are trees; one that is deeper than this is not read on, but shown as unknown. */
  private static final int MAX_DEPTH = 200;

  static EplNode of(Object bean) {
    return node(bean, 0);
  }

  private static EplNode node(Object bean, int depth) {
    Map<String, Object> properties = new TreeMap<>();
    for (Method getter : bean.getClass().getMethods()) {
      String name = property(getter);
      if (!name.isEmpty()) {
        Object value = value(call(getter, bean), depth + 1);
        if (!isNothing(value)) {
          properties.put(name, value);
        }
      }
    }
    return new EplNode(bean.getClass().getSimpleName(), properties);
  }

  /** The property that a method shows; empty where it is no getter. */
  static String property(Method method) {
    if (method.getParameterCount() > 0
        || Modifier.isStatic(method.getModifiers())
        || method.getDeclaringClass() == Object.class
        || method.getName().equals("getPrecedence")) {
      return "";
    }
    for (String prefix : List.of("get", "is")) {
      String rest =
          method.getName().substring(Math.min(prefix.length(), method.getName().length()));
      if (method.getName().startsWith(prefix) && !rest.isEmpty()) {
        return rest.substring(0, 1).toLowerCase(Locale.ROOT) + rest.substring(1);
      }
    }
    return "";
  }

  private static Object call(Method getter, Object bean) {
    try {
      Object value = getter.invoke(bean);
      return value == null ? false : value;
    } catch (IllegalAccessException | InvocationTargetException e) {
      return new Object();
    }
  }

  private static Object value(Object value, int depth) {
    if (value instanceof Enum<?> constant) {
      return constant.name();
    }
    if (value instanceof String || value instanceof Number || value instanceof Boolean) {
      return value;
    }
    if (depth > MAX_DEPTH) {
      return new EplNode("too deep", Map.of());
    }
    if (value instanceof Object[] array) {
      return value(Arrays.asList(array), depth);
    }
    if (value instanceof Collection<?> collection) {
      List<Object> items = new ArrayList<>();
      for (Object item : collection) {
        items.add(value(item == null ? false : item, depth + 1));
      }
      return items;
    }
    return value.getClass().getName().startsWith(BEANS)
        ? node(value, depth)
        : new EplNode(value.getClass().getName(), Map.of());
  }

  private static boolean isNothing(Object value) {
    return value.equals(false)
        || (value instanceof List<?> list && list.stream().allMatch(EplNode::isNothing));
  }

  boolean is(String... types) {
    return Arrays.asList(types).contains(type);
  }

  boolean flag(String property) {
    return Boolean.TRUE.equals(properties.get(property));
  }

  /** Empty where there is none. */
  String text(String property) {
    return properties.get(property) instanceof String text ? text : "";
  }

  Optional<EplNode> child(String property) {
    return properties.get(property) instanceof EplNode node ? Optional.of(node) : Optional.empty();
  }

  List<EplNode> list(String property) {
    return properties.get(property) instanceof List<?> list ? nodes(list) : List.of();
  }

  private static List<EplNode> nodes(List<?> list) {
    return list.stream().filter(EplNode.class::isInstance).map(EplNode.class::cast).toList();
  }

  List<EplNode> children() {
    return list("children");
  }

  /** Every node directly below, whatever the property. */
  List<EplNode> below() {
    List<EplNode> below = new ArrayList<>();
    properties.values().forEach(value -> addNodes(value, below));
    return below;
  }

  private static void addNodes(Object value, List<EplNode> to) {
    if (value instanceof EplNode node) {
      to.add(node);
    } else if (value instanceof List<?> list) {
      list.forEach(item -> addNodes(item, to));
    }
  }
}
