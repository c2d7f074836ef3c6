package io.vigie.job.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ElasticsearchConfigTest {
  @Test
  void aSecretIsReadWhereItLiesAndNeverShown(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("password"), "open sesame\n");
    Secret secret = new Secret("file:" + file);

    assertThat(secret.read()).isEqualTo("open sesame");
    assertThat(new ElasticsearchConfig(URI.create("https://es:9200"), "vigie", secret, null))
        .asString()
        .contains("vigie", file.toString())
        .doesNotContain("open sesame");
  }

  @Test
  void aPasswordInTheWrongPlaceIsRefusedWithoutRepeatingIt() {
    assertThatThrownBy(() -> new Secret("open sesame"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("sesame");
    assertThatThrownBy(
            () -> ElasticsearchConfig.open(URI.create("http://elastic:sesame@es.example.org:9200")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("sesame");
  }

  @Test
  void whatIsMissingIsNamed(@TempDir Path folder) {
    assertThatThrownBy(() -> new Secret("env:VIGIE_NO_SUCH_VARIABLE").read())
        .hasMessageContaining("VIGIE_NO_SUCH_VARIABLE");
    assertThatThrownBy(() -> new Secret("file:" + folder.resolve("none")).read())
        .hasMessageContaining(folder.resolve("none").toString());
    assertThatThrownBy(() -> ElasticsearchConfig.open(URI.create("es.example.org:9200")))
        .hasMessageContaining("https://es.example.org:9200");
    assertThatThrownBy(
            () -> new ElasticsearchConfig(URI.create("http://es:9200"), "vigie", null, null))
        .hasMessageContaining("password");
  }
}
