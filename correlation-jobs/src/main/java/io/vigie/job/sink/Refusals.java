package io.vigie.job.sink;

/** Why Elasticsearch refuses a request as such, in words that say what to do. */
final class Refusals {
  private Refusals() {}

  /**
   * @param status HTTP status
   * @param what the path or the index that was asked for
   * @param reason what Elasticsearch said, possibly nothing
   */
  static ElasticsearchUnusableException explain(
      ElasticsearchConfig elasticsearch, int status, String what, String reason) {
    String who = elasticsearch.user() == null ? "no user" : "user " + elasticsearch.user();
    String advice =
        switch (status) {
          case 401 ->
              elasticsearch.password() == null
                  ? "It wants a user: set user and password."
                  : "It does not know this user with this password: correct the user, or the"
                      + " password in "
                      + elasticsearch.password().reference()
                      + ".";
          case 403 ->
              "The user lacks a privilege or the index is blocked: grant read, create_doc and index"
                  + " (and auto_configure) on logs-vigie.*, or remove the block.";
          case 404 ->
              "There is no such index and it may not be made, or this is not Elasticsearch: check"
                  + " the URL with its path, and action.auto_create_index.";
          default -> "Check that the URL is that of Elasticsearch 8.19 or 9.x.";
        };
    return new ElasticsearchUnusableException(
        "Elasticsearch at %s refuses %s for %s (%d%s). %s Then start again from the last checkpoint; nothing is lost."
            .formatted(
                elasticsearch.url(),
                what,
                who,
                status,
                reason.isEmpty() ? "" : ": " + reason,
                advice),
        null);
  }
}
