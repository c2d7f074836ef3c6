package io.vigie.rules.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigie.rules.RuleText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a selection means: selection, event, whether it matches. */
final class SelectionTest {

  private static void check(String selection, String event, String expected) {
    assertThat(RuleText.matches("\n  selection: " + selection + "\n  condition: selection", event))
        .as("%s over %s", selection, event)
        .isEqualTo(expected.equals("yes"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '\0',
      textBlock =
          """
          {f: abc}            ~ {"f":"ABC"}          ~ yes
          {f: abc}            ~ {"f":"abcd"}         ~ no
          {f: abc}            ~ {"f":"zabc"}         ~ no
          {f: abc}            ~ {"F":"abc"}          ~ no
          {f: abc}            ~ {}                   ~ no
          {f: abc}            ~ {"f":null}           ~ no
          {f: ''}             ~ {"f":""}             ~ yes
          {f: ''}             ~ {}                   ~ no
          {f: ''}             ~ {"f":" "}            ~ no
          {f: 'a*c'}          ~ {"f":"abbc"}         ~ yes
          {f: 'a*c'}          ~ {"f":"ac"}           ~ yes
          {f: 'a*c'}          ~ {"f":"acd"}          ~ no
          {f: 'a*c'}          ~ {"f":"xac"}          ~ no
          {f: 'ab*ba'}        ~ {"f":"aba"}          ~ no
          {f: 'ab*ba'}        ~ {"f":"abba"}         ~ yes
          {f: 'a*b*c'}        ~ {"f":"axbxbc"}       ~ yes
          {f: 'a*b*c'}        ~ {"f":"acb"}          ~ no
          {f: 'a**c'}         ~ {"f":"ac"}           ~ yes
          {f: 'a?c'}          ~ {"f":"abc"}          ~ yes
          {f: 'a?c'}          ~ {"f":"ac"}           ~ no
          {f: 'a?c'}          ~ {"f":"abbc"}         ~ no
          {f: '*b?d*'}        ~ {"f":"abbbcde"}      ~ yes
          {f: '*b?d*'}        ~ {"f":"abd"}          ~ no
          {f: '*'}            ~ {"f":"anything"}     ~ yes
          {f: '*'}            ~ {"f":""}             ~ yes
          {f: '*'}            ~ {"f":0}              ~ yes
          {f: '*'}            ~ {"f":{}}             ~ yes
          {f: '*'}            ~ {"f":null}           ~ no
          {f: '*'}            ~ {"f":[]}             ~ no
          {f: '*'}            ~ {}                   ~ no
          {f: '?*'}           ~ {"f":""}             ~ no
          {f|contains: b}     ~ {"f":"aBc"}          ~ yes
          {f|contains: 'b*d'} ~ {"f":"abcde"}        ~ yes
          {f|contains: b}     ~ {"f":"ac"}           ~ no
          {f|contains: ''}    ~ {"f":"ac"}           ~ yes
          {f|startswith: ab}  ~ {"f":"ABc"}          ~ yes
          {f|startswith: ab}  ~ {"f":"cab"}          ~ no
          {f|endswith: bc}    ~ {"f":"aBC"}          ~ yes
          {f|endswith: bc}    ~ {"f":"bca"}          ~ no
          {f|startswith: 'a?c'} ~ {"f":"abcd"}       ~ yes
          """)
  void textIsComparedWholeWithWildcardsAndWithoutCase(String selection, String event, String yes) {
    check(selection, event, yes);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '\0',
      textBlock =
          """
          {f: 'a\\*c'}         ~ {"f":"a*c"}             ~ yes
          {f: 'a\\*c'}         ~ {"f":"abc"}             ~ no
          {f: 'a\\?c'}         ~ {"f":"a?c"}             ~ yes
          {f: 'a\\?c'}         ~ {"f":"abc"}             ~ no
          {f: 'a\\\\c'}        ~ {"f":"a\\\\c"}          ~ yes
          {f: 'a\\b'}          ~ {"f":"a\\\\b"}          ~ yes
          {f: 'C:\\Temp\\\\*'} ~ {"f":"C:\\\\Temp\\\\x"} ~ yes
          {f: 'C:\\Temp\\\\*'} ~ {"f":"C:\\\\Temp*"}     ~ no
          {f: 'a\\'}           ~ {"f":"a\\\\"}           ~ yes
          {f|contains: '\\*'}  ~ {"f":"a*b"}             ~ yes
          {f: 'a\\\\\\*'}       ~ {"f":"a\\\\*"}           ~ yes
          {f: 'a\\\\\\*'}       ~ {"f":"a\\\\b"}           ~ no
          {f: 'a\\\\\\b'}       ~ {"f":"a\\\\\\\\b"}       ~ yes
          {f: 'a\\\\\\\\b'}     ~ {"f":"a\\\\\\\\b"}       ~ yes
          {f: '\\'}            ~ {"f":"\\\\"}            ~ yes
          {f|endswith: '\\x'}  ~ {"f":"C:\\\\x"}         ~ yes
          {f|startswith: '*\\?'} ~ {"f":"ab?c"}          ~ yes
          {f|contains: '\\*'}  ~ {"f":"ab"}              ~ no
          """)
  void backslashMakesWildcardsPlain(String selection, String event, String yes) {
    check(selection, event, yes);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '\0',
      textBlock =
          """
          {f: ÉCOLE}                 ~ {"f":"école"}      ~ yes
          {f: strasse}               ~ {"f":"STRAßE"}     ~ yes
          {f: όδος}                  ~ {"f":"ΌΔΟΣ"}       ~ yes
          {f|contains: ΟΔΟΣ}         ~ {"f":"οδοσαρι"}    ~ yes
          {f|endswith: ЖУК}          ~ {"f":"большой жук"} ~ yes
          {f|cased: Abc}             ~ {"f":"Abc"}        ~ yes
          {f|cased: Abc}             ~ {"f":"abc"}        ~ no
          {f|contains|cased: B}      ~ {"f":"aBc"}        ~ yes
          {f|contains|cased: B}      ~ {"f":"abc"}        ~ no
          {f|cased: 'A*'}            ~ {"f":"Abc"}        ~ yes
          {f|cased: [x, Y]}          ~ {"f":"y"}          ~ no
          """)
  void caseFoldsAsUnicodeDoesUnlessCased(String selection, String event, String yes) {
    check(selection, event, yes);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '\0',
      textBlock =
          """
          {f: 403}      ~ {"f":403}     ~ yes
          {f: 403}      ~ {"f":"403"}   ~ yes
          {f: '403'}    ~ {"f":403}     ~ yes
          {f: 40}       ~ {"f":403}     ~ no
          {f: '4*'}     ~ {"f":403}     ~ yes
          {f: 1.5}      ~ {"f":1.5}     ~ yes
          {f: 010}      ~ {"f":"010"}   ~ yes
          {f: 010}      ~ {"f":10}      ~ no
          {f: true}     ~ {"f":true}    ~ yes
          {f: true}     ~ {"f":"True"}  ~ yes
          {f: 'true'}   ~ {"f":true}    ~ yes
          {f: true}     ~ {"f":1}       ~ no
          {f: no}       ~ {"f":"no"}    ~ yes
          {f: no}       ~ {"f":false}   ~ no
          """)
  void numbersAndBooleansCompareByTheirText(String selection, String event, String yes) {
    check(selection, event, yes);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '\0',
      textBlock =
          """
          {f: null}             ~ {}               ~ yes
          {f: null}             ~ {"f":null}       ~ yes
          {f: null}             ~ {"f":[]}         ~ yes
          {f: null}             ~ {"f":[null]}     ~ yes
          {f: null}             ~ {"f":""}         ~ no
          {f: null}             ~ {"f":{}}         ~ no
          {f: null}             ~ {"f":"null"}     ~ no
          {f: [null, x]}        ~ {}               ~ yes
          {f: [null, x]}        ~ {"f":"x"}        ~ yes
          {f: [null, x]}        ~ {"f":"y"}        ~ no
          {f.g: null}           ~ {"f":"text"}     ~ yes
          {f|exists: true}      ~ {"f":0}          ~ yes
          {f|exists: true}      ~ {"f":null}       ~ no
          {f|exists: true}      ~ {}               ~ no
          {f|exists: false}     ~ {}               ~ yes
          {f|exists: false}     ~ {"f":"x"}        ~ no
          {f.g|exists: true}    ~ {"f":{"g":1}}    ~ yes
          """)
  void nullIsMissing(String selection, String event, String yes) {
    check(selection, event, yes);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '\0',
      textBlock =
          """
          {f: [a, b]}                    ~ {"f":"b"}              ~ yes
          {f: [a, b]}                    ~ {"f":"c"}              ~ no
          {f: a, g: b}                   ~ {"f":"a","g":"b"}      ~ yes
          {f: a, g: b}                   ~ {"f":"a"}              ~ no
          [{f: a, g: b}, {h: c}]         ~ {"f":"a","g":"b"}      ~ yes
          [{f: a, g: b}, {h: c}]         ~ {"h":"c"}              ~ yes
          [{f: a, g: b}, {h: c}]         ~ {"f":"a"}              ~ no
          {f|contains|all: [a, b]}       ~ {"f":"xaxbx"}          ~ yes
          {f|contains|all: [a, b]}       ~ {"f":"xax"}            ~ no
          {f|contains|all: [a, b]}       ~ {"f":["xa","xb"]}      ~ yes
          {f|contains|all: [a, b]}       ~ {"f":["xa","xc"]}      ~ no
          {f|all: [a, null]}             ~ {"f":"a"}              ~ no
          {f|all|contains: [a, b]}       ~ {"f":"ba"}             ~ yes
          {f|re|all: ['^a', 'b$']}       ~ {"f":"ab"}             ~ yes
          {f|startswith|all: [a, ab]}    ~ {"f":"ac"}             ~ no
          {f|cidr|all: [10.0.0.0/8, 10.1.0.0/16]} ~ {"f":"10.1.2.3"} ~ yes
          {f|cidr|all: [10.0.0.0/8, 10.1.0.0/16]} ~ {"f":"10.2.2.3"} ~ no
          {f|neq: a}                     ~ {"f":"b"}              ~ yes
          {f|neq: a}                     ~ {"f":"A"}              ~ no
          {f|neq: [a, b]}                ~ {"f":"b"}              ~ no
          {f|neq: [a, b]}                ~ {"f":"c"}              ~ yes
          {f|neq|all: [a, b]}            ~ {"f":"a"}              ~ yes
          {f|neq|all: [a, b]}            ~ {"f":["a","b"]}        ~ no
          {f|neq: 5}                     ~ {"f":5}                ~ no
          {f|neq: 5}                     ~ {"f":6}                ~ yes
          {f|neq: null}                  ~ {"f":"x"}              ~ yes
          {f|neq: null}                  ~ {}                     ~ no
          {f|neq: ''}                    ~ {"f":""}               ~ no
          {f|neq: a}                     ~ {}                     ~ yes
          {f|contains|neq: b}            ~ {"f":"abc"}            ~ no
          {f|cased|neq: a}               ~ {"f":"A"}              ~ yes
          {f|re|neq: '^a'}               ~ {"f":"ab"}             ~ no
          {f|cidr|neq: 10.0.0.0/8}       ~ {"f":"11.0.0.1"}       ~ yes
          """)
  void mapIsAndListIsOr(String selection, String event, String yes) {
    check(selection, event, yes);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '\0',
      textBlock =
          """
          {f: b}           ~ {"f":["a","b"]}                      ~ yes
          {f: c}           ~ {"f":["a","b"]}                      ~ no
          {f: 2}           ~ {"f":[[1],[2]]}                      ~ yes
          {f.g: 2}         ~ {"f":[{"g":1},{"g":2}]}              ~ yes
          {f.g: 3}         ~ {"f":[{"g":1},{"g":2}]}              ~ no
          {f.g: 2}         ~ {"f":[{"g":[1,2]}]}                  ~ yes
          {f.g.h: x}       ~ {"f":[{"g":[{"h":"y"},{"h":"x"}]}]}  ~ yes
          {f.g: 1}         ~ {"f.g":1}                            ~ yes
          {f.g: 1}         ~ {"f.g":2,"f":{"g":1}}                ~ no
          {f.g.h: 1}       ~ {"f":{"g.h":1}}                      ~ yes
          {f.0: a}         ~ {"f":["a"]}                          ~ no
          {f: x}           ~ {"f":{"g":"x"}}                      ~ no
          {source.ip: 1.2.3.4}      ~ {"client":{"address":"1.2.3.4"}} ~ yes
          {client.address: 1.2.3.4} ~ {"client":{"address":"1.2.3.4"}} ~ yes
          """)
  void pathsDescendIntoObjectsAndTraverseArrays(String selection, String event, String yes) {
    check(selection, event, yes);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '\0',
      textBlock =
          """
          {f|contains: '"Effect":"Allow"'}  ~ {"f":{"Effect":"Allow"}}                    ~ yes
          {f|contains: '"Effect":"Allow"'}  ~ {"f":{"doc":"{\\"Effect\\":\\"Allow\\"}"}}  ~ yes
          {f|contains: '"Effect":"Allow"'}  ~ {"f":{ "Effect" : "Deny" }}                 ~ no
          {f|contains: '"a","b"'}           ~ {"f":["a","b"]}                             ~ yes
          {f|contains: '"b","a"'}           ~ {"f":["a","b"]}                             ~ no
          {f|contains: '[{"g":1},'}         ~ {"f":[{"g":1},{"g":2}]}                     ~ yes
          {f.g|contains: '["a"]'}           ~ {"f":[{"g":["b"]},{"g":["a"]}]}             ~ yes
          {f|startswith: '{"g"'}            ~ {"f":{"g":{"h":1}}}                         ~ yes
          {f|re: '"g":\\d+'}                ~ {"f":{"g":12}}                              ~ yes
          {f: '{"g":1}'}                    ~ {"f":{"g":1}}                               ~ yes
          """)
  void objectsAndListsAreTextsToo(String selection, String event, String yes) {
    check(selection, event, yes);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '\0',
      textBlock =
          """
          [foo, bar]              ~ {"x":{"y":["a FOO b"]}}   ~ yes
          [foo, bar]              ~ {"x":"fo o"}              ~ no
          [foo]                   ~ {"foo":"x"}               ~ no
          [403]                   ~ {"x":14031}               ~ yes
          ['f*r']                 ~ {"x":"a foo bar b"}       ~ yes
          ['f\\*r']               ~ {"x":"a foo bar b"}       ~ no
          foo                     ~ {"x":"foo"}               ~ yes
          {'|all': [foo, bar]}    ~ {"x":"foo","y":"bar"}     ~ yes
          {'|all': [foo, bar]}    ~ {"x":"foo","y":"baz"}     ~ no
          {'|re': 'fo+'}          ~ {"x":"a foooo"}           ~ yes
          {'|re': 'fo+'}          ~ {"x":"a Foooo"}           ~ no
          {'|cased': [Foo]}       ~ {"x":"a foo"}             ~ no
          [foo, {f: a}]           ~ {"f":"a"}                 ~ yes
          [foo, {f: a}]           ~ {"g":"x foo"}             ~ yes
          [foo, {f: a}]           ~ {"g":"a"}                 ~ no
          [{f: a, g: b}, foo]     ~ {"f":"a","h":"fo"}        ~ no
          [{f: a, g: b}, foo]     ~ {"f":"a","h":"foo"}       ~ yes
          [{'|all': [foo, bar]}, {f: a}] ~ {"x":"bar foo"}    ~ yes
          [{'|all': [foo, bar]}, {f: a}] ~ {"x":"bar"}        ~ no
          {'|contains': foo}      ~ {"x":"a foo b"}           ~ yes
          {'|re|i': 'fo+$'}       ~ {"x":["a","FOO"]}         ~ yes
          {'|windash': ' -enc'}   ~ {"x":"ps /enc"}           ~ yes
          {'|base64offset': foobar} ~ {"x":"LS1mb29iYXItLQ=="} ~ yes
          {'|all': [foo], f: a}   ~ {"x":"foo","f":"a"}       ~ yes
          {'|all': [foo], f: a}   ~ {"x":"foo"}               ~ no
          [true]                  ~ {"x":true}                ~ yes
          ['a?c']                 ~ {"x":"xabcx"}             ~ yes
          [ÉCOLE]                 ~ {"x":"une école"}         ~ yes
          """)
  void keywordsStandInAnyValue(String selection, String event, String yes) {
    check(selection, event, yes);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '\0',
      textBlock =
          """
          {f|re: 'b.d'}          ~ {"f":"abcde"}      ~ yes
          {f|re: '^b.d$'}        ~ {"f":"abcde"}      ~ no
          {f|re: 'B.D'}          ~ {"f":"abcde"}      ~ no
          {f|re|i: 'B.D'}        ~ {"f":"abcde"}      ~ yes
          {f|re: 'a.b'}          ~ {"f":"a\\nb"}      ~ no
          {f|re|s: 'a.b'}        ~ {"f":"a\\nb"}      ~ yes
          {f|re: '^b'}           ~ {"f":"a\\nb"}      ~ no
          {f|re|m: '^b'}         ~ {"f":"a\\nb"}      ~ yes
          {f|re: '^$'}           ~ {}                 ~ no
          {f|re: '^4\\d\\d$'}    ~ {"f":403}          ~ yes
          {f|re|all: ['a', 'b']} ~ {"f":"xbxa"}       ~ yes
          {f|re|i|m|s: '^A.C$'}  ~ {"f":"x\\na\\nc"}  ~ yes
          {f|re|contains: 'b|c'} ~ {"f":"ac"}         ~ yes
          {f|re|startswith: 'b|c'} ~ {"f":"ca"}       ~ yes
          {f|re|startswith: 'b|c'} ~ {"f":"ac"}       ~ no
          {f|re|endswith: 'b|c'} ~ {"f":"ac"}         ~ yes
          {f|re|endswith: 'b|c'} ~ {"f":"ca"}         ~ no
          {f|re: 'a|'}           ~ {"f":"x"}          ~ yes
          """)
  void regularExpressionsFindAndHeedCase(String selection, String event, String yes) {
    check(selection, event, yes);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '\0',
      textBlock =
          """
          {f|cidr: 10.0.0.0/8}          ~ {"f":"10.255.0.1"}          ~ yes
          {f|cidr: 10.0.0.0/8}          ~ {"f":"11.0.0.1"}            ~ no
          {f|cidr: 192.168.4.0/23}      ~ {"f":"192.168.5.9"}         ~ yes
          {f|cidr: 192.168.4.0/23}      ~ {"f":"192.168.6.0"}         ~ no
          {f|cidr: 1.2.3.4/32}          ~ {"f":"1.2.3.4"}             ~ yes
          {f|cidr: 0.0.0.0/0}           ~ {"f":"203.0.113.7"}         ~ yes
          {f|cidr: 0.0.0.0/0}           ~ {"f":"2001:db8::1"}         ~ no
          {f|cidr: '2001:db8::/33'}     ~ {"f":"2001:db8:7fff::1"}    ~ yes
          {f|cidr: '2001:db8::/33'}     ~ {"f":"2001:db8:8000::1"}    ~ no
          {f|cidr: 127.0.0.0/8}         ~ {"f":"localhost"}           ~ no
          {f|cidr: 10.0.0.0/8}          ~ {"f":"10.1.2.3.example.com"} ~ no
          {f|cidr: 10.0.0.0/8}          ~ {"f":"10.1.2"}              ~ no
          {f|cidr: 10.0.0.0/8}          ~ {"f":["x","10.1.2.3"]}      ~ yes
          {f|cidr: [10.0.0.0/8, '::1/128']} ~ {"f":"::1"}             ~ yes
          {f|cidr: 10.0.0.0/8}          ~ {"f":"::ffff:10.1.2.3"}     ~ yes
          {f|cidr: 10.0.0.0/8}          ~ {"f":"::FFFF:0a01:0203"}    ~ yes
          {f|cidr: 10.0.0.0/8}          ~ {"f":"::ffff:11.1.2.3"}     ~ no
          {f|cidr: 10.0.0.0/8}          ~ {"f":"::10.1.2.3"}          ~ no
          {f|cidr: '::ffff:10.0.0.0/104'} ~ {"f":"10.1.2.3"}          ~ yes
          {f|cidr: '::ffff:10.0.0.0/104'} ~ {"f":"11.1.2.3"}          ~ no
          {f|cidr: '::ffff:0:0/96'}     ~ {"f":"203.0.113.7"}         ~ yes
          {f|cidr: '::ffff:0:0/96'}     ~ {"f":"2001:db8::1"}         ~ no
          {f|cidr: '::/0'}              ~ {"f":"2001:db8::1"}         ~ yes
          {f|cidr: '::/0'}              ~ {"f":"203.0.113.7"}         ~ no
          {f|cidr: '2001:DB8::/32'}     ~ {"f":"2001:db8::1"}         ~ yes
          {f|cidr: '2001:db8::/32'}     ~ {"f":"2001:0db8:0:0::0001"} ~ yes
          {f|cidr: 10.1.2.3/8}          ~ {"f":"10.9.9.9"}            ~ yes
          {f|cidr: 10.0.0.0/31}         ~ {"f":"10.0.0.1"}            ~ yes
          {f|cidr: 10.0.0.0/31}         ~ {"f":"10.0.0.2"}            ~ no
          {f|cidr: 10.0.0.0/8}          ~ {"f":167772161}             ~ no
          {f|cidr: 10.0.0.0/8}          ~ {"f":"10.1.2.3/32"}         ~ no
          {f|cidr: 10.0.0.0/8}          ~ {"f":"010.1.2.3"}           ~ no
          {f|cidr: 10.0.0.0/8}          ~ {"f":"256.1.2.3"}           ~ no
          {f|cidr: 10.0.0.0/8}          ~ {}                          ~ no
          """)
  void networksHoldAddressesAndNoHostNames(String selection, String event, String yes) {
    check(selection, event, yes);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '\0',
      textBlock =
          """
          {f|gt: 5}       ~ {"f":6}       ~ yes
          {f|gt: 5}       ~ {"f":5}       ~ no
          {f|gte: 5}      ~ {"f":5}       ~ yes
          {f|gte: 5}      ~ {"f":"5.0"}   ~ yes
          {f|lt: 5}       ~ {"f":-1e3}    ~ yes
          {f|lt: 10}      ~ {"f":"9"}     ~ yes
          {f|lte: 1.5}    ~ {"f":1.5}     ~ yes
          {f|lte: 1.5}    ~ {"f":1.51}    ~ no
          {f|gt: 5}       ~ {"f":"six"}   ~ no
          {f|lt: 5}       ~ {}            ~ no
          {f|gt: 5}       ~ {"f":[1,9]}   ~ yes
          {f|gt: 5, f|lt: 9} ~ {"f":7}    ~ yes
          {f|gt: 5, f|lt: 9} ~ {"f":9}    ~ no
          {f|gt: '5'}     ~ {"f":"06"}    ~ yes
          {f|gt: -1}      ~ {"f":0}       ~ yes
          {f|lt: -1}      ~ {"f":"-1.5"}  ~ yes
          {f|gt: [5, 8]}  ~ {"f":6}       ~ yes
          {f|gt|all: [5, 8]} ~ {"f":6}    ~ no
          {f|gte: 9007199254740993} ~ {"f":9007199254740992} ~ no
          {f|gte: 9007199254740993} ~ {"f":9007199254740993} ~ yes
          {f|lt: 1e3}     ~ {"f":999.999} ~ yes
          {f|gt: 0}       ~ {"f":1e-30}   ~ yes
          {f|gt: 5}       ~ {"f":true}    ~ no
          {f|gt: 5}       ~ {"f":"6 MB"}  ~ no
          {f|gt: 5}       ~ {"f":""}      ~ no
          {f|gt: 5}       ~ {"f":"0x10"}  ~ no
          {f|gt: 5}       ~ {"f":"NaN"}   ~ no
          {f|gt: 5}       ~ {"f":{"g":9}} ~ no
          {f.g|gt: 5}     ~ {"f":[{"g":1},{"g":9}]} ~ yes
          """)
  void numbersCompareByValue(String selection, String event, String yes) {
    check(selection, event, yes);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '\0',
      textBlock =
          """
          {f|fieldref: g}            ~ {"f":"Rika","g":"rika"}       ~ yes
          {f|fieldref: g}            ~ {"f":"rika","g":"mio"}        ~ no
          {f|fieldref: g}            ~ {"f":"rika"}                  ~ no
          {f|fieldref: g}            ~ {}                            ~ no
          {f|fieldref: g.h}          ~ {"f":"1","g":[{"h":2},{"h":1}]} ~ yes
          {f|fieldref|endswith: g}   ~ {"f":"user/rika","g":"rika"}  ~ yes
          {f|fieldref|startswith: g} ~ {"f":"user/rika","g":"rika"}  ~ no
          {f|fieldref|contains: g}   ~ {"f":"user/rika","g":"r/r"}   ~ yes
          {f|fieldref|cased: g}      ~ {"f":"Rika","g":"rika"}       ~ no
          {f|endswith|fieldref: g}   ~ {"f":"user/rika","g":"rika"}  ~ yes
          {f|fieldref: [g, h]}       ~ {"f":"a","g":"b","h":"a"}     ~ yes
          {f|fieldref|all: [g, h]}   ~ {"f":"a","g":"b","h":"a"}     ~ no
          {f|fieldref|neq: g}        ~ {"f":"rika","g":"mio"}        ~ yes
          {f|fieldref|neq: g}        ~ {"f":"rika","g":"RIKA"}       ~ no
          {f|fieldref|startswith|neq: g} ~ {"f":"rika","g":"ri"}     ~ no
          {f|fieldref|neq: [g, h]}   ~ {"f":"a","g":"b","h":"a"}     ~ no
          """)
  void fieldsCompareWithFields(String selection, String event, String yes) {
    check(selection, event, yes);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '\0',
      textBlock =
          """
          {f|hour: 3}            ~ {"f":"2026-11-22T03:59:59.999Z"}  ~ yes
          {f|hour: 3}            ~ {"f":"2026-11-22T04:00:00Z"}      ~ no
          {f|hour: 3}            ~ {"f":"2026-11-22T05:10:00+02:00"} ~ yes
          {f|hour: 3}            ~ {"f":"2026-11-22 03:10"}          ~ yes
          {f|hour: [3, 4]}       ~ {"f":"2026-11-22T04:00:00Z"}      ~ yes
          {f|hour|gte: 18}       ~ {"f":"2026-11-22T18:00:00Z"}      ~ yes
          {f|hour|gte: 18}       ~ {"f":"2026-11-22T17:59:59Z"}      ~ no
          {f|hour|gt: 18}        ~ {"f":"2026-11-22T18:59:59Z"}      ~ no
          {f|lt|hour: 7}         ~ {"f":"2026-11-22T06:59:59Z"}      ~ yes
          {f|hour|lte: 7}        ~ {"f":"2026-11-22T07:30:00Z"}      ~ yes
          {f|hour|neq: 3}        ~ {"f":"2026-11-22T04:00:00Z"}      ~ yes
          {f|hour|neq: 3}        ~ {"f":"2026-11-22T03:00:00Z"}      ~ no
          {f|minute: 59}         ~ {"f":"2026-11-22T03:59:59Z"}      ~ yes
          {f|minute: 0}          ~ {"f":"2026-11-22"}                ~ yes
          {f|day: 22}            ~ {"f":"2026-11-22"}                ~ yes
          {f|day: 22}            ~ {"f":"2026-11-22T23:30:00-02:00"} ~ no
          {f|month: 11}          ~ {"f":"2026-11-22T03:00:00Z"}      ~ yes
          {f|year: 2026}         ~ {"f":"2026-11-22T03:00:00Z"}      ~ yes
          {f|year|lt: 2026}      ~ {"f":"2025-12-31T23:59:59Z"}      ~ yes
          {f|week: 47}           ~ {"f":"2026-11-22T23:59:59Z"}      ~ yes
          {f|week: 48}           ~ {"f":"2026-11-23T00:00:00Z"}      ~ yes
          {f|week: 53}           ~ {"f":"2027-01-01T00:00:00Z"}      ~ yes
          {f|hour: 13}           ~ {"f":1795353600}                  ~ yes
          {f|hour: 12}           ~ {"f":1795348800}                  ~ yes
          {f|hour: 12}           ~ {"f":"1795348800123"}             ~ yes
          {f|hour: 12}           ~ {"f":1795348800123456}            ~ yes
          {f|hour: 12}           ~ {"f":1795348800123456789}         ~ yes
          {f|hour: 12}           ~ {"f":1795348800.25}               ~ yes
          {f|hour: 12}           ~ {"f":[null,"x","2026-11-22T12:00:00Z"]} ~ yes
          {f|hour: 0}            ~ {"f":"midnight"}                  ~ no
          {f|hour: 0}            ~ {"f":"2026-13-01T00:00:00Z"}      ~ no
          {f|hour: 0}            ~ {}                                ~ no
          {'@timestamp|hour|gte': 6} ~ {"time":"2026-11-22T06:00:00Z"} ~ yes
          {'@timestamp|hour|lt': 6}  ~ {"time":"2026-11-22T06:00:00Z"} ~ no
          """)
  void partsOfTimesCompareAsNumbersInUtc(String selection, String event, String yes) {
    check(selection, event, yes);
  }

  @Test
  void groupsAndCountsSeeTheElementsOfLists() {
    Fields fields = new Fields();
    int slot = fields.slot("f.g");
    EventView view =
        EventView.of(RuleText.SOURCE, fields)
            .of(
                RuleText.event(
                    RuleText.json(
                        "{\"f\":[{\"g\":[\"a\",1]},{\"g\":[[true],null,\"a\"]},{\"g\":{}}]}")));

    assertThat(view.values(slot).scalars()).containsExactly("a", "1", "true");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '\0',
      textBlock =
          """
          {f|windash|contains: ' -enc'}       ~ {"f":"ps -enc x"}    ~ yes
          {f|windash|contains: ' -enc'}       ~ {"f":"ps /ENC x"}    ~ yes
          {f|windash|contains: ' /enc'}       ~ {"f":"ps –enc x"}    ~ yes
          {f|windash|contains: ' -enc'}       ~ {"f":"ps +enc x"}    ~ no
          {f|windash|contains: '-a -b'}       ~ {"f":"/a ―b"}        ~ yes
          {f|windash|contains: 'a-b'}         ~ {"f":"a/b"}          ~ no
          {f|windash: '-x'}                   ~ {"f":"/x"}           ~ yes
          {f|windash: '-x'}                   ~ {"f":"-x"}           ~ yes
          {f|windash: '-x'}                   ~ {"f":"–x"}           ~ yes
          {f|windash: '-x'}                   ~ {"f":"—x"}           ~ yes
          {f|windash: '-x'}                   ~ {"f":"―x"}           ~ yes
          {f|windash: '-x'}                   ~ {"f":"−x"}           ~ no
          {f|windash: '―x'}                   ~ {"f":"-x"}           ~ yes
          {f|windash: '-x-y'}                 ~ {"f":"/x-y"}         ~ yes
          {f|windash: '-x-y'}                 ~ {"f":"/x/y"}         ~ no
          {f|windash: '--x'}                  ~ {"f":"-/x"}          ~ yes
          {f|windash: 'é-x'}                  ~ {"f":"é/x"}          ~ no
          {f|windash|contains|all: [' -a', ' -b']} ~ {"f":"x /a –b"} ~ yes
          {f|windash|base64: '-a'}            ~ {"f":"L2E="}         ~ yes
          {f|windash|base64: '-a'}            ~ {"f":"LWE="}         ~ yes
          {f|base64: foobar}                  ~ {"f":"Zm9vYmFy"}     ~ yes
          {f|base64offset|contains: foobar}   ~ {"f":"xx Zm9vYmFyIQ=="} ~ yes
          {f|base64offset|contains: foobar}   ~ {"f":"LWZvb2Jhci0="} ~ yes
          {f|base64offset|contains: foobar}   ~ {"f":"LS1mb29iYXItLQ=="} ~ yes
          {f|base64offset|contains: foobar}   ~ {"f":"LS1mb29jYXI="} ~ no
          {f|wide|base64offset|contains: foo} ~ {"f":"ZgBvAG8A"}     ~ yes
          {f|utf16le|base64: foo}             ~ {"f":"ZgBvAG8A"}     ~ yes
          {f|utf16be|base64: foo}             ~ {"f":"AGYAbwBv"}     ~ yes
          {f|utf16|base64: foo}               ~ {"f":"//5mAG8AbwA="} ~ yes
          {f|utf16|base64offset|contains: foo} ~ {"f":"eHj//mYAbwBvAA=="} ~ yes
          {f|base64: 'a\\*'}                  ~ {"f":"YSo="}         ~ yes
          {f|base64: 'a\\\\b'}                ~ {"f":"YVxi"}         ~ yes
          {f|base64|endswith: foobar}         ~ {"f":"x Zm9vYmFy"}   ~ yes
          {f|base64|cased: foobar}            ~ {"f":"zm9vymfy"}     ~ no
          {f|wide: ab}                        ~ {"f":"a\\u0000b\\u0000"} ~ yes
          {f|utf16le: ab}                     ~ {"f":"a\\u0000b\\u0000"} ~ yes
          {f|utf16be: ab}                     ~ {"f":"\\u0000a\\u0000b"} ~ yes
          {f|utf16: a}                        ~ {"f":"ÿþa\\u0000"}   ~ yes
          {f|wide|contains: 'a*c'}            ~ {"f":"xa\\u0000bbc\\u0000"} ~ yes
          {f|wide: ab}                        ~ {"f":"ab"}           ~ no
          """)
  void writtenInOtherWays(String selection, String event, String yes) {
    check(selection, event, yes);
  }
}
