package io.vigie.correlation;

import java.util.List;

/** Statements for the tests of the sandbox. */
final class EplStatements {
  /** What rules need. */
  static final List<String> BENIGN =
      List.of(
          "select g from failed",
          "select f.g as g from failed as f where f.ip = '10.0.0.1'",
          "select g, count(*) as n from failed#time(5 min) group by g having count(*) >= 5",
          "select g from failed#time(300) group by g having count(distinct ip) > 3",
          "select f.g as g from failed#time(5 min) as f, ok#time(5 min) as o where f.g = o.g and f.ip != o.ip",
          "select o.g as g from ok as o unidirectional, failed#time(5 min) as f where f.g = o.g",
          "select o.g as g from ok as o unidirectional, failed#time(5 min) as f where f.g = o.g group by o.g having count(*) >= 3",
          "select o.g as g from ok#time(1 min) as o inner join failed#time(5 min) as f on f.g = o.g",
          "select a.g as g from failed#time(1 min) as a, ok#time(1 min) as b, other#time(1 min) as c where a.g = b.g and b.g = c.g",
          "select o.g as g from ok as o where exists (select * from failed#time(5 min) as f where f.g = o.g)",
          "select o.g as g from ok as o where not exists (select * from failed#time(5 min) as f where f.g = o.g and f.ip = o.ip)",
          "select o.g as g from ok as o where (select count(*) from failed#time(5 min) as f where f.g = o.g) >= 5",
          "select o.g as g from ok as o where o.ip not in (select f.ip from failed#time(10 min) as f where f.g = o.g)",
          "select a.g as g from pattern [every a=failed -> b=ok(g = a.g) where timer:within(10 min)]",
          "select a.g as g from pattern [every a=failed -> (timer:interval(10 min) and not ok(g = a.g))]",
          "select a.g as g from pattern [every a=failed -> (timer:interval(10 min) and not ok(g = a.g) and not other(g = a.g))]",
          "select a.g as g from pattern [every a=failed(bytes > 10) -> ((every b=ok(g = a.g)) where timer:within(5 min))]",
          "select a.g as g from pattern [every a=failed -> (b=ok(g=a.g) where timer:within(5 min)) -> (c=other(g=b.g, ip != a.ip) where timer:within(5 min))]",
          "select a.g as g from pattern [every a=failed -> ((b=ok(g = a.g) and c=other(g = a.g)) where timer:within(10 min))]",
          "select a.g as g from pattern [every a=failed -> ((b=ok(g = a.g) or c=other(g = a.g)) where timer:within(10 min))]",
          "select a.g as g from pattern [every a=failed -> ((b=ok(g = a.g) and not other(g = a.g)) where timer:within(10 min))]",
          "select a.g as g from pattern [every a=failed -> b=ok(g = a.g) where timer:within(5 min)]#time(5 min) group by a.g having count(*) > 2",
          "select g from failed#time(5 min) group by g having sum(bytes) > 1000000 and avg(bytes) > 10",
          "select g from failed#time(5 min) group by g having min(bytes) < 1 or max(bytes) > 5",
          "select g from failed#time(5 min) group by g having stddev(bytes) > 3 * avg(bytes)",
          "select g from failed#time(5 min) group by g having median(bytes) between 3 and 5",
          "select g, ip from failed#time(5 min) group by g, ip having count(*) >= 5",
          "select g from failed#unique(g, ip)#time(5 min) group by g having count(*) >= 5",
          "select g, case when bytes > 10 then 'big' when bytes > 5 then 'middle' else 'small' end as size from failed",
          "select g, case ip when 'a' then 1 else 2 end as kind from failed",
          "select g, coalesce(ip, 'none') as ip from failed where ip is not null and bytes is null",
          "select g, ip || ':' || id as label from failed where ip in ('a', 'b', \"it's\")",
          "select g from failed(matches(ip, '^10\\.[0-9]+')) where not matches(id, 'x{3}')",
          "select g from failed(ip = 'a' or ip = 'b', bytes > 1)",
          "select g, (bytes * 2 + 1) / 3 - 4 as x from failed where bytes % 7 = 1",
          "select g from failed where ip not in ('a') and bytes not between 1 and 2",
          "/* the reason */ select g from failed // for it",
          "select g from failed#time(1 min 30 sec) group by g having count(*) > 1");

