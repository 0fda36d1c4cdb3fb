package dev.ocelli.client;

import dev.ocelli.v1.Filter;
import dev.ocelli.v1.FilterAllOf;
import dev.ocelli.v1.FilterAnyOf;
import dev.ocelli.v1.FilterEquals;
import dev.ocelli.v1.FilterMatch;
import dev.ocelli.v1.FilterNoneOf;
import dev.ocelli.v1.FilterOneOf;
import dev.ocelli.v1.FilterRange;
import java.util.List;

/**
 * Conditions on the payload of stored points, such as {@code allOf(equalTo("label", "cat"),
 * atLeast("year", 2020))}.
 *
 * <p>Fields must be in the collection's schema. A payload value that is a list matches if any of
 * its members does.
 */
public final class Filters {
  private Filters() {}

  /**
   * The field has this value.
   *
   * @param field a field of the schema
   * @param value a string, number or boolean of the field's type
   * @return the condition
   */
  public static Filter equalTo(String field, Object value) {
    var condition =
        FilterEquals.newBuilder().setField(field).setValue(Payloads.value(field, value));
    return Filter.newBuilder().setEquals(condition).build();
  }

  /**
   * The field, a keyword or an integer, has one of these values.
   *
   * @param field a field of the schema
   * @param values 1 to 1000 values of the field's type
   * @return the condition
   */
  public static Filter oneOf(String field, List<?> values) {
    var condition = FilterOneOf.newBuilder().setField(field);
    values.forEach(value -> condition.addValues(Payloads.value(field, value)));
    return Filter.newBuilder().setOneOf(condition).build();
  }

  /**
   * The field is at least this.
   *
   * @param field a field of the schema that holds numbers
   * @param low the least value that matches
   * @return the condition
   */
  public static Filter atLeast(String field, double low) {
    return range(FilterRange.newBuilder().setField(field).setGte(low));
  }

  /**
   * The field is at most this.
   *
   * @param field a field of the schema that holds numbers
   * @param high the greatest value that matches
   * @return the condition
   */
  public static Filter atMost(String field, double high) {
    return range(FilterRange.newBuilder().setField(field).setLte(high));
  }

  /**
   * The field is from {@code low} to {@code high}, both included.
   *
   * @param field a field of the schema that holds numbers
   * @param low the least value that matches
   * @param high the greatest value that matches
   * @return the condition
   */
  public static Filter between(String field, double low, double high) {
    return range(FilterRange.newBuilder().setField(field).setGte(low).setLte(high));
  }

  /**
   * The field is in a range with bounds of any kind.
   *
   * @param bounds the field and at least one bound
   * @return the condition
   */
  public static Filter range(FilterRange.Builder bounds) {
    return Filter.newBuilder().setRange(bounds).build();
  }

  /**
   * The field has all of these words, in any order. Case and forms of a letter do not count.
   *
   * @param field a field of the schema that holds texts
   * @param text 1 to 100 words
   * @return the condition
   */
  public static Filter matches(String field, String text) {
    return match(FilterMatch.newBuilder().setField(field).setText(text));
  }

  /**
   * The field has at least one of these words.
   *
   * @param field a field of the schema that holds texts
   * @param text 1 to 100 words
   * @return the condition
   */
  public static Filter matchesAny(String field, String text) {
    return match(FilterMatch.newBuilder().setField(field).setText(text).setAnyWord(true));
  }

  private static Filter match(FilterMatch.Builder words) {
    return Filter.newBuilder().setMatch(words).build();
  }

  /**
   * All of these hold.
   *
   * @param filters 1 to 100 conditions
   * @return the condition
   */
  public static Filter allOf(Filter... filters) {
    var all = FilterAllOf.newBuilder().addAllFilters(List.of(filters));
    return Filter.newBuilder().setAllOf(all).build();
  }

  /**
   * At least one of these holds.
   *
   * @param filters 1 to 100 conditions
   * @return the condition
   */
  public static Filter anyOf(Filter... filters) {
    var any = FilterAnyOf.newBuilder().addAllFilters(List.of(filters));
    return Filter.newBuilder().setAnyOf(any).build();
  }

  /**
   * None of these holds.
   *
   * @param filters 1 to 100 conditions
   * @return the condition
   */
  public static Filter noneOf(Filter... filters) {
    var none = FilterNoneOf.newBuilder().addAllFilters(List.of(filters));
    return Filter.newBuilder().setNoneOf(none).build();
  }
}
