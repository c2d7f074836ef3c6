package io.vigie.enrichment;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.enrichment.table.AsOf;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says what kind of program a user agent is: {@code vigie.client.class} is {@code attack-tool},
 * {@code terraform}, {@code iac}, {@code console}, {@code service}, {@code cli}, {@code sdk} or
 * {@code browser}. A user agent is what the caller says of itself: a class proves nothing, but an
 * attack tool rarely bothers to lie.
 */
public final class ClientEnricher implements Enricher {
  private static final EcsPath USER_AGENT = EcsPath.of("user_agent.original");
  private static final EcsPath NAME = EcsPath.of("user_agent.name");
  private static final EcsPath VERSION = EcsPath.of("user_agent.version");
  private static final EcsPath CLASS = EcsPath.of("vigie.client.class");
  private static final EcsPath TOOL = EcsPath.of("vigie.client.tool");

  /** What follows is not looked at: programs name themselves at the beginning. */
  private static final int LOOKED_AT = 1000;

  /** The first that is in the text counts, so whoever names many more programs stands first. */
  private static final List<Tool> TOOLS =
      List.of(
          // https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-types-iam.html#pentest-iam-kalilinux
          new Tool("kali", "attack-tool", "Kali Linux"),
          new Tool("parrot", "attack-tool", "Parrot Security"),
          new Tool("pentoo", "attack-tool", "Pentoo Linux"),
          new Tool("pacu", "attack-tool", "Pacu"),
          new Tool("cloudfox", "attack-tool", "CloudFox"),
          new Tool("scout suite", "attack-tool", "Scout Suite"),
          new Tool("scoutsuite", "attack-tool", "Scout Suite"),
          new Tool("prowler", "attack-tool", "Prowler"),
          new Tool("stratus-red-team", "attack-tool", "Stratus Red Team"),
          new Tool("trufflehog", "attack-tool", "TruffleHog"),
          new Tool("aadinternals", "attack-tool", "AADInternals"),
          new Tool("azurehound", "attack-tool", "AzureHound"),
          new Tool("bloodhound", "attack-tool", "BloodHound"),
          new Tool("roadtools", "attack-tool", "ROADtools"),
          new Tool("kube-hunter", "attack-tool", "kube-hunter"),
          new Tool("peirates", "attack-tool", "Peirates"),
          new Tool("sqlmap", "attack-tool", "sqlmap"),
          new Tool("nikto", "attack-tool", "Nikto"),
          new Tool("nuclei", "attack-tool", "Nuclei"),
          new Tool("nmap", "attack-tool", "Nmap"),
          new Tool("masscan", "attack-tool", "masscan"),
          new Tool("zgrab", "attack-tool", "ZGrab"),
          new Tool("gobuster", "attack-tool", "Gobuster"),
          new Tool("feroxbuster", "attack-tool", "feroxbuster"),
          new Tool("fuzz faster u fool", "attack-tool", "ffuf"),
          new Tool("wpscan", "attack-tool", "WPScan"),
          new Tool("opentofu", "terraform", "OpenTofu"),
          new Tool("terraform", "terraform", "Terraform"),
          new Tool("pulumi", "iac", "Pulumi"),
          new Tool("crossplane", "iac", "Crossplane"),
          new Tool("aws-cdk", "iac", "AWS CDK"),
          new Tool("ansible", "iac", "Ansible"),
          new Tool("cloudformation.amazonaws.com", "iac", "CloudFormation"),
          new Tool("signin.amazonaws.com", "console", "AWS console"),
          new Tool("console.amazonaws.com", "console", "AWS console"),
          new Tool("aws-console", "console", "AWS console"),
          new Tool("s3console", "console", "AWS console"),
          new Tool("aws-cli", "cli", "aws-cli"),
          new Tool("azurecli", "cli", "Azure CLI"),
          new Tool("azurepowershell", "cli", "Azure PowerShell"),
          new Tool("gcloud", "cli", "gcloud"),
          new Tool("google-cloud-sdk", "cli", "gcloud"),
          new Tool("github cli", "cli", "GitHub CLI"),
          new Tool("kubectl", "cli", "kubectl"),
          new Tool("helm", "cli", "Helm"),
          new Tool("eksctl", "cli", "eksctl"),
          new Tool("powershell", "cli", "PowerShell"),
          new Tool("curl", "cli", "curl"),
          new Tool("wget", "cli", "Wget"),
          new Tool("boto3", "sdk", "Boto3"),
          new Tool("botocore", "sdk", "Botocore"),
          new Tool("aws-sdk-", "sdk", "AWS SDK"),
          new Tool("azsdk-", "sdk", "Azure SDK"),
          new Tool("google-api-", "sdk", "Google API client"),
          new Tool("okta-sdk-", "sdk", "Okta SDK"),
          new Tool("octokit", "sdk", "Octokit"),
          new Tool("python-requests", "sdk", "python-requests"),
          new Tool("python-urllib", "sdk", "Python urllib"),
          new Tool("go-http-client", "sdk", "Go http"),
          new Tool("okhttp", "sdk", "OkHttp"),
          new Tool("axios", "sdk", "axios"),
          new Tool("apache-httpclient", "sdk", "Apache HttpClient"),
          new Tool(".amazonaws.com", "service", "AWS service"),
          new Tool("aws internal", "service", "AWS service"),
          new Tool("edg", "browser", "Edge"),
          new Tool("firefox", "browser", "Firefox"),
          new Tool("chrome", "browser", "Chrome"),
          new Tool("safari", "browser", "Safari"),
          new Tool("mozilla", "browser", ""));

