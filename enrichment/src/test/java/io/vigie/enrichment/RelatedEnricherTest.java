package io.vigie.enrichment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.enrichment.table.AsOf;
import org.junit.jupiter.api.Test;

class RelatedEnricherTest {
  private static final JsonMapper JSON = new JsonMapper();

  private static String enriched(String document) throws Exception {
    ObjectNode ecs = (ObjectNode) JSON.readTree(document.replace('\'', '"'));
    Enrichers.builtIn().enrich(ecs, AsOf.time(0));
    Enrichers.builtIn().enrich(ecs, AsOf.time(0));
    return ecs.path("related").toString().replace('"', '\'');
  }

  @Test
  void everyRoleOfAnAddressUserHostAndHashIsRelated() throws Exception {
    assertThat(
            enriched(
                """
                {'source':{'ip':'192.0.2.7','domain':'b.example.com'},
                 'destination':{'ip':'192.0.2.1'},
                 'host':{'ip':['2001:db8::1','192.0.2.7'],'name':'a'},
                 'user':{'name':'zoe','target':{'name':'al'},'id':'1000'},
                 'file':{'hash':{'sha256':'ff'}}}"""))
        .isEqualTo(
            "{'hash':['ff'],'hosts':['a','b.example.com'],"
                + "'ip':['192.0.2.1','192.0.2.7','2001:db8::1'],'user':['al','zoe']}");
  }

  @Test
  void whatIsThereStays() throws Exception {
    assertThat(
            enriched("{'source':{'ip':'192.0.2.7'},'related':{'ip':['192.0.2.9'],'user':['x']}}"))
        .isEqualTo("{'ip':['192.0.2.7','192.0.2.9'],'user':['x']}");
  }

  @Test
  void whatIsNoAddressIsNotRelatedAsOne() throws Exception {
    assertThat(enriched("{'source':{'ip':'AWS Internal'},'client':{'ip':5}}")).isEmpty();
  }

  @Test
  void oddShapesDoNoHarm() throws Exception {
    assertThat(enriched("{'related':'x','source':{'ip':'192.0.2.7'}}")).isEqualTo("'x'");
    assertThat(enriched("{'source':[{'ip':'192.0.2.7'}],'user':'x','host':null}")).isEmpty();
  }
}
