package io.vigie.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;

/** Rules and events from one small vocabulary, so that they meet often, and by few characters. */
final class RandomRules {
  private static final List<String> FIELDS = List.of("a", "b", "c.d", "c", "l.m", "source.ip");
  private static final List<String> WORDS =
      List.of(
          "x",
          "xy",
          "role",
          "Role",
          "AssumeRole",
          "amazon",
          "amazonaws",
          "console",
          "-enc",
          "/enc",
          "46",
          "1.5",
          "true",
          "É",
          "straße",
          "STRASSE",
          "\u212Aey",
          "key",
          "mi\u017Ft",
          "mist",
          "İ",
          "ΣΑΣ",
          "σας",
          "😀",
          "a\"b",
          "a\\b",
          "tab\tx",
          "10.1.2.3",
          "fe80::1",
          "{",
          "[");
  private static final List<String> ENCODED = List.of("role", "AssumeRole", "console", "É");
  private static final List<String> ADDRESSES =
      List.of(
          "10.1.2.3",
          "10.1.2.4",
          "10.201.0.1",
          "192.168.0.1",
          "::ffff:10.1.2.3",
          "fe80::1",
          "fe80::ff",
          "2001:DB8::7",
          "010.1.2.3",
          "10.1.2",
          "ec2.amazonaws.com",
          "2026-02-01T08:15:30Z",
          "1.2.3.4.5");
  private static final List<String> NETWORKS =
      List.of(
          "10.0.0.0/8",
          "10.1.2.0/24",
          "10.128.0.0/9",
          "10.1.2.3/32",
          "0.0.0.0/0",
          "fe80::/10",
          "::/0",
          "2001:db8::/32",
          "192.168.0.0/16");
  private static final List<String> REGEXES =
      List.of(
          "role$",
          "^amazon.*s",
          "(?i)assumerole",
          "(x|y)y?",
          "ro{0,1}le",
          "[^x]ole",
          "(?:ama)+zon",
          "(amazon|console)(aws)?",
          "a.b",
          "\\d+\\.\\d",
          "k(?i)ey",
          "\\x41ssume",
          "stra(ß|ss)e",
          "con(s|S)ole|mist",
          "[]x]y",
          "ke+y",
          "(x*|role)",
          "\\Qa.b\\E",
          "a\\\\b",
          "(?P<n>role)",
          "[[:alpha:]]{3}ole",
          "key{2}|mist{1,}",
          "(?s:x.y)",
          "é",
          "");
  private static final List<String> TEXT_MODIFIERS =
      List.of(
          "",
          "",
          "",
          "|contains",
          "|contains",
          "|startswith",
          "|endswith",
          "|cased",
          "|contains|cased",
          "|startswith|cased",
          "|neq",
          "|contains|all",
          "|windash|contains",
          "|base64offset|contains",
          "|base64|contains",
          "|wide|base64offset|contains");
  private static final List<String> CONDITIONS =
      List.of(
          "s1",
          "s1 and s2",
          "s1 or s2",
          "(s1 or s2) and s3",
          "s1 or s2 or s3",
          "1 of s*",
          "2 of s*",
          "3 of s*",
          "all of them",
          "s1 and not s2",
          "not (not s1 or s2)");
  private static final List<String> ABSENCES =
      List.of(
          "not s1",
          "not s1 or s2",
          "not (s1 and (s2 or not s3))",
          "not 2 of s*",
          "s1 or not s2",
          "not all of s*");

  private final Random random;
  private final boolean absences;

  /**
   * @param absences whether there are conditions that hold where nothing is, and keywords that may
   *     be a part of a number
   */
  RandomRules(long seed, boolean absences) {
    this.random = new Random(seed);
    this.absences = absences;
  }

  String rules(int count) {
    StringBuilder file = new StringBuilder();
    for (int i = 0; i < count; i++) {
      file.append("name: r" + i + "\nlogsource: {product: any}\ndetection:\n");
      for (int s = 1; s <= 3; s++) {
        file.append("  s" + s + ": " + selection() + "\n");
      }
      boolean absence = absences && random.nextInt(4) == 0;
      file.append("  condition: " + one(absence ? ABSENCES : CONDITIONS) + "\n---\n");
    }
    return file.toString();
  }

