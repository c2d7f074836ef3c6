package io.vigie.enrichment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.enrichment.table.AsOf;
import io.vigie.enrichment.table.PackedTable;
import io.vigie.enrichment.table.ReferenceTables;
import io.vigie.enrichment.table.TableDefinition.Row;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SessionRowsTest {
  private static final JsonMapper JSON = new JsonMapper();

  private static final String TAKEN_ON =
      """
      {"@timestamp": "2026-03-01T08:00:00.000Z",
       "event": {"action": "AssumeRole", "provider": "sts.amazonaws.com",
                 "dataset": "aws.cloudtrail", "module": "aws"},
       "vigie": {"identity": {"id": "kim@example.com", "name": "Kim"}},
       "aws": {"cloudtrail": {
         "user_identity": {"type": "IAMUser", "arn": "arn:aws:iam::123456789012:user/kim"},
         "shared_event_id": "shared-7",
         "response_elements": "{\\"credentials\\":{\\"accessKeyId\\":\\"ASIAEXAMPLEKIM\\",\\"expiration\\":\\"Mar 1, 2026, 9:30:00 AM\\"}}"}}}
      """;

  private static ObjectNode event(String text) throws IOException {
    return (ObjectNode) JSON.readTree(text);
  }

  @Test
  void aRoleTakenOnIsASessionOfWhoeverCalled() throws IOException {
    ObjectNode row = SessionRows.of(event(TAKEN_ON)).orElseThrow();

    assertThat(row)
        .isEqualTo(
            event(
                """
                {"id": "kim@example.com", "name": "Kim",
                 "aliases": ["aws:ASIAEXAMPLEKIM", "aws-event:shared-7"],
                 "session": "ASIAEXAMPLEKIM",
                 "valid_from": "2026-03-01T08:00:00Z", "valid_until": "2026-03-01T09:30:00Z"}"""));
    List<String> wrong = new ArrayList<>();
    Row read = new Sessions().read(row, wrong::add).orElseThrow();
    assertThat(wrong).isEmpty();
    assertThat(read.keys()).containsExactly("aws:asiaexamplekim", "aws-event:shared-7");
    assertThat(Instant.ofEpochMilli(read.validUntil())).isEqualTo("2026-03-01T09:30:00Z");
  }

  @ParameterizedTest
  @ValueSource(strings = {"AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"})
  void eachWayToTakeOnARoleGivesOne(String action) throws IOException {
    assertThat(SessionRows.of(event(TAKEN_ON.replace("\"AssumeRole\"", '"' + action + '"'))))
        .isPresent();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '`',
      value = {
        "another call# \"AssumeRole\"# \"GetCallerIdentity\"",
        "another service's call# sts.amazonaws.com# example.amazonaws.com",
        "nobody known# \"id\": \"kim@example.com\", # ``",
        "the record of the role's account# , \"arn\": \"arn:aws:iam::123456789012:user/kim\"# ``",
        "a call that was refused# \"response_elements\"# \"error\"",
        "no key# accessKeyId# secret",
        "a response that was cut# 9:30:00 AM\\\"}}# 9:30",
        "no time# \"@timestamp\": \"2026-03-01T08:00:00.000Z\"# \"a\": 1",
        "a bad time# 2026-03-01T08:00:00.000Z# yesterday",
      })
  void otherEventsGiveNone(String what, String said, String instead) throws IOException {
    assertThat(TAKEN_ON).contains(said.strip());
    ObjectNode event = event(TAKEN_ON.replace(said.strip(), instead));

    assertThat(SessionRows.of(event)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "2026-03-01T09:30:00Z"})
  void aSessionWhoseEndNobodyKnowsLastsAsLongAsAnyMay(String end) throws IOException {
    ObjectNode row =
        SessionRows.of(event(TAKEN_ON.replace("Mar 1, 2026, 9:30:00 AM", end))).orElseThrow();

    assertThat(row.path("valid_until").asText()).isEqualTo("2026-03-01T20:00:00Z");
  }

  @Test
  void aChainOfRolesLeadsToWhoeverBeganIt() throws IOException {
    PackedTable sessions = new PackedTable(new Sessions());
    ReferenceTables tables =
        name -> name.equals("sessions") ? sessions : ReferenceTables.none().table(name);
    IdentityEnricher who = new IdentityEnricher(tables);
    Row first = new Sessions().read(SessionRows.of(event(TAKEN_ON)).orElseThrow(), w -> {}).get();
    sessions.give(first, 0);

    ObjectNode second =
        event(
            TAKEN_ON
                .replace(
                    "\"vigie\": {\"identity\": {\"id\": \"kim@example.com\", \"name\": \"Kim\"}},",
                    "")
                .replace("08:00:00.000Z", "08:10:00.000Z")
                .replace("IAMUser", "AssumedRole")
                .replace(
                    "arn:aws:iam::123456789012:user/kim",
                    "arn:aws:sts::123456789012:assumed-role/audit/s")
                .replace("\"shared_event_id\": \"shared-7\",", "")
                .replace("ASIAEXAMPLEKIM", "ASIAEXAMPLETWO"));
    ((ObjectNode) second.at("/aws/cloudtrail/user_identity"))
        .put("access_key_id", "ASIAEXAMPLEKIM");
    who.enrich(second, AsOf.time(Instant.parse("2026-03-01T08:10:00Z").toEpochMilli()));
    ObjectNode row = SessionRows.of(second).orElseThrow();

    assertThat(row.path("id").asText()).isEqualTo("kim@example.com");
    assertThat(row.path("name").asText()).isEqualTo("Kim");
    assertThat(row.path("session").asText()).isEqualTo("ASIAEXAMPLETWO");
    assertThat(row.path("aliases")).hasSize(1);
  }
}
