package io.vigie.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vigie.ingest.LogSources;
import io.vigie.yaml.Problem;
import io.vigie.yaml.Problem.Severity;
import io.vigie.yaml.Problems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** SigmaHQ's rules run as they are; those about log sources that nobody has rest with a note. */
final class SigmaHqTest {
  private static final Path CORPUS =
      Path.of(Optional.ofNullable(System.getenv("VIGIE_CORPUS")).orElse("../../shared/corpus"));

  /**
   * A rule in the manner of one of SigmaHQ's folders.
   *
   * @param served whether a log source of ours is meant
   * @param matching an event that it finds
   * @param other one that it does not
   */
  private record Style(
      String logSource, boolean served, String detection, String matching, String other) {}

  private static final List<Style> STYLES =
      List.of(
          new Style(
              "{category: process_creation, product: windows}",
              false,
              """
              selection_img:
                - Image|endswith: '\\certutil.exe'
                - OriginalFileName: 'CertUtil.exe'
              selection_flags:
                CommandLine|contains|windash:
                  - '-urlcache '
                  - '-verifyctl '
              selection_http:
                CommandLine|contains|all:
                  - 'http'
                  - '://'
              filter_main_null:
                ParentImage: null
              filter_optional_tool:
                ParentImage|startswith:
                  - 'C:\\Program Files\\Tool\\'
                  - 'C:\\Program Files (x86)\\Tool\\'
                ParentCommandLine: ''
              condition: all of selection_* and not 1 of filter_main_* and not 1 of filter_optional_*
              """,
              "{\"Image\":\"C:\\\\Windows\\\\CertUtil.exe\",\"ParentImage\":\"C:\\\\x.exe\","
                  + "\"CommandLine\":\"certutil /urlcache -f http://x\"}",
              "{\"Image\":\"C:\\\\Windows\\\\CertUtil.exe\",\"CommandLine\":\"certutil /urlcache"
                  + " -f http://x\"}"),
          new Style(
              "{category: ps_script, product: windows, definition: 'Script Block Logging is on'}",
              false,
              """
              selection:
                ScriptBlockText|re: '\\w+`(\\w+|-|.)`[\\w+|\\s]'
              filter:
                ScriptBlockText|contains: 'it will return true or false instead'
              condition: selection and not filter
              """,
              "{\"ScriptBlockText\":\"in`vo`ke x\"}",
              "{\"ScriptBlockText\":\"invoke x\"}"),
          new Style(
              "{category: registry_set, product: windows}",
              false,
              """
              selection:
                TargetObject|contains: '\\CurrentVersion\\Run\\'
                Details|contains:
                  - 'powershell'
                  - '%%TEMP%%'
                Details|wide|base64offset|contains: 'IEX'
              condition: selection
              """,
              "{\"TargetObject\":\"HKLM\\\\CurrentVersion\\\\Run\\\\x\",\"Details\":\"powershell -enc"
                  + " SQBFAFgA\"}",
              "{\"TargetObject\":\"HKLM\\\\CurrentVersion\\\\Run\\\\x\",\"Details\":\"powershell\"}"),
          new Style(
              "{product: windows, service: security}",
              false,
              """
              selection:
                EventID:
                  - 4624
                  - 4625
                LogonType: 3
                SubjectUserName|expand: '%Administrators%'
              filter_ip:
                IpAddress|cidr:
                  - '::1/128'
                  - '10.0.0.0/8'
                  - '127.0.0.0/8'
                  - 'fe80::/10'
              filter_machine:
                TargetUserName|endswith: '$'
              condition: selection and not 1 of filter_*
              """,
              "{\"EventID\":4624,\"LogonType\":\"3\",\"SubjectUserName\":\"Boss\",\"IpAddress\":"
                  + "\"198.51.100.1\",\"TargetUserName\":\"x\"}",
              "{\"EventID\":4624,\"LogonType\":\"3\",\"SubjectUserName\":\"Boss\",\"IpAddress\":"
                  + "\"::1\",\"TargetUserName\":\"x\"}"),
          new Style(
              "{product: windows, category: network_connection}",
              false,
              """
              selection:
                Initiated: 'true'
                DestinationPort|gte: 6660
                DestinationPort|lte: 6669
                DestinationIp|exists: true
              filter_same:
                SourceIp|fieldref: DestinationIp
              condition: selection and not filter_same
              """,
              "{\"Initiated\":true,\"DestinationPort\":6667,\"SourceIp\":\"10.0.0.1\","
                  + "\"DestinationIp\":\"10.0.0.2\"}",
              "{\"Initiated\":true,\"DestinationPort\":6667,\"SourceIp\":\"10.0.0.1\","
                  + "\"DestinationIp\":\"10.0.0.1\"}"),
          new Style(
              "{product: linux, service: auditd}",
              false,
              """
              execve:
                type: EXECVE
                a0|endswith: 'rm'
                a1|startswith: '-'
              path:
                type: PATH
                name:
                  - '/etc/ld.so.preload'
                  - /etc/cron.*
              condition: 1 of them
              """,
              "{\"type\":\"PATH\",\"name\":\"/etc/cron.d/x\"}",
              "{\"type\":\"PATH\",\"name\":\"/etc/hosts\"}"),
          new Style(
              "{product: linux, service: auth}",
              true,
              """
              keywords:
                - 'Failed password for invalid user *'
                - 'error: maximum authentication attempts'
              condition: keywords
              """,
              "{\"message\":\"sshd[7]: Failed password for invalid user x from y\"}",
              "{\"message\":\"sshd[7]: Accepted password for x\"}"),
          new Style(
              "{category: process_creation, product: macos}",
              false,
              """
              selection:
                Image: '/usr/bin/osascript'
                CommandLine|re|i: 'password.{0,40}hidden\\s+answer'
              condition: selection
              """,
              "{\"Image\":\"/usr/bin/osascript\",\"CommandLine\":\"PASSWORD with hidden answer\"}",
              "{\"Image\":\"/usr/bin/osascript\",\"CommandLine\":\"hidden answer\"}"),
          new Style(
              "{category: proxy}",
              false,
              """
              selection:
                c-useragent:
                  - 'Mozilla/?.0'
                  - ' Mozilla/*'
                cs-method: 'POST'
                c-uri|re: '/[a-z]{8}\\.php$'
              filter:
                cs-host|endswith: '.example.com'
              condition: selection and not filter
              """,
              "{\"c-useragent\":\"Mozilla/5.0\",\"cs-method\":\"post\",\"c-uri\":\"/abcdefgh.php\","
                  + "\"cs-host\":\"evil.test\"}",
              "{\"c-useragent\":\"Mozilla/5.0 \",\"cs-method\":\"post\",\"c-uri\":\"/abcdefgh.php\","
                  + "\"cs-host\":\"evil.test\"}"),
          new Style(
              "{category: webserver}",
              true,
              """
              select_method:
                cs-method: 'GET'
              keywords:
                - '=select%20'
                - 'UNION%20ALL'
                - '${jndi:'
              filter_main_status:
                sc-status: 404
              condition: select_method and keywords and not 1 of filter_main_*
              """,
              "{\"cs-method\":\"GET\",\"cs-uri-query\":\"id=SELECT%20*\",\"sc-status\":200}",
              "{\"cs-method\":\"GET\",\"cs-uri-query\":\"id=SELECT%20*\",\"sc-status\":\"404\"}"),
          new Style(
              "{category: dns}",
              false,
              """
              selection:
                query|startswith:
                  - 'aaa.stage.'
                  - 'post.1'
              condition: selection
              """,
              "{\"query\":\"POST.1abc\"}",
              "{\"query\":\"a.post.1\"}"),
          new Style(
              "{category: firewall}",
              false,
              """
              selection:
                dst_port:
                  - 445
                  - 3389
                action: accept
              condition: selection
              """,
              "{\"dst_port\":\"445\",\"action\":\"Accept\"}",
              "{\"dst_port\":4450,\"action\":\"accept\"}"),
          new Style(
              "{product: zeek, service: smb_files}",
              false,
              """
              selection1:
                path|contains|all: ['\\\\', '\\IPC$']
                name: svcctl
              selection2:
                name|cased: SVCCTL2
              condition: selection1 or selection2
              """,
              "{\"path\":\"\\\\\\\\h\\\\IPC$\",\"name\":\"svcctl\"}",
              "{\"name\":\"svcctl2\"}"),
          new Style(
              "{category: antivirus}",
              false,
              """
              selection:
                - Filename|endswith: '.asp'
                - Signature|contains:
                    - 'PHP/'
                    - 'WebShell'
              condition: selection
              """,
              "{\"Signature\":\"Backdoor.php/x\"}",
              "{\"Filename\":\"a.aspx\"}"),
          new Style(
              "{category: application, product: django}",
              false,
              """
              keywords:
                - SuspiciousOperation
                - DisallowedHost
              condition: keywords
              """,
              "{\"exception\":{\"type\":\"django.DisallowedHost\"}}",
              "{\"DisallowedHost\":\"x\"}"),
          new Style(
              "{product: rpc_firewall, category: application, definition: 'Requirements: a filter'}",
              false,
              """
              selection:
                EventLog: RPCFW
                EventID: 3
                InterfaceUuid: e3514235-4b06-11d1-ab04-00c04fc2dcd2
              filter:
                OpNum: [0, 1, 12]
              condition: selection and not filter
              """,
              "{\"EventLog\":\"rpcfw\",\"EventID\":3,\"InterfaceUuid\":"
                  + "\"E3514235-4B06-11D1-AB04-00C04FC2DCD2\",\"OpNum\":3}",
              "{\"EventLog\":\"rpcfw\",\"EventID\":3,\"InterfaceUuid\":"
                  + "\"E3514235-4B06-11D1-AB04-00C04FC2DCD2\",\"OpNum\":12}"),
          new Style(
              "{product: cisco, service: aaa}",
              false,
              """
              keywords:
                '|all':
                  - 'crypto pki'
                  - 'export'
              condition: keywords
              """,
              "{\"CmdSet\":\"crypto pki trustpoint export\"}",
              "{\"CmdSet\":\"crypto pki\"}"),
          new Style(
              "{product: aws, service: cloudtrail}",
              true,
              """
              selection_source:
                eventSource: iam.amazonaws.com
                eventName: [AttachUserPolicy, PutUserPolicy]
              selection_ua:
                userAgent|contains: S3 Browser
              filter_errors:
                errorCode|exists: true
              condition: all of selection_* and not filter_errors
              """,
              "{\"eventSource\":\"iam.amazonaws.com\",\"eventName\":\"PutUserPolicy\","
                  + "\"userAgent\":\"[S3 Browser/9]\"}",
              "{\"eventSource\":\"iam.amazonaws.com\",\"eventName\":\"PutUserPolicy\","
                  + "\"userAgent\":\"[S3 Browser/9]\",\"errorCode\":\"AccessDenied\"}"));