  private final Recent<Client> recent = new Recent<>(ClientEnricher::client);

  /**
   * @param token in lower case; what stands before it is no letter
   * @param name empty where it says nothing
   */
  private record Tool(String token, String kind, String name) {}

  private record Client(@Nullable String kind, String name, String version) {}

  @Override
  public void enrich(ObjectNode ecs, AsOf asOf) {
    String text = USER_AGENT.text(ecs);
    if (text == null) {
      return;
    }
    Client client = recent.of(text);
    if (client.kind() == null) {
      return;
    }
    CLASS.add(ecs, client.kind());
    TOOL.add(ecs, client.name());
    // A version beside another's name would be a lie.
    if (!NAME.isIn(ecs) && !VERSION.isIn(ecs)) {
      NAME.add(ecs, client.name());
      VERSION.add(ecs, client.version());
    }
  }

  private static Client client(String original) {
    String text =
        original.substring(0, Math.min(original.length(), LOOKED_AT)).toLowerCase(Locale.ROOT);
    for (Tool tool : TOOLS) {
      int at = text.indexOf(tool.token());
      while (at > 0 && isLetter(tool.token(), 0) && isLetter(text, at - 1)) {
        at = text.indexOf(tool.token(), at + 1);
      }
      if (at >= 0) {
        return new Client(tool.kind(), tool.name(), version(text, at + tool.token().length()));
      }
    }
    return new Client(null, "", "");
  }

  private static boolean isLetter(String text, int at) {
    return Character.isLetter(text.charAt(at));
  }

  /** As in {@code name/1.2.3}; empty where no number follows. */
  private static String version(String text, int afterName) {
    int from = text.indexOf('/', afterName);
    int space = text.indexOf(' ', afterName);
    if (from < 0 || (space >= 0 && space < from)) {
      return "";
    }
    int start = text.startsWith("v", from + 1) ? from + 2 : from + 1;
    int end = start;
    while (end < text.length()
        && (Character.isDigit(text.charAt(end)) || text.charAt(end) == '.')) {
      end++;
    }
    return text.substring(start, end);
  }

  @Override
  public Set<String> reads() {
    return Set.of(USER_AGENT.name());
  }

  @Override
  public Set<String> adds() {
    return EcsPath.names(List.of(NAME, VERSION, CLASS, TOOL));
  }
}
