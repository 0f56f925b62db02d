//! The configuration as an operator meets it: what wins, what is refused, what is shown.

#[cfg(test)]
mod settings {
    use std::{fs, path::PathBuf, time::Duration};

    use switchboard_chassis::settings::{
        DEFAULTS, LogFormat, Mode, Settings, SettingsError, UncertainPolicy,
    };
    use switchboard_domain::Channel;

    /// In no text that anyone may read.
    const CANARY: &str = "canary5ecret";
    const KEY: &str = "Y2FuYXJ5LWNhbmFyeS1jYW5hcnktY2FuYXJ5LWtleSE=";

    fn from_env(pairs: &[(&str, &str)]) -> Result<Settings, SettingsError> {
        let name = |(key, value): &(&str, &str)| (format!("SWITCHBOARD__{key}"), (*value).into());
        Settings::from_sources(None, pairs.iter().map(name))
    }

    fn from_file(text: &str, pairs: &[(&str, &str)]) -> Result<Settings, SettingsError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("switchboard.toml");
        fs::write(&path, text).unwrap();
        let name = |(key, value): &(&str, &str)| (format!("SWITCHBOARD__{key}"), (*value).into());
        Settings::from_sources(Some(&path), pairs.iter().map(name))
    }

    #[test]
    fn the_built_in_configuration_is_complete() {
        let settings = from_env(&[]).unwrap();
        assert_eq!(settings.mode(), Mode::Embedded);
        assert_eq!(settings.store.url.expose(), "sqlite:data/switchboard.db");
        assert_eq!(settings.keys.file, PathBuf::from("data/keys.toml"));
        assert_eq!(settings.outbound.uncertain_policy, UncertainPolicy::Flag);
        let after = settings.outbound.uncertain_after;
        assert_eq!(after.of(Channel::WhatsApp), Duration::from_secs(120));
        assert!(settings.keys.tokens.is_empty() && settings.keys.marker.is_none());
        assert!(settings.outbound.proxy.is_none() && settings.telemetry.otlp_endpoint.is_none());
    }

    #[test]
    fn every_key_is_explained() {
        let lines: Vec<&str> = DEFAULTS.lines().collect();
        let bare: Vec<_> = lines
            .windows(2)
            .filter(|pair| pair[1].contains(" = ") && !pair[1].starts_with('#'))
            .filter(|pair| !pair[0].starts_with("# "))
            .map(|pair| pair[1])
            .collect();
        assert_eq!(bare, Vec::<&str>::new());
    }

    #[test]
    fn the_environment_goes_over_the_file_and_the_file_over_the_built_in() {
        let file =
            "[desk]\nsession_hours = 3\nlisten = \"[::1]:1\"\n[telemetry]\nformat = \"json\"";
        let env = [("DESK__SESSION_HOURS", "5"), ("OUTBOUND__LIMITS__WHATSAPP__PER_SECOND", "7")];
        let settings = from_file(file, &env).unwrap();
        assert_eq!(settings.desk.session_hours, 5);
        assert_eq!(settings.desk.listen.to_string(), "[::1]:1");
        assert_eq!(settings.telemetry.format, LogFormat::Json);
        assert_eq!(settings.outbound.limits.whatsapp.per_second, 7);
        assert_eq!(settings.outbound.limits.messenger.text_per_second, 300);
    }

    #[test]
    fn relative_paths_are_inside_the_data_folder_and_absolute_ones_stay() {
        let env = [("DATA_DIR", "/srv/sb"), ("QUEUE__URL", "sqlite:/fast/q.db")];
        let settings = from_env(&env).unwrap();
        assert_eq!(settings.queue.url.sqlite_path(), Some("/fast/q.db"));
        assert_eq!(settings.store.url.sqlite_path(), Some("/srv/sb/switchboard.db"));
        assert_eq!(settings.keys.file, PathBuf::from("/srv/sb/keys.toml"));
    }

    #[test]
    fn keys_come_as_a_list_or_as_a_text_with_commas() {
        let env = format!("new:{KEY}, old:{KEY}");
        let settings = from_file(
            &format!("[keys]\napps = [\"main:{KEY}\"]\nmarker = \"{KEY}\""),
            &[("KEYS__TOKENS", &env)],
        );
        let keys = settings.unwrap().keys;
        let ids: Vec<_> = keys.tokens.iter().map(|key| key.id.as_str()).collect();
        assert_eq!(ids, ["new", "old"]);
        assert_eq!(keys.apps[0].key.expose(), b"canary-canary-canary-canary-key!");
        assert!(keys.marker.is_some());
    }

    #[test]
    fn the_variables_of_others_are_left_alone() {
        let others = [("SWITCHBOARD_CONFIG", "x"), ("MY_SWITCHBOARD__DESK__X", "x"), ("PATH", "x")];
        let env = others.map(|(key, value)| (key.to_owned(), value.to_owned()));
        assert!(Settings::from_sources(None, env).is_ok());
    }

    /// What is set, the key that the error names, and a part of the remedy.
    const REFUSED: [(&str, &str, &str, &str); 23] = [
        ("DESK__LISTN", "x", "desk.listn", "known are `listen`"),
        ("DESC__LISTEN", "x", "desc", "`desk`"),
        ("DESK__LISTEN", "localhost", "desk.listen", "ADDRESS:PORT"),
        ("DESK__PUBLIC_URL", "chat.example.com", "desk.public_url", "https://chat.example.com"),
        ("DESK__PUBLIC_URL", "https://a.example", "desk.secure_cookies", "must be true"),
        ("DESK__SECURE_COOKIES", "true", "desk.secure_cookies", "must be false"),
        ("DESK__SECURE_COOKIES", CANARY, "desk.secure_cookies", "must be a boolean"),
        ("STORE__POOL_SIZE", "many", "store.pool_size", "must be an integer"),
        ("STORE__POOL_SIZE", "0", "store.pool_size", "choose 1 to 200"),
        ("OUTBOUND__UNCERTAIN_POLICY", "hope", "outbound.uncertain_policy", "flag, resend, drop"),
        ("OUTBOUND__UNCERTAIN_SECONDS", "x", "outbound.uncertain_seconds", "section"),
        ("OUTBOUND__LIMITS__WHATSAPP__PAIR_BURST", "46", "pair_burst", "choose 1 to 45"),
        ("OUTBOUND__API_VERSION", "26", "outbound.api_version", "v26.0"),
        ("OUTBOUND__PROXY", "socks4://u:canary5ecret@h:1", "outbound.proxy", "socks5://"),
        ("KEYS__TOKENS", "canary5ecret", "keys.tokens", "ID:KEY"),
        ("KEYS__TOKENS", "a:canary5ecret", "keys.tokens", "openssl rand -base64 32"),
        ("KEYS__TOKENS__X", "canary5ecret", "keys.tokens", "must be a list"),
        ("KEYS__MARKER", "canary5ecret", "keys.marker", "openssl rand -base64 32"),
        ("QUEUE__URL", "redis://u:canary5ecret@h", "queue.url", "amqp://USER"),
        ("QUEUE__URL", "amqp://u:canary5ecret@h/%2f", "queue.url, store.url", "sqlite for both"),
        ("STORE__URL", "postgres://u:canary5ecret@h/n", "queue.url, store.url", "with PostgreSQL"),
        ("QUEUE__NAMESPACE", "Über", "queue.namespace", "at most 32"),
        ("TELEMETRY__LOG", "loud", "telemetry.log", "info,switchboard_router=debug"),
    ];

    #[test]
    fn a_bad_value_is_refused_with_its_key_and_a_remedy_and_not_repeated() {
        for (key, value, names, remedy) in REFUSED {
            let error = from_env(&[(key, value)]).unwrap_err().to_string();
            assert!(error.contains(names) && error.contains(remedy), "{key}={value}: {error}");
            assert!(!error.contains(CANARY), "{key}: {error}");
        }
        let twice = format!("a:{KEY},a:{KEY}");
        let error = from_env(&[("KEYS__TOKENS", &twice)]).unwrap_err().to_string();
        assert!(error.contains("same ID") && !error.contains(KEY), "{error}");
    }

    #[test]
    fn a_bad_file_is_refused_with_its_place_and_not_quoted() {
        let refused = [
            ("[desk]\nlistn = 1", "switchboard.toml: desk.listn"),
            ("[store]\n\npool_size == 1", "switchboard.toml, line 3: this is no TOML"),
            ("[keys]\ntokens = \"canary5ecret", "switchboard.toml, line 2: this is no TOML"),
            ("[keys]\ntokens = canary5ecret", "switchboard.toml, line 2: this is no TOML"),
            ("keys = \"canary5ecret\"", "keys: must be a section"),
            ("[keys]\ntokens = [[\"canary5ecret\"]]", "keys.tokens[0]: must be a string"),
            ("[keys]\nmarker = \"canary5ecret\"", "switchboard.toml: keys.marker"),
        ];
        for (text, says) in refused {
            let error = from_file(text, &[]).unwrap_err().to_string();
            assert!(error.contains(says) && !error.contains(CANARY), "{text:?}: {error}");
        }
        let error = Settings::from_sources(Some("/no/such.toml".as_ref()), []).unwrap_err();
        assert!(error.to_string().contains("/no/such.toml cannot be read"), "{error}");
    }

    #[test]
    fn an_error_says_where_the_value_was_set() {
        let file = "[desk]\nsession_hours = \"x\"";
        let error = from_file(file, &[("DESK__LISTEN", "[::1]:1")]).unwrap_err().to_string();
        assert!(error.contains("switchboard.toml: desk.session_hours"), "{error}");
        let error = from_file("", &[("DESK__SESSION_HOURS", "x")]).unwrap_err().to_string();
        assert!(error.contains("the environment: desk.session_hours"), "{error}");
    }

    #[test]
    fn nothing_that_can_be_shown_holds_a_secret() {
        let tokens = format!("main:{KEY}");
        let settings = from_env(&[
            ("QUEUE__URL", "amqp://sam:canary5ecret@mq:5672/%2f?token=canary5ecret"),
            ("STORE__URL", "postgres://sam:canary5ecret@db/sb?password=canary5ecret"),
            ("OUTBOUND__PROXY", "http://sam:canary5ecret@proxy:3128"),
            ("KEYS__TOKENS", &tokens),
            ("KEYS__APPS", &tokens),
            ("KEYS__MARKER", KEY),
        ]);
        let settings = settings.unwrap();
        assert_eq!(settings.mode(), Mode::Distributed);
        assert!(settings.store.url.expose().contains(CANARY));
        let shown = settings.redacted();
        for text in [shown.clone(), format!("{settings:?}"), format!("{settings:#?}")] {
            assert!(!text.contains(CANARY) && !text.contains(KEY), "{text}");
            assert!(text.contains("amqp://sam:***@mq:5672/%2f?***"), "{text}");
            assert!(text.contains("postgres://sam:***@db/sb?***"), "{text}");
        }
        assert!(shown.contains("main:***") && shown.contains("http://sam:***@proxy:3128/"));
    }

    #[test]
    fn what_is_shown_can_be_read_again() {
        let shown = from_env(&[("DATA_DIR", "/srv/sb")]).unwrap().redacted();
        assert_eq!(from_file(&shown, &[]).unwrap().redacted(), shown);
    }
}
