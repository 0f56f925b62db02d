//! One file for each shape of webhook body under `fixtures/`, written by us: what it splits into
//! and what that means, as snapshots. The files under `fixtures/broken` are refused.

#[cfg(test)]
mod fixtures {
    use std::{fmt::Write, fs, path::Path};

    use switchboard_meta::{inbound, webhook};

    /// The files of a folder of fixtures, by name.
    fn files(folder: &str) -> Vec<(String, Vec<u8>)> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(folder);
        let mut files: Vec<_> = fs::read_dir(&folder)
            .unwrap()
            .map(|file| file.unwrap().path())
            .map(|path| {
                let name = path.file_stem().unwrap().to_string_lossy().into_owned();
                (name, fs::read(&path).unwrap())
            })
            .collect();
        files.sort();
        assert!(!files.is_empty(), "no fixtures in {}", folder.display());
        files
    }

    fn snapshot(channel: &str) {
        for (name, body) in files(channel) {
            let events = webhook::split(&body).unwrap();
            let mut text = String::new();
            for event in events {
                let meaning = inbound::normalise(&event.raw).unwrap();
                writeln!(text, "routing key: {}", event.routing_key()).unwrap();
                writeln!(text, "{event:#?}\n=> {meaning:#?}\n").unwrap();
            }
            insta::with_settings!({ prepend_module_to_snapshot => false }, {
                insta::assert_snapshot!(format!("{channel}__{name}"), text);
            });
        }
    }

    #[test]
    fn messenger() {
        snapshot("messenger");
    }

    #[test]
    fn instagram() {
        snapshot("instagram");
    }

    #[test]
    fn whatsapp() {
        snapshot("whatsapp");
    }

    #[test]
    fn other() {
        snapshot("other");
    }

    #[test]
    fn broken_ones_are_refused() {
        for (name, body) in files("broken") {
            let refused = webhook::split(&body).unwrap_err();
            insta::with_settings!({ prepend_module_to_snapshot => false }, {
                insta::assert_snapshot!(format!("broken__{name}"), refused);
            });
        }
    }

    #[test]
    fn an_event_is_the_same_event_whenever_it_is_delivered() {
        for folder in ["messenger", "instagram", "whatsapp"] {
            for (name, body) in files(folder) {
                let text = String::from_utf8(body).unwrap();
                let later = text.replace("\"time\":1790000000", "\"time\":1790000777");
                let keys = |text: &str| -> Vec<String> {
                    let events = webhook::split(text.as_bytes()).unwrap();
                    events.into_iter().map(|event| event.dedupe_key).collect()
                };
                assert_eq!(keys(&text), keys(&later), "{folder}/{name}");
            }
        }
    }

    #[test]
    fn all_events_of_all_fixtures_of_a_batch_differ() {
        for (folder, name) in [("messenger", "batch"), ("whatsapp", "batch_with_unknown_key")] {
            let (_, body) = files(folder).into_iter().find(|(file, _)| file == name).unwrap();
            let events = webhook::split(&body).unwrap();
            let count = events.len();
            let keys: std::collections::HashSet<_> =
                events.into_iter().map(|event| event.dedupe_key).collect();
            assert_eq!(keys.len(), count, "{folder}/{name}");
        }
    }
}