  /** Code and statement; {@code @} is the canary file. */
  static final List<String[]> REFUSED =
      List.of(
          new String[] {"NEW", "select g, new java.io.FileWriter('@') as x from failed"},
          new String[] {"CALL", "select g, Runtime.getRuntime().exec('touch @') as x from failed"},
          new String[] {
            "CALL", "select g, java.lang.Runtime.getRuntime().exec('touch @') as x from failed"
          },
          new String[] {
            "CALL", "select g, ip.getClass().forName('java.lang.Runtime') as x from failed"
          },
          new String[] {"NOT_A_COLUMN", "select g, ip.class.name as x from failed"},
          new String[] {"NOT_A_COLUMN", "select g, g.bytes as x from failed"},
          new String[] {"CALL", "select g, Thread.sleep(1) as x from failed"},
          new String[] {"CREATE", "create schema S as java.io.File"},
          new String[] {"SYNTAX", "select g from failed; select g from ok"},
          new String[] {"REGEXP", "select g from failed where ip regexp '(a+)+$'"},
          new String[] {"LIKE", "select g from failed where ip like '%a%'"},
          new String[] {"INSERT_INTO", "insert into X select g from failed"},
          new String[] {"ANNOTATION", "@Priority(1) select g from failed"},
          new String[] {
            "UNKEYED_JOIN", "select f.g as g from failed#time(5 min) as f, ok#time(5 min) as o"
          },
          new String[] {"NO_WINDOW", "select f.g as g from failed as f, ok as o where f.g = o.g"},
          new String[] {
            "PATTERN_UNBOUNDED", "select a.g as g from pattern [every a=failed -> b=ok(g=a.g)]"
          },
          new String[] {
            "PATTERN_START",
            "select a.g as g from pattern [every (a=failed -> b=ok(g=a.g) where timer:within(5 min))]"
          },
          new String[] {"CREATE", "create window W#keepall as select * from failed"},
          new String[] {"CREATE", "create table T (g string primary key)"},
          new String[] {"CREATE", "create variable int v = 0"},
          new String[] {"CREATE", "create context C partition by g from failed"},
          new String[] {"CREATE", "create expression e {x => x.ip}"},
          new String[] {"CREATE", "create index I on W(g)"},
          new String[] {"CREATE", "create dataflow D Emitter -> outstream<failed> {}"},
          new String[] {"CREATE", "create inlined_class \"\"\" public class A {} \"\"\""},
          new String[] {
            "INLINED_CLASS",
            "inlined_class \"\"\" public class A { static { try { new java.io.FileWriter(\"@\"); } catch (Exception e) {} } public static int x() { return 1; } } \"\"\" select g, A.x() as x from failed"
          },
          new String[] {
            "SCRIPT",
            "expression int js:f(x) [ new java.io.FileWriter('@') ] select g, f(1) as x from failed"
          },
          new String[] {
            "DECLARATION",
            "expression f {x => new java.io.FileWriter('@')} select g, f(a) as x from failed as a"
          },
          new String[] {"INSERT_INTO", "insert into failed select * from failed"},
          new String[] {
            "INSERT_INTO", "into table T select count(*) as c from failed#time(5 min) group by g"
          },
          new String[] {"ON", "on failed select * from ok"},
          new String[] {"ON", "on failed as f delete from ok as o where o.g = f.g"},
          new String[] {"ON", "on failed merge ok when matched then delete"},
          new String[] {"ON", "on failed set v = 1"},
          new String[] {"UPDATE", "update istream failed set ip = 'x'"},
          new String[] {"CONTEXT", "context C select g from failed"},
          new String[] {"OUTPUT", "select g from failed output every 5 seconds"},
          new String[] {"OUTPUT", "select g from failed output at (*, *, *, *, *)"},
          new String[] {"ORDER", "select g from failed order by ip"},
          new String[] {"ORDER", "select g from failed limit 5"},
          new String[] {"FOR", "select g from failed for discrete_delivery"},
          new String[] {
            "MATCH_RECOGNIZE",
            "select * from failed match_recognize (measures A.g as g pattern (A B) define B as B.g = A.g)"
          },
          new String[] {
            "SQL", "select f.g as g from failed#time(1 min) as f, sql:db ['select 1'] as s"
          },
          new String[] {
            "SQL",
            "select s.g as g from sql:db ['select 1'] as s,"
                + " method:java.lang.Runtime.getRuntime() as m"
          },
          new String[] {
            "METHOD_STREAM",
            "select f.g as g from failed#time(1 min) as f, method:java.lang.Runtime.getRuntime() as s"
          },
          new String[] {"CONTAINED", "select g from failed[id]"},
          new String[] {"CAST", "select g, cast(id, java.io.File) as x from failed"},
          new String[] {"TYPE_TEST", "select g from failed where instanceof(id, java.lang.String)"},
          new String[] {"TYPE_TEST", "select g, typeof(id) as x from failed"},
          new String[] {"TYPE_TEST", "select g from failed where exists(id)"},
          new String[] {"CLOCK", "select g, current_timestamp as x from failed"},
          new String[] {"CONTEXT", "select g, current_evaluation_context() as x from failed"},
          new String[] {"OTHER_ROWS", "select g, prev(1, ip) as x from failed#time(5 min)"},
          new String[] {"OTHER_ROWS", "select g, prior(1, ip) as x from failed"},
          new String[] {
            "OTHER_ROWS", "select g, first(ip) as x from failed#time(5 min) group by g"
          },
          new String[] {"OTHER_ROWS", "select g, last(ip) as x from failed#time(5 min) group by g"},
          new String[] {
            "OTHER_ROWS", "select g, window(ip) as x from failed#time(5 min) group by g"
          },
          new String[] {
            "ALL_HISTORY", "select g, firstever(ip) as x from failed#time(5 min) group by g"
          },
          new String[] {
            "ALL_HISTORY", "select g, maxever(bytes) as x from failed#time(5 min) group by g"
          },
          new String[] {"PARAMETER", "select g from failed where ip = ?"},
          new String[] {"CALL", "select g, id.substring(1) as x from failed"},
          new String[] {"CALL", "select g, matches(id, 'a').toString() as x from failed"},
          new String[] {"MATCHES", "select g from failed where matches(id, ip)"},
          new String[] {"MATCHES", "select g from failed where matches(id)"},
          new String[] {"BAD_REGEX", "select g from failed where matches(id, '(?=a)')"},
          new String[] {
            "REGEX_TOO_LARGE", "select g from failed where matches(id, '((a{100}){100}){100}')"
          },
          new String[] {"SELECT_ALL", "select * from failed"},
          new String[] {"NO_GROUP", "select ip from failed"},
          new String[] {"NO_GROUP", "select ip as g from failed"},
          new String[] {"RSTREAM", "select rstream g from failed#time(5 min)"},
          new String[] {"RSTREAM", "select irstream g from failed#time(5 min)"},
          new String[] {"DISTINCT", "select distinct g from failed"},
          new String[] {"NOT_BY_GROUP", "select g, count(*) as n from failed#time(5 min)"},
          new String[] {
            "NOT_BY_GROUP", "select g, count(*) as n from failed#time(5 min) group by ip"
          },
          new String[] {"NO_WINDOW", "select g, count(*) as n from failed group by g"},
          new String[] {
            "ROLLUP", "select g, count(*) as n from failed#time(5 min) group by rollup(g, ip)"
          },
          new String[] {"WINDOW", "select g from failed#keepall"},
          new String[] {"WINDOW", "select g from failed#length(5)"},
          new String[] {"WINDOW", "select g from failed#time_batch(5 min)"},
          new String[] {"WINDOW", "select g from failed#firstunique(g)#time(5 min)"},
          new String[] {"WINDOW", "select g from failed#ext_timed(t, 5 min)"},
          new String[] {"WINDOW", "select g from failed#expr(true)"},
          new String[] {"WINDOW", "select g from failed#rank(ip, 3, bytes)"},
          new String[] {"UNIQUE_MIXES", "select g from failed#unique(ip)#time(5 min)"},
          new String[] {"NO_WINDOW", "select g from failed#unique(g)"},
          new String[] {"UNION", "select g from failed#unique(g)#time(5 min) retain-union"},
          new String[] {"TIME_TOO_LONG", "select g from failed#time(11 min)"},
          new String[] {"TIME_TOO_LONG", "select g from failed#time(30 days)"},
          new String[] {"TIME_TOO_LONG", "select g from failed#time(0)"},
          new String[] {"TIME_NOT_CONSTANT", "select g from failed#time(1 month)"},
          new String[] {"TIME_NOT_CONSTANT", "select g from failed#time(2 * 60)"},
          new String[] {"UNKNOWN_STREAM", "select g from Row"},
          new String[] {"UNKNOWN_STREAM", "select g from java.lang.Object"},
          new String[] {"NOT_A_COLUMN", "select g, secret as x from failed"},
          new String[] {"NOT_A_COLUMN", "select g, id[0] as x from failed"},
          new String[] {"NOT_A_COLUMN", "select g, `id` as x from failed"},
          new String[] {"SAME_NAME", "select ip.g as g from failed as ip"},
          new String[] {
            "SAME_NAME",
            "select f.g as g from failed as f where exists (select * from ok#time(5 min) as f where f.g = f.g)"
          },
          new String[] {
            "UNKEYED_JOIN",
            "select f.g as g from failed#time(5 min) as f, ok#time(5 min) as o where f.ip = o.ip"
          },
          new String[] {
            "UNKEYED_JOIN",
            "select f.g as g from failed#time(5 min) as f, ok#time(5 min) as o where f.g = o.g or f.ip = o.ip"
          },
          new String[] {
            "UNKEYED_JOIN",
            "select f.g as g from failed#time(5 min) as f, ok#time(5 min) as o, other#time(5 min) as c where f.g = o.g"
          },
          new String[] {
            "JOIN_TOO_WIDE",
            "select a.g as g from failed#time(1) as a, ok#time(1) as b, other#time(1) as c, ok#time(1) as d where a.g = b.g and b.g = c.g and c.g = d.g"
          },
          new String[] {
            "OUTER_JOIN",
            "select f.g as g from failed#time(5 min) as f left outer join ok#time(5 min) as o on f.g = o.g"
          },
          new String[] {
            "UNKEYED_SUBQUERY",
            "select f.g as g from failed as f where exists (select * from ok#time(5 min) as o where o.ip = f.ip)"
          },
          new String[] {
            "NO_WINDOW",
            "select f.g as g from failed as f where exists (select * from ok as o where o.g = f.g)"
          },
          new String[] {
            "TIME_TOO_LONG",
            "select f.g as g from failed as f where exists (select * from ok#time(1 day) as o where o.g = f.g)"
          },
          new String[] {
            "QUANTIFIED",
            "select f.g as g from failed as f where f.bytes > all (select o.bytes from ok#time(5 min) as o where o.g = f.g)"
          },
          new String[] {
            "SUBQUERY_IN_FILTER",
            "select g from failed(ip in (select o.ip from ok#time(5 min) as o where o.g = g))"
          },
          new String[] {"REMAINDER", "select g, bytes % 0 as x from failed"},
          new String[] {"REMAINDER", "select g, bytes % t as x from failed"},
          new String[] {"NOT_ALLOWED", "select g, bytes & 1 as x from failed"},
          new String[] {"PATTERN_START", "select a.g as g from pattern [a=failed]"},
          new String[] {
            "PATTERN_START",
            "select a.g as g from pattern [every timer:interval(5 min) -> a=failed]"
          },
          new String[] {
            "PATTERN_START",
            "select a.g as g from pattern [every timer:at(*, *, *, *, *) -> a=failed]"
          },
          new String[] {
            "PATTERN_START",
            "select a.g as g from pattern [(every a=failed -> b=ok(g=a.g)) where timer:within(5 min)]"
          },
          new String[] {
            "REPEAT",
            "select a.g as g from pattern [every a=failed -> [5] b=ok(g=a.g) where timer:within(5 min)]"
          },
          new String[] {"REPEAT", "select a[0].g as g from pattern [every [5] a=failed -> b=ok]"},
          new String[] {
            "EVERY_DISTINCT", "select a.g as g from pattern [every-distinct(a.g) a=failed]"
          },
          new String[] {
            "EVERY_PART",
            "select a.g as g from pattern [every a=failed -> ((every (b=ok(g=a.g) -> c=other(g=a.g))) where timer:within(5 min))]"
          },
          new String[] {
            "GUARD",
            "select a.g as g from pattern [every a=failed -> b=ok(g=a.g) where timer:withinmax(5 min, 3)]"
          },
          new String[] {
            "GUARD",
            "select a.g as g from pattern [every a=failed -> (b=ok(g=a.g) while (b.bytes > 1))]"
          },
          new String[] {
            "OBSERVER", "select a.g as g from pattern [every a=failed -> timer:at(*, *, *, *, *)]"
          },
          new String[] {
            "OBSERVER",
            "select a.g as g from pattern [every a=failed -> timer:schedule(iso: 'R/2026-01-01T00:00:00Z/PT1M')]"
          },
          new String[] {
            "UNKEYED_STEP",
            "select a.g as g from pattern [every a=failed -> b=ok where timer:within(5 min)]"
          },
          new String[] {
            "UNKEYED_STEP",
            "select a.g as g from pattern [every a=failed -> b=ok(g=a.g or ip='x') where timer:within(5 min)]"
          },
          new String[] {
            "UNKEYED_STEP",
            "select a.g as g from pattern [every a=failed -> (timer:interval(5 min) and not ok)]"
          },
          new String[] {
            "NOT_ALONE", "select a.g as g from pattern [every a=failed -> not b=ok(g=a.g)]"
          },
          new String[] {
            "TIME_TOO_LONG",
            "select a.g as g from pattern [every a=failed -> b=ok(g=a.g) where timer:within(1 hour)]"
          },
          new String[] {
            "TIME_TOO_LONG",
            "select a.g as g from pattern [every a=failed -> (b=ok(g=a.g) where timer:within(6 min)) -> (c=other(g=a.g) where timer:within(6 min))]"
          },
          new String[] {
            "TIME_TOO_LONG",
            "select a.g as g from pattern [every a=failed -> b=ok(g=a.g) where timer:within(6 min)]#time(5 min)"
          },
          new String[] {
            "FOLLOWED_BY_MAX",
            "select a.g as g from pattern [every a=failed -[10]> b=ok(g=a.g) where timer:within(5 min)]"
          },
          new String[] {
            "CONSUME",
            "select a.g as g from pattern [every a=failed@consume -> b=ok(g=a.g) where timer:within(5 min)]"
          },
          new String[] {
            "PATTERN_OPTION",
            "select a.g as g from pattern @SuppressOverlappingMatches [every a=failed -> b=ok(g=a.g) where timer:within(5 min)]"
          },
          new String[] {
            "PATTERN_IN_JOIN",
            "select a.g as g from pattern [every a=failed]#time(5 min), ok#time(5 min) as o where a.g = o.g"
          },
          new String[] {
            "NO_GROUP",
            "select b.g as g from pattern [every a=failed -> ((b=ok(g=a.g) or c=other(g=a.g)) where timer:within(5 min))]"
          },
          new String[] {
            "FUNCTION", "select g, count(*, group_by: ip) as n from failed#time(5 min) group by g"
          },
          new String[] {"SYNTAX", "select"},
          new String[] {"SYNTAX", "drop everything"});

