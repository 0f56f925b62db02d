//! An embedded installation: made by the first start, found again by the next.

#[cfg(test)]
mod embedded {
    use std::{fs, os::unix::fs::PermissionsExt, path::Path};

    use bytes::Bytes;
    use secrecy::ExposeSecret;
    use switchboard_backend::{
        Backend, BackendError, Keys, keys::KeysError, open_for_administration,
    };
    use switchboard_chassis::settings::{Mode, Settings};
    use switchboard_domain::ids::WorkspaceId;
    use switchboard_queue::{Message, Topic};
    use switchboard_store::seal::Place;

    const KEY: &str = "Y2FuYXJ5LWNhbmFyeS1jYW5hcnktY2FuYXJ5LWtleSE=";

    fn settings(folder: &Path, more: &[(&str, &str)]) -> Settings {
        let folder = folder.join("data");
        let all = [("DATA_DIR", folder.to_str().unwrap())];
        let all = all.iter().chain(more);
        let env = all.map(|(key, value)| (format!("SWITCHBOARD__{key}"), (*value).to_owned()));
        Settings::from_sources(None, env).unwrap()
    }

    async fn refused(settings: Settings) -> BackendError {
        match Backend::open(settings, "test").await {
            Ok(_) => panic!("it opened"),
            Err(error) => error,
        }
    }

