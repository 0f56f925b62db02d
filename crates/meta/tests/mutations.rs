//! The fixtures, changed at random: whatever Meta leaves out, adds, or sends as another type than
//! documented, a body is split without loss and each of its events has a meaning.

#[cfg(test)]
mod mutations {
    use std::{collections::BTreeMap, fs, path::Path, sync::LazyLock};

    use proptest::{
        prelude::*,
        sample::{Index, select},
    };
    use serde_json::{Value, json};
    use switchboard_meta::{
        inbound,
        webhook::{self, RawEvent},
    };

    /// All bodies that are not refused, in an order that is the same on every machine.
    static FIXTURES: LazyLock<Vec<Value>> = LazyLock::new(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
        let mut files: Vec<_> = ["messenger", "instagram", "whatsapp", "other"]
            .iter()
            .flat_map(|name| fs::read_dir(folder.join(name)).unwrap())
            .map(|file| file.unwrap().path())
            .collect();
        files.sort();
        assert!(files.len() > 100, "fixtures are missing in {}", folder.display());
        // Half an emoji is no text that a `Value` can hold.
        files.retain(|path| !path.ends_with("cut_emoji.json"));
        files.iter().map(|path| serde_json::from_slice(&fs::read(path).unwrap()).unwrap()).collect()
    });

    /// Keys that have a meaning somewhere, and one that has none.
    const KEYS: &[&str] = &[
        "attachments",
        "changes",
        "contacts",
        "errors",
        "field",
        "from",
        "id",
        "interactive",
        "message",
        "messages",
        "messaging",
        "metadata",
        "payload",
        "postback",
        "standby",
        "statuses",
        "text",
        "timestamp",
        "type",
        "unheard_of",
        "value",
    ];

    /// One change of a body. Places are numbered as [`places`] finds them.
    #[derive(Debug, Clone)]
    enum Change {
        Put(Value),
        PutPartOf(Index, Index),
        Remove,
        Rename(&'static str),
        IntoAList,
        Twice,
    }

    /// What no field expects: other types, and the ends of what a type can hold.
    fn odd() -> impl Strategy<Value = Value> {
        let odd = vec![
            json!(null),
            json!(true),
            json!(0),
            json!(i64::MIN),
            json!(u64::MAX),
            json!(-1.5e300),
            json!(""),
            json!("#"),
            json!("18446744073709551616"),
            json!("9999-12-31T23:59:60Z"),
            json!("\u{202e}\u{0}é👍".repeat(100)),
            json!([]),
            json!([null]),
            json!({}),
            json!({ "id": [] }),
        ];
        select(odd)
    }

    fn change() -> impl Strategy<Value = Change> {
        prop_oneof![
            3 => odd().prop_map(Change::Put),
            2 => any::<(Index, Index)>().prop_map(|(body, at)| Change::PutPartOf(body, at)),
            2 => Just(Change::Remove),
            1 => select(KEYS).prop_map(Change::Rename),
            1 => Just(Change::IntoAList),
            1 => Just(Change::Twice),
        ]
    }

    /// A fixture with one to three changes. More would nest too deep now and then.
    fn body() -> impl Strategy<Value = Value> {
        let changes = prop::collection::vec((any::<Index>(), change()), 1..=3);
        (any::<Index>(), changes).prop_map(|(fixture, changes)| {
            let mut body = fixture.get(&FIXTURES).clone();
            for (at, change) in changes {
                apply(&mut body, at, change);
            }
            body
        })
    }

    /// JSON pointers to everything below `value`.
    fn places(value: &Value, at: &str, out: &mut Vec<String>) {
        let below: Vec<(String, &Value)> = match value {
            Value::Array(items) => {
                items.iter().enumerate().map(|(index, item)| (index.to_string(), item)).collect()
            }
            Value::Object(fields) => fields.iter().map(|(key, v)| (key.clone(), v)).collect(),
            _ => Vec::new(),
        };
        for (key, value) in below {
            let here = format!("{at}/{key}");
            places(value, &here, out);
            out.push(here);
        }
    }

    fn apply(body: &mut Value, at: Index, change: Change) {
        let mut all = Vec::new();
        places(body, "", &mut all);
        if all.is_empty() {
            return;
        }
        let at = at.get(&all);
        let place = body.pointer_mut(at).unwrap();
        match change {
            Change::Put(value) => *place = value,
            Change::PutPartOf(other, part) => {
                let other = other.get(&FIXTURES);
                let mut parts = vec![String::new()];
                places(other, "", &mut parts);
                *place = other.pointer(part.get::<String>(&parts)).unwrap().clone();
            }
            Change::IntoAList => *place = json!([place.take()]),
            Change::Twice => *place = json!([place.clone(), place.take()]),
            Change::Remove => {
                take(body, at);
            }
            Change::Rename(key) => {
                let (value, (parent, _)) = (take(body, at), at.rsplit_once('/').unwrap());
                match body.pointer_mut(parent).unwrap() {
                    Value::Array(items) => items.push(value),
                    other => other[key] = value,
                }
            }
        }
    }

    /// Removes what is at this place from what it is in.
    fn take(body: &mut Value, at: &str) -> Value {
        let (parent, key) = at.rsplit_once('/').unwrap();
        match body.pointer_mut(parent).unwrap() {
            Value::Array(items) => items.remove(key.parse().unwrap()),
            Value::Object(fields) => fields.remove(key).unwrap(),
            other => panic!("{at} is in {other}"),
        }
    }

    /// How often each text, number and truth value is there. Null says the same as nothing.
    fn leaves(value: &Value, out: &mut BTreeMap<String, usize>) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| leaves(item, out)),
            Value::Object(fields) => fields.values().for_each(|value| leaves(value, out)),
            Value::Null => {}
            leaf => *out.entry(leaf.to_string()).or_default() += 1,
        }
    }

    /// What is in the body more often than in its events, but for the product's name, which the
    /// channel says.
    fn lost(body: &Value, events: &[RawEvent]) -> Vec<String> {
        let (mut there, mut kept) = (BTreeMap::new(), BTreeMap::new());
        leaves(body, &mut there);
        for event in events {
            leaves(&serde_json::from_str(&event.raw).unwrap(), &mut kept);
        }
        there.retain(|leaf, count| {
            kept.get(leaf).is_none_or(|kept| kept < count) && leaf != "\"whatsapp\""
        });
        there.into_keys().collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 2_000,
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn a_changed_body_loses_nothing_and_has_a_meaning(body in body()) {
            let events = webhook::split(body.to_string().as_bytes()).unwrap();
            let lost = lost(&body, &events);
            prop_assert!(lost.is_empty(), "lost {lost:?} of {body:#}");
            for event in &events {
                prop_assert!(event.dedupe_key.chars().count() <= 200);
                prop_assert!(!inbound::normalise(&event.raw).unwrap().is_empty());
            }
        }

        /// Bytes that a bad wire changes are refused, or are another body that has a meaning.
        #[test]
        fn changed_bytes_are_refused_or_have_a_meaning(
            fixture: Index,
            changes in prop::collection::vec((any::<Index>(), any::<u8>()), 1..=3),
        ) {
            let mut bytes = fixture.get(&FIXTURES).to_string().into_bytes();
            for (at, byte) in changes {
                *at.get_mut(&mut bytes) = byte;
            }
            for event in webhook::split(&bytes).unwrap_or_default() {
                prop_assert!(!inbound::normalise(&event.raw).unwrap().is_empty());
            }
        }
    }
}
