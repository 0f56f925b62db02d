//! A distributed installation, on a broker and a database that all tests share.

#[cfg(test)]
mod distributed {
    use std::path::Path;

    use switchboard_backend::{Backend, BackendError, keys::KeysError, migrate};
    use switchboard_chassis::settings::{Mode, Settings};
    use switchboard_store::StoreError;
    use switchboard_testkit::{postgres, rabbitmq};
    use uuid::Uuid;

    const KEY: &str = "Y2FuYXJ5LWNhbmFyeS1jYW5hcnktY2FuYXJ5LWtleSE=";

    fn settings(folder: &Path, queue: &str, store: &str) -> Settings {
        let namespace = Uuid::now_v7().simple().to_string();
        let env = [
            ("DATA_DIR", folder.to_str().unwrap()),
            ("QUEUE__URL", queue),
            ("QUEUE__NAMESPACE", &namespace),
            ("STORE__URL", store),
            ("STORE__POOL_SIZE", "2"),
            ("STORE__ACQUIRE_TIMEOUT_SECONDS", "1"),
            ("KEYS__APPS", &format!("main:{KEY}")),
        ];
        let env = env.map(|(key, value)| (format!("SWITCHBOARD__{key}"), value.to_owned()));
        Settings::from_sources(None, env).unwrap()
    }

    async fn refused(settings: Settings) -> BackendError {
        match Backend::open(settings, "test").await {
            Ok(_) => panic!("it opened"),
            Err(error) => error,
        }
    }

    #[tokio::test]
    async fn it_is_migrated_on_request_and_opened_with_the_keys_it_was_given() {
        let broker = rabbitmq::shared().await.unwrap();
        let server = postgres::shared().await.unwrap();
        let database = postgres::fresh_database(server.url()).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let settings = settings(folder.path(), broker.url(), &database);
        assert_eq!(settings.mode(), Mode::Distributed);

        let error = refused(settings.clone()).await;
        assert!(matches!(error, BackendError::Store(StoreError::Behind(_))), "{error}");
        assert!(error.to_string().contains("run `switchboard migrate`"), "{error}");

        assert!(migrate(&settings).await.unwrap() > 0);
        assert_eq!(migrate(&settings).await.unwrap(), 0);
        let backend = Backend::open(settings, "test").await.unwrap();
        let mut health = backend.queue.health();
        health.wait_for(|state| *state == switchboard_queue::Health::Up).await.unwrap();
        assert_eq!(backend.health.report().await.checks.len(), 2);
        assert!(backend.health.report().await.ready);

        // What it was not given it says when it is asked, and makes nothing up.
        assert!(backend.keys.apps().is_ok());
        let error = backend.keys.tokens().unwrap_err();
        assert!(matches!(error, KeysError::Missing { .. }), "{error}");
        assert!(error.to_string().contains("SWITCHBOARD__KEYS__TOKENS=main:KEY"), "{error}");
        assert!(std::fs::read_dir(folder.path()).unwrap().next().is_none());
        backend.close().await;
    }

    #[tokio::test]
    async fn a_database_that_is_away_is_worth_another_try() {
        let broker = rabbitmq::shared().await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let nobody = "postgres://sam:canary5ecret@127.0.0.1:1/none";
        let error = refused(settings(folder.path(), broker.url(), nobody)).await;
        assert!(error.is_transient(), "{error}");
        assert!(!format!("{error} {error:?}").contains("canary5ecret"), "{error}");
    }
}