    fn place() -> Place<'static> {
        Place { workspace: WorkspaceId::derive("test"), column: "accounts.token", row: "1" }
    }

    #[tokio::test]
    async fn the_second_start_finds_what_the_first_left() {
        let folder = tempfile::tempdir().unwrap();
        let first = Backend::open(settings(folder.path(), &[]), "first").await.unwrap();
        assert!(first.health.report().await.ready);
        let topic = Topic::BotTurns;
        let message = Message { id: "1".into(), topic, payload: Bytes::from_static(b"turn") };
        first.queue.publish(vec![message]).await.unwrap();
        let sealed = first.keys.tokens().unwrap().seal(place(), &"token".into()).unwrap();
        let marker = *first.keys.marker().unwrap().expose();
        first.close().await;
        drop(first);

        let second = Backend::open(settings(folder.path(), &[]), "second").await.unwrap();
        assert!(second.health.report().await.ready);
        assert_eq!(second.queue.depth(topic).await.unwrap(), 1);
        let opened = second.keys.tokens().unwrap().open(place(), &sealed).unwrap();
        assert_eq!(opened.expose_secret(), "token");
        assert_eq!(second.keys.marker().unwrap().expose(), &marker);
        // Each ring has a key of its own.
        assert!(second.keys.apps().unwrap().open(place(), &sealed).is_err());
        second.close().await;
    }

    #[tokio::test]
    async fn a_second_process_is_kept_off() {
        let folder = tempfile::tempdir().unwrap();
        let first = Backend::open(settings(folder.path(), &[]), "first").await.unwrap();
        let error = refused(settings(folder.path(), &[])).await;
        assert!(error.to_string().contains("in use by another process"), "{error}");
        assert!(!error.is_transient());
        assert!(first.health.report().await.ready);
        first.close().await;
        assert!(!first.health.report().await.ready);
    }

    #[tokio::test]
    async fn the_keys_are_for_their_owner_alone_and_made_once() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("data/keys.toml");
        let backend = Backend::open(settings(folder.path(), &[]), "test").await.unwrap();
        backend.close().await;
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        let names = fs::read_dir(folder.path().join("data")).unwrap();
        let left =
            names.filter(|it| it.as_ref().unwrap().path().extension() == Some("new".as_ref()));
        assert_eq!(left.count(), 0);
        let made = fs::read_to_string(&file).unwrap();

        // New keys go before the file's, which still open what they sealed.
        let sealed = backend.keys.apps().unwrap().seal(place(), &"secret".into()).unwrap();
        let rotated = [("KEYS__APPS", &*format!("new:{KEY}"))];
        let backend = Backend::open(settings(folder.path(), &rotated), "test").await.unwrap();
        backend.close().await;
        let apps = backend.keys.apps().unwrap();
        assert!(apps.open(place(), &sealed).is_ok());
        assert!(apps.seal(place(), &"secret".into()).unwrap().starts_with("v1.new."));
        assert_eq!(fs::read_to_string(&file).unwrap(), made);
    }

    #[test]
    fn all_that_make_the_keys_at_the_same_time_end_with_the_same() {
        const MAKERS: usize = 4;
        for _ in 0..10 {
            let folder = tempfile::tempdir().unwrap();
            let mut settings = settings(folder.path(), &[]).keys;
            settings.file = folder.path().join("keys.toml");
            let start = std::sync::Barrier::new(MAKERS);
            let markers: Vec<_> = std::thread::scope(|scope| {
                let make = || {
                    start.wait();
                    let keys = Keys::load(&settings, Mode::Embedded).unwrap();
                    *keys.marker().unwrap().expose()
                };
                let makers: Vec<_> = (0..MAKERS).map(|_| scope.spawn(make)).collect();
                makers.into_iter().map(|maker| maker.join().unwrap()).collect()
            });
            assert!(markers.iter().all(|marker| *marker == markers[0]));
        }
    }

    #[tokio::test]
    async fn administration_works_beside_a_running_installation() {
        let folder = tempfile::tempdir().unwrap();
        let (store, keys) = open_for_administration(&settings(folder.path(), &[])).await.unwrap();
        let running = Backend::open(settings(folder.path(), &[]), "test").await.unwrap();
        let sealed = keys.tokens().unwrap().seal(place(), &"token".into()).unwrap();
        assert!(running.keys.tokens().unwrap().open(place(), &sealed).is_ok());
        store.ping().await.unwrap();
        running.close().await;
    }

    #[tokio::test]
    async fn a_broken_file_of_keys_is_refused_not_replaced_and_not_quoted() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("data/keys.toml");
        fs::create_dir(folder.path().join("data")).unwrap();
        for broken in [
            format!("tokens = [\"main:{KEY}"),
            format!("tokens = [\"main:{KEY}x\"]"),
            format!("marker = [\"{KEY}\"]"),
            format!("marker = [\"{KEY}\"]\nother = \"{KEY}\""),
        ] {
            fs::write(&file, &broken).unwrap();
            let error = refused(settings(folder.path(), &[])).await;
            assert!(matches!(error, BackendError::Keys(KeysError::Content { .. })), "{error}");
            assert!(!format!("{error} {error:?}").contains(KEY), "{error}");
            assert_eq!(fs::read_to_string(&file).unwrap(), broken);
        }
        // The queue was closed each time: it can be opened again.
        fs::remove_file(&file).unwrap();
        Backend::open(settings(folder.path(), &[]), "test").await.unwrap().close().await;
    }

    #[tokio::test]
    async fn two_keys_of_one_name_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let backend = Backend::open(settings(folder.path(), &[]), "test").await.unwrap();
        backend.close().await;
        let twice = [("KEYS__TOKENS", &*format!("main:{KEY}"))];
        let error = refused(settings(folder.path(), &twice)).await;
        assert!(matches!(error, BackendError::Keys(KeysError::Twice { .. })), "{error}");
        assert!(error.to_string().contains("keys.tokens has two keys named \"main\""), "{error}");
    }

    #[tokio::test]
    async fn no_file_is_made_when_all_keys_are_given() {
        let folder = tempfile::tempdir().unwrap();
        let named = format!("a:{KEY}");
        let given = [("KEYS__TOKENS", &*named), ("KEYS__APPS", &*named), ("KEYS__MARKER", KEY)];
        let backend = Backend::open(settings(folder.path(), &given), "test").await.unwrap();
        backend.close().await;
        assert!(backend.keys.tokens().is_ok() && backend.keys.apps().is_ok());
        assert!(!folder.path().join("data/keys.toml").exists());
    }

    #[tokio::test]
    async fn a_folder_that_cannot_be_made_is_named() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("data"), "a file").unwrap();
        let error = refused(settings(folder.path(), &[])).await;
        assert!(matches!(error, BackendError::Folder { .. }), "{error}");
        assert!(error.to_string().contains("set data_dir"), "{error}");
    }
}