  private static String rule(String logSource, String detection) {
    return """
        title: In the manner of SigmaHQ
        id: 6d5f0a51-9a3e-4f0c-8a1e-0d6a2d1f0c11
        related:
            - id: 929a690e-bef0-4204-a928-ef5e620d6fcc
              type: derived
        status: test
        description: Describes what it finds
        references: [https://example.com/]
        author: somebody
        date: 2026-01-02
        modified: 2026-01-03
        tags: [attack.t1105]
        logsource: %s
        detection:
        %s
        fields: [CommandLine]
        falsepositives: [Unknown]
        level: high
        """
        .formatted(logSource, detection.indent(4));
  }

  @TestFactory
  Stream<DynamicTest> rulesOfEveryProductAreReadWhole() {
    return STYLES.stream()
        .map(style -> DynamicTest.dynamicTest(style.logSource, () -> checkStyle(style)));
  }

  private static void checkStyle(Style style) {
    String lists = "placeholders: {Administrators: [boss]}";
    Problems problems = new Problems();
    RuleSet resting = RuleText.read(problems, rule(style.logSource, style.detection), lists);
    assertThat(problems.all())
        .extracting(problem -> problem.severity() + " " + problem.code())
        .isEqualTo(style.served ? List.of() : List.of("NOTE NO_LOG_SOURCE"));
    assertThat(resting.headers()).hasSize(1);
    assertThat(resting.detections()).hasSize(style.served ? 1 : 0);

    RuleMatcher matcher =
        new RuleMatcher(
            RuleText.SOURCE, RuleText.sound(rule("{product: any}", style.detection), lists));
    assertThat(matches(matcher, style.matching)).as(style.matching).isTrue();
    assertThat(matches(matcher, style.other)).as(style.other).isFalse();
  }

  private static boolean matches(RuleMatcher matcher, String event) {
    return !matcher.match(RuleText.event(RuleText.json(event))).rules().isEmpty();
  }

  @Test
  void publishedRulesLoadWithoutAnError() {
    Path folder = CORPUS.resolve("sigma/rules");
    assumeTrue(
        Files.isDirectory(folder),
        () -> "no corpus at " + CORPUS.toAbsolutePath().normalize() + ": set VIGIE_CORPUS");
    Problems problems = new Problems();
    RulePack pack = RulePack.read(List.of(folder), LogSources.builtIn(), problems);
    RuleSet rules = RuleSet.of(pack, problems);

    assertThat(problems.all())
        .filteredOn(problem -> problem.severity() != Severity.NOTE)
        .extracting(Problem::toString)
        .isEmpty();
    assertThat(rules.headers()).hasSameSizeAs(pack.files()).hasSizeGreaterThan(50);
  }
}
