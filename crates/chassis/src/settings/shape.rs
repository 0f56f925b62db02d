//! How single values are read; each error says what the value should look like and never repeats it.

use std::{fmt, marker::PhantomData, net::SocketAddr, time::Duration};

use serde::{
    Deserialize, Deserializer, Serializer,
    de::{Error, IntoDeserializer, SeqAccess, Visitor, value::StringDeserializer},
};
use url::Url;

use super::secret::{RawKey, SecretUrl};

pub(super) fn address<'de, D: Deserializer<'de>>(from: D) -> Result<SocketAddr, D::Error> {
    String::deserialize(from)?.parse().map_err(|_| {
        D::Error::custom("write ADDRESS:PORT, e.g. 127.0.0.1:8080; 0.0.0.0 listens everywhere")
    })
}

pub(super) fn web_url<'de, D: Deserializer<'de>>(from: D) -> Result<Url, D::Error> {
    let url = Url::parse(&String::deserialize(from)?).ok();
    url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        .filter(|url| url.password().is_none() && url.query().is_none())
        .ok_or_else(|| {
            D::Error::custom("write an address such as https://chat.example.com, with no query")
        })
}

pub(super) fn optional_web_url<'de, D>(from: D) -> Result<Option<Url>, D::Error>
where
    D: Deserializer<'de>,
{
    let text = String::deserialize(from)?;
    if text.is_empty() {
        return Ok(None);
    }
    let deserializer: StringDeserializer<D::Error> = text.into_deserializer();
    web_url(deserializer).map(Some)
}

pub(super) fn optional_secret_url<'de, D>(from: D) -> Result<Option<SecretUrl>, D::Error>
where
    D: Deserializer<'de>,
{
    let text = String::deserialize(from)?;
    Ok((!text.is_empty()).then(|| SecretUrl::new(text)))
}

pub(super) fn optional_key<'de, D: Deserializer<'de>>(from: D) -> Result<Option<RawKey>, D::Error> {
    let text = String::deserialize(from)?;
    if text.is_empty() {
        return Ok(None);
    }
    let shape = "write 32 bytes in base64, made by `openssl rand -base64 32`";
    RawKey::parse(&text).map(Some).ok_or_else(|| D::Error::custom(shape))
}

/// A list, or a text with commas, as the environment gives it.
pub(super) fn list<'de, D, T>(from: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    struct Items<T>(PhantomData<T>);
    impl<'de, T: Deserialize<'de>> Visitor<'de> for Items<T> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list, or a text with commas")
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Vec<T>, E> {
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            items.map(|item| T::deserialize(item.to_owned().into_deserializer())).collect()
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<T>, A::Error> {
            let mut items = Vec::new();
            while let Some(item) = seq.next_element()? {
                items.push(item);
            }
            Ok(items)
        }
    }
    from.deserialize_any(Items(PhantomData))
}

/// Whole seconds.
pub(super) mod seconds {
    use super::{Deserialize, Deserializer, Duration, Serializer};

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Duration, D::Error> {
        u32::deserialize(from).map(|seconds| Duration::from_secs(seconds.into()))
    }

    pub(in super::super) fn serialize<S: Serializer>(
        duration: &Duration,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.serialize_u64(duration.as_secs())
    }
}

/// Shown as it is read: an absent value as an empty text.
pub(super) fn shown<T: serde::Serialize, S: Serializer>(
    value: &Option<T>,
    to: S,
) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => value.serialize(to),
        None => to.serialize_str(""),
    }
}

/// One word of a few; the error lists them.
pub(super) fn word<T: Copy>(text: &str, words: &[(&str, T)]) -> Result<T, String> {
    let known = words.iter().find(|(word, _)| *word == text);
    known.map(|(_, value)| *value).ok_or_else(|| {
        let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        format!("write one of {}", words.join(", "))
    })
}