  /** Statements with one place, {@code ~}, where an expression stands. */
  static final List<String> PLACES =
      List.of(
          "select g from failed where ~ = 'x'",
          "select g from failed(~ = 'x')",
          "select g, ~ as x from failed",
          "select g, count(~) as n from failed#time(5 min) group by g",
          "select g, sum(case when ip = 'a' then ~ else 1 end) as n from failed#time(5 min) group by g",
          "select g from failed#time(5 min) group by g having max(bytes) > 1 and ~ = 'x'",
          "select g from failed#time(5 min) group by g, ~ having count(*) > 1",
          "select g from failed where ip in ('a', ~)",
          "select g from failed where bytes between 1 and ~",
          "select g from failed where not (ip = 'a' or ~ = 'b')",
          "select g, coalesce(ip, ~) as x from failed",
          "select g, ip || ~ as x from failed",
          "select g, bytes + ~ as x from failed",
          "select g, case when ~ is null then 1 else 2 end as x from failed",
          "select g, case ~ when 'a' then 1 else 2 end as x from failed",
          "select g from failed where matches(~, 'a')",
          "select g from failed where matches(ip, ~)",
          "select g from failed#time(~)",
          "select g from failed#time(~ sec)",
          "select g from failed#unique(g, ~)#time(5 min)",
          "select o.g as g from ok as o where exists (select * from failed#time(5 min) as f where f.g = o.g and ~ = 'x')",
          "select o.g as g from ok as o where exists (select ~ from failed#time(5 min) as f where f.g = o.g)",
          "select o.g as g from ok as o where exists (select * from failed(~ = 'x')#time(5 min) as f where f.g = o.g)",
          "select o.g as g from ok as o where ~ in (select f.ip from failed#time(5 min) as f where f.g = o.g)",
          "select o.g as g from ok as o where (select count(*) from failed#time(5 min) as f where f.g = o.g having ~ = 'x') > 1",
          "select o.g as g from ok#time(1 min) as o, failed#time(5 min) as f where f.g = o.g and ~ = 'x'",
          "select a.g as g from pattern [every a=failed(~ = 'x')]",
          "select a.g as g from pattern [every a=failed -> b=ok(g = a.g, ~ = 'x') where timer:within(5 min)]",
          "select a.g as g from pattern [every a=failed -> b=ok(g = a.g) where timer:within(~)]",
          "select a.g as g from pattern [every a=failed -> (timer:interval(~) and not ok(g = a.g))]",
          "select a.g as g from pattern [every a=failed -> (timer:interval(5 min) and not ok(g = a.g and ~ = 'x'))]");

  /** Expressions that would reach the host; {@code @} is the canary file. */
  static final List<String> HOSTILE =
      List.of(
          "new java.io.FileWriter('@')",
          "java.lang.Runtime.getRuntime().exec('touch @')",
          "Runtime.getRuntime().exec('touch @')",
          "id.getClass().forName('java.lang.Runtime')",
          "id.class.name");

  private EplStatements() {}
}
