//! Columns to domain terms and back: ids as text, words for enums, JSON for structures.

use std::str::FromStr;

use serde::{Serialize, de::DeserializeOwned};
use switchboard_domain::Timestamp;

use crate::StoreError;

/// Parses an id or another word from a column.
pub(crate) fn parse<T: FromStr>(field: &'static str, text: &str) -> Result<T, StoreError>
where
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|error: T::Err| StoreError::Corrupt { field, found: error.to_string() })
}

/// Parses an optional column.
pub(crate) fn parse_some<T: FromStr>(
    field: &'static str,
    text: Option<&str>,
) -> Result<Option<T>, StoreError>
where
    T::Err: std::fmt::Display,
{
    text.map(|text| parse(field, text)).transpose()
}

/// Reads JSON from a column.
pub(crate) fn from_json<T: DeserializeOwned>(
    field: &'static str,
    text: &str,
) -> Result<T, StoreError> {
    serde_json::from_str(text)
        .map_err(|error| StoreError::Corrupt { field, found: error.to_string() })
}

/// Writes JSON for a column.
pub(crate) fn to_json<T: Serialize>(field: &'static str, value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value)
        .map_err(|error| StoreError::Corrupt { field, found: error.to_string() })
}

/// The word that serde gives a plain enum value.
pub(crate) fn word<T: Serialize>(field: &'static str, value: &T) -> Result<String, StoreError> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        other => Err(StoreError::Corrupt { field, found: format!("{other:?}") }),
    }
}

/// The plain enum value of a word.
pub(crate) fn from_word<T: DeserializeOwned>(
    field: &'static str,
    word: &str,
) -> Result<T, StoreError> {
    serde_json::from_value(serde_json::Value::String(word.to_owned()))
        .map_err(|error| StoreError::Corrupt { field, found: error.to_string() })
}

/// A number that the database keeps signed.
pub(crate) fn unsigned<T: TryFrom<i64>>(field: &'static str, value: i64) -> Result<T, StoreError> {
    T::try_from(value).map_err(|_| StoreError::Corrupt { field, found: value.to_string() })
}

/// A number as the database keeps it; what is over its range is kept as the largest.
pub(crate) fn signed<T: TryInto<i64>>(value: T) -> i64 {
    value.try_into().unwrap_or(i64::MAX)
}

/// A small number as the database keeps it.
pub(crate) fn small<T: TryInto<i32>>(value: T) -> i32 {
    value.try_into().unwrap_or(i32::MAX)
}

/// A time from a column.
pub(crate) fn time(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros)
}
