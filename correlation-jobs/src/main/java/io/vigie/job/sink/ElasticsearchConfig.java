package io.vigie.job.sink;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.http.HttpHost;
import org.apache.http.auth.AuthScope;
import org.apache.http.auth.UsernamePasswordCredentials;
import org.apache.http.impl.client.BasicCredentialsProvider;
import org.apache.http.impl.nio.client.HttpAsyncClientBuilder;
import org.elasticsearch.client.RestClient;
import org.jspecify.annotations.Nullable;

/**
 * Which Elasticsearch to talk to, and as whom.
 *
 * @param url for example {@code https://es.example.org:9200}, with a path if it lies behind a proxy
 * @param user the user's name; null for a server without security
 * @param password where the user's password lies; null exactly when there is no user
 * @param certificates a PEM file with the certificate authority to trust, as Elasticsearch makes
 *     one at installation; null for those that Java trusts
 */
public record ElasticsearchConfig(
    URI url, @Nullable String user, @Nullable Secret password, @Nullable String certificates)
    implements Serializable {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  // Longer than the minute for which Elasticsearch itself lets a bulk request wait for a shard.
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(75);

  /**
   * Checks what can be checked without the server.
   *
   * @throws IllegalArgumentException when the URL is not one of a server, carries a password, or
   *     user and password do not come together
   */
  public ElasticsearchConfig {
    if (url.getUserInfo() != null) {
      throw new IllegalArgumentException(
          "The URL of Elasticsearch carries a user or password; give them as settings of their own");
    }
    if (url.getHost() == null
        || !("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
      throw new IllegalArgumentException(
          "The URL of Elasticsearch should be like https://es.example.org:9200 and is " + url);
    }
    if ((user == null) != (password == null)) {
      throw new IllegalArgumentException(
          "User and password of Elasticsearch come together or not at all");
    }
  }

  /** A server without security. */
  public static ElasticsearchConfig open(URI url) {
    return new ElasticsearchConfig(url, null, null, null);
  }

  /**
   * A client that the caller has to close. It does not connect before the first request.
   *
   * @throws ElasticsearchUnusableException when the password or the certificates cannot be read
   */
  RestClient connect() {
    int port = url.getPort() >= 0 ? url.getPort() : "https".equals(url.getScheme()) ? 443 : 80;
    var builder =
        RestClient.builder(new HttpHost(url.getHost(), port, url.getScheme()))
            .setHttpClientConfigCallback(this::secure)
            .setRequestConfigCallback(
                request ->
                    request
                        .setConnectTimeout((int) CONNECT_TIMEOUT.toMillis())
                        .setSocketTimeout((int) ANSWER_TIMEOUT.toMillis()));
    if (url.getPath() != null && !url.getPath().isEmpty() && !url.getPath().equals("/")) {
      builder.setPathPrefix(url.getPath());
    }
    return builder.build();
  }

  private HttpAsyncClientBuilder secure(HttpAsyncClientBuilder client) {
    if (user != null && password != null) {
      BasicCredentialsProvider credentials = new BasicCredentialsProvider();
      credentials.setCredentials(
          AuthScope.ANY, new UsernamePasswordCredentials(user, password.read()));
      client.setDefaultCredentialsProvider(credentials);
    }
    if (certificates != null) {
      client.setSSLContext(trusting(Path.of(certificates)));
    }
    return client;
  }

  private static SSLContext trusting(Path pem) {
    try (InputStream in = Files.newInputStream(pem)) {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      int number = 0;
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        trusted.setCertificateEntry("authority-" + number++, certificate);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new ElasticsearchUnusableException(
          "The file " + pem + " should hold the PEM certificates to trust and cannot be used", e);
    }
  }
}
