//! A key can be retired: `switchboard reseal` leaves nothing that only the old one opens.

#[cfg(test)]
mod reseal {
    use std::{
        collections::BTreeSet,
        fs,
        io::Write,
        path::Path,
        process::{Command, Stdio},
        time::Duration,
    };

    use secrecy::SecretString;
    use switchboard_domain::{Timestamp, ids::EndpointId};
    use switchboard_store::{
        Store, StoreSettings, accounts, apps, bots, linking,
        seal::Keyring,
        webhooks::endpoints::{self, Endpoint},
        workspaces,
    };
    use uuid::Uuid;

    /// Base64 of 32 bytes each.
    const OLD: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    const NEW: &str = "Hx4dHBsaGRgXFhUUExIREA8ODQwLCgkIBwYFBAMCAQA=";

    /// What the test below seals, and sees sealed anew.
    const RESEALED: [&str; 6] = [
        "account_linking.secret",
        "accounts.token",
        "apps.secret",
        "apps.verify_token",
        "bots.secret",
        "webhook_endpoints.secret",
    ];

    /// Sealed, and gone before a key is retired.
    const PASSING: [(&str, &str); 3] = [
        ("errands.input", "an errand is done in minutes"),
        ("linking.code", "a log-in lasts minutes, and travels through the customer's browser"),
        ("mailboxes.unsubscribe", "in mails; whose key is gone can still choose at the desk"),
    ];

    /// Runs the binary with these keys for everything.
    fn switchboard(data: &Path, keys: &str, arguments: &[&str], input: &str) -> String {
        let mut command = Command::new(env!("CARGO_BIN_EXE_switchboard"));
        for ring in ["TOKENS", "APPS", "LINKING", "BOTS"] {
            command.env(format!("SWITCHBOARD__KEYS__{ring}"), keys);
        }
        let mut child = command
            .args(arguments)
            .env("SWITCHBOARD__KEYS__MARKER", OLD)
            .env("SWITCHBOARD__DATA_DIR", data)
            .env("SWITCHBOARD__TELEMETRY__LOG", "warn")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{arguments:?}: {error}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// A shop with something in every column that holds secrets.
    fn set_up(data: &Path, keys: &str) {
        let run = |arguments: &[&str], input: &str| switchboard(data, keys, arguments, input);
        run(&["workspace", "add", "My shop"], "");
        run(&["app", "add", "--key", "shop", "--meta-app-id", "123"], "the app secret\n");
        run(&["app", "rotate-secret", "--key", "shop"], "the next app secret\n");
        let bot = concat!(env!("CARGO_MANIFEST_DIR"), "/../bot/examples/http.yaml");
        let secret = format!("whsec_{OLD}\n");
        run(&["bots", "add", "--name", "Mine", "--kind", "http", "--secret", bot], &secret);
        let account = ["account", "add", "--app", "shop", "--channel", "messenger"];
        let account = [&account[..], &["--external-id", "42", "--name", "My Page"]].concat();
        run(&account, "EAAG-token\n");
        let log_in = ["account", "linking", "http", "--page", "42", "--url"];
        run(&[&log_in[..], &["https://shop.example/check"]].concat(), "");
    }

    fn open(data: &Path) -> Store {
        let url = format!("sqlite:{}", data.join("switchboard.db").display());
        let patience = Duration::from_secs(10);
        Store::open(&StoreSettings { url: url.into(), pool_size: 2, acquire_timeout: patience })
            .unwrap()
    }

    /// An endpoint whose secret is being rotated.
    async fn add_endpoint(store: &Store, ring: Keyring) {
        let work = move |db: &mut _| {
            let workspace = workspaces::list(db)?.remove(0).id;
            let id = EndpointId::new(Uuid::now_v7());
            let row = id.to_string();
            let seal = |secret: &str| {
                let secret = SecretString::from(secret);
                ring.seal(Endpoint::secret_place(workspace, &row), &secret).unwrap()
            };
            let told = ("https://shop.example/".into(), vec!["message.received".into()]);
            let made_at = Timestamp::from_micros(1);
            let endpoint = Endpoint::new((workspace, id), told, seal("whsec_first"), made_at);
            endpoints::add(db, &endpoint)?;
            let later = Timestamp::from_micros(i64::MAX);
            endpoints::rotate(db, (workspace, id), &seal("whsec_second"), later)
        };
        store.write(work).await.unwrap();
    }

    /// Every sealed value of the workspace.
    async fn sealed(store: &Store) -> Vec<String> {
        let work = |db: &mut _| {
            let workspace = workspaces::list(db)?.remove(0).id;
            let mut all = Vec::new();
            for app in apps::list(db, workspace)? {
                all.extend([app.secret, app.previous_secret.unwrap(), app.verify_token]);
            }
            for account in accounts::list(db, workspace)? {
                all.push(linking::of(db, workspace, account.id)?.unwrap().secret);
                all.push(account.token);
            }
            all.extend(bots::list(db, workspace)?.into_iter().filter_map(|bot| bot.secret));
            for endpoint in endpoints::list(db, workspace)? {
                all.extend([endpoint.secret, endpoint.old_secret.unwrap().0]);
            }
            Ok(all)
        };
        store.read(work).await.unwrap()
    }

    #[tokio::test]
    async fn nothing_needs_the_old_key_any_more() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path();
        set_up(data, &format!("old:{OLD}"));
        let store = open(data);
        let raw: Vec<u8> = (0..32).collect();
        add_endpoint(&store, Keyring::new(vec![("old".into(), raw)]).unwrap()).await;
        let before = sealed(&store).await;
        assert!(before.iter().all(|value| value.starts_with("v1.old.")), "{before:?}");

        let told = switchboard(data, &format!("new:{NEW},old:{OLD}"), &["reseal"], "");
        assert_eq!(told, format!("sealed {} secrets with the first keys\n", before.len()));
        let after = sealed(&store).await;
        assert_eq!(after.len(), before.len());
        assert!(after.iter().all(|value| value.starts_with("v1.new.")), "{after:?}");
        // With the new key alone, all of it opens.
        switchboard(data, &format!("new:{NEW}"), &["reseal"], "");
    }

    #[test]
    fn no_sealed_column_is_forgotten() {
        let sources = concat!(env!("CARGO_MANIFEST_DIR"), "/../../crates/store/src");
        let mut found = BTreeSet::new();
        look(Path::new(sources), &mut found);
        let known = RESEALED.into_iter().chain(PASSING.map(|(column, _)| column));
        assert_eq!(found, known.map(ToOwned::to_owned).collect());
    }

    /// The columns that something is sealed for.
    fn look(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                look(&entry, found);
                continue;
            }
            let text = fs::read_to_string(&entry).unwrap();
            for after in text.split("column: \"").skip(1) {
                found.insert(after.split('"').next().unwrap().to_owned());
            }
        }
    }
}