  private String selection() {
    if (random.nextInt(8) == 0) {
      return keywords();
    }
    String first = one(FIELDS);
    String second = one(FIELDS);
    return "{"
        + item(first)
        + (random.nextInt(3) > 0 || second.equals(first) ? "" : ", " + item(second))
        + "}";
  }

  private String keywords() {
    return switch (random.nextInt(4)) {
      case 0 -> "{'|re': '" + (absences ? one(REGEXES) : "console|mist.") + "'}";
      case 1 -> "{'|all': [" + text(keyword()) + ", " + text(keyword()) + "]}";
      default -> "[" + text(keyword()) + ", " + text(keyword()) + "]";
    };
  }

  private String keyword() {
    return absences ? value() : one(List.of("xy", "Role", "amazon", "s*e", "\u212Aey", "a\\\\b"));
  }

  private String item(String field) {
    return switch (random.nextInt(16)) {
      case 0 -> absences ? field + ": null" : field + ": [role, '']";
      case 1 -> field + "|exists: " + (!absences || random.nextBoolean());
      case 2, 3 -> field + "|re" + one(List.of("", "|i", "|m", "|s")) + ": '" + one(REGEXES) + "'";
      case 4, 5 -> field + "|cidr: ['" + one(NETWORKS) + "', '" + one(NETWORKS) + "']";
      case 6 -> field + one(List.of("|gt", "|gte", "|lt", "|lte")) + ": " + random.nextInt(60);
      case 7 ->
          field
              + "|fieldref"
              + one(List.of("", "|contains", "|startswith|cased"))
              + ": "
              + one(FIELDS);
      case 8 -> field + one(List.of("|hour: 8", "|minute|gte: 10", "|month|lt: 3"));
      default -> {
        String modifiers = modifiers();
        List<String> values = new ArrayList<>();
        for (int i = 0; i <= random.nextInt(3); i++) {
          values.add(text(modifiers.contains("base64") ? one(ENCODED) : pattern()));
        }
        yield field + modifiers + ": [" + String.join(", ", values) + "]";
      }
    };
  }

  private String modifiers() {
    String modifiers = one(TEXT_MODIFIERS);
    return absences || !modifiers.equals("|neq") ? modifiers : "|endswith";
  }

  private String pattern() {
    String value = value().replace("\\", "\\\\");
    return switch (random.nextInt(8)) {
      case 0 -> value + "*" + one(WORDS);
      case 1 -> value.substring(0, value.length() / 2) + "?" + value.substring(value.length() / 2);
      case 2 -> "*";
      default -> value;
    };
  }

  private static String text(String value) {
    return TextNode.valueOf(value).toString();
  }

  private String value() {
    int words = 1 + random.nextInt(2);
    return random
        .ints(words, 0, WORDS.size())
        .mapToObj(WORDS::get)
        .map(word -> random.nextInt(3) == 0 ? word.toUpperCase(Locale.ROOT) : word)
        .collect(Collectors.joining(random.nextBoolean() ? "" : " "));
  }

  JsonNode event() {
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    put(event, "a");
    put(event, "b");
    put(event.putObject("c"), "d");
    ArrayNode list = event.putArray("l");
    for (int i = random.nextInt(3); i > 0; i--) {
      put(list.addObject(), "m");
    }
    event.putObject("client").put("address", one(ADDRESSES));
    event.put("time", "2026-03-01T08:15:30Z");
    return event;
  }

  private void put(ObjectNode object, String field) {
    switch (random.nextInt(12)) {
      case 0 -> {}
      case 1 -> object.putNull(field);
      case 2 -> object.put(field, random.nextInt(60));
      case 3 -> object.put(field, random.nextBoolean());
      case 4 -> object.put(field, random.nextInt(30) * 0.5e-9);
      case 5 -> {
        ArrayNode array = object.putArray(field);
        for (int i = random.nextInt(4); i > 0; i--) {
          if (random.nextInt(5) == 0) {
            array.addNull();
          } else {
            array.add(value());
          }
        }
      }
      case 6 -> object.putObject(field).put("x", value()).put("role", one(ADDRESSES));
      case 7 -> object.put(field, one(ADDRESSES));
      case 8 -> object.put(field, "say \"" + value() + "\"");
      case 9 ->
          object.put(
              field, "x " + "cm9sZQ== QXNzdW1lUm9sZQ== " + value() + value() + " " + value());
      default -> object.put(field, value());
    }
  }

  private <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }
}
