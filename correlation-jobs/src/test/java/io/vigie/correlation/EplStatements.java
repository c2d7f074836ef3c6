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
          });

  private EplStatements() {}
}
