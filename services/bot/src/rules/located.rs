//! Checking while reading, so that an error carries the place of what is wrong.
//!
//! The YAML reader adds the place to errors that come from inside a visitor; a check after reading,
//! as serde's `try_from` does it, would be told as the place of something around.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor, value::MapAccessDeserializer},
};

/// Reads a text and checks it.
pub(super) fn text<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    expected: &'static str,
    check: fn(&str) -> Result<T, String>,
) -> Result<T, D::Error> {
    deserializer.deserialize_str(Text { expected, check })
}

/// Reads a mapping as `Raw` and checks it.
pub(super) fn mapping<'de, D: Deserializer<'de>, Raw: Deserialize<'de>, T>(
    deserializer: D,
    expected: &'static str,
    check: fn(Raw) -> Result<T, String>,
) -> Result<T, D::Error> {
    deserializer.deserialize_map(Mapping { expected, check, raw: PhantomData })
}

struct Text<T> {
    expected: &'static str,
    check: fn(&str) -> Result<T, String>,
}

impl<T> Visitor<'_> for Text<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        (self.check)(text).map_err(E::custom)
    }
}

struct Mapping<Raw, T> {
    expected: &'static str,
    check: fn(Raw) -> Result<T, String>,
    raw: PhantomData<Raw>,
}

impl<'de, Raw: Deserialize<'de>, T> Visitor<'de> for Mapping<Raw, T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        let raw = Raw::deserialize(MapAccessDeserializer::new(map))?;
        (self.check)(raw).map_err(A::Error::custom)
    }
}
