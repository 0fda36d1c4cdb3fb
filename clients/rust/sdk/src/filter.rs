//! Conditions on payload fields, for [`SearchRequest`](crate::v1::SearchRequest) and
//! [`Client::count_points`](crate::Client::count_points).

use std::ops::{Bound, RangeBounds};

use prost_types::Value;

use crate::v1::filter::Condition;
use crate::v1::{
    Filter, FilterAllOf, FilterAnyOf, FilterEquals, FilterMatch, FilterNoneOf, FilterOneOf,
    FilterRange,
};

/// The field has this value: a string, number or boolean.
pub fn equals(field: impl Into<String>, value: impl Into<Value>) -> Filter {
    filter(Condition::Equals(FilterEquals { field: field.into(), value: Some(value.into()) }))
}

/// The field has one of these values.
pub fn one_of<V: Into<Value>>(
    field: impl Into<String>,
    values: impl IntoIterator<Item = V>,
) -> Filter {
    let values = values.into_iter().map(Into::into).collect();
    filter(Condition::OneOf(FilterOneOf { field: field.into(), values }))
}

/// The field is a number in this range, such as `2.0..` or `0.0..=1.0`.
pub fn range(field: impl Into<String>, range: impl RangeBounds<f64>) -> Filter {
    let (gte, gt) = match range.start_bound() {
        Bound::Included(low) => (Some(*low), None),
        Bound::Excluded(low) => (None, Some(*low)),
        Bound::Unbounded => (None, None),
    };
    let (lte, lt) = match range.end_bound() {
        Bound::Included(high) => (Some(*high), None),
        Bound::Excluded(high) => (None, Some(*high)),
        Bound::Unbounded => (None, None),
    };
    filter(Condition::Range(FilterRange { field: field.into(), gt, gte, lt, lte }))
}

/// The field, a text, has all words of `text`, 1 to 100, in any order. Case and forms of a letter do not
/// count.
pub fn matches(field: impl Into<String>, text: impl Into<String>) -> Filter {
    words(field.into(), text.into(), false)
}

/// The field, a text, has at least one of the words of `text`.
pub fn matches_any(field: impl Into<String>, text: impl Into<String>) -> Filter {
    words(field.into(), text.into(), true)
}

fn words(field: String, text: String, any_word: bool) -> Filter {
    filter(Condition::Match(FilterMatch { field, text, any_word }))
}

/// All of these hold.
pub fn all_of(filters: impl IntoIterator<Item = Filter>) -> Filter {
    filter(Condition::AllOf(FilterAllOf { filters: filters.into_iter().collect() }))
}

/// At least one of these holds.
pub fn any_of(filters: impl IntoIterator<Item = Filter>) -> Filter {
    filter(Condition::AnyOf(FilterAnyOf { filters: filters.into_iter().collect() }))
}

/// None of these holds.
pub fn none_of(filters: impl IntoIterator<Item = Filter>) -> Filter {
    filter(Condition::NoneOf(FilterNoneOf { filters: filters.into_iter().collect() }))
}

fn filter(condition: Condition) -> Filter {
    Filter { condition: Some(condition) }
}
