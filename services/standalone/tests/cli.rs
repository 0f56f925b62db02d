//! The command line as an operator uses it: the real binary, an embedded installation in a folder
//! of its own.

#[cfg(test)]
mod cli {
    use std::{
        io::Write,
        path::Path,
        process::{Command, Output, Stdio},
    };

    use bytes::Bytes;
    use switchboard_contract::{Body, Envelope, decode, encode, wire};
    use switchboard_domain::shard::ConversationShard;
    use switchboard_queue::{Message, Queue, SubscribeOptions, Topic};
    use switchboard_queue_sqlite::SqliteQueue;

    fn switchboard(data: &Path, arguments: &[&str], input: &str) -> Output {
        let mut child = Command::new(env!("CARGO_BIN_EXE_switchboard"))
            .args(arguments)
            .env("SWITCHBOARD__DATA_DIR", data)
            .env("SWITCHBOARD__TELEMETRY__LOG", "warn")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }

    fn says(data: &Path, arguments: &[&str], input: &str) -> String {
        let output = switchboard(data, arguments, input);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{arguments:?}: {error}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn complains(data: &Path, arguments: &[&str], input: &str) -> (i32, String) {
        let output = switchboard(data, arguments, input);
        assert!(!output.status.success(), "{arguments:?}");
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    }

    #[test]
    fn a_shop_is_set_up_as_the_readme_says() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path();
        says(data, &["workspace", "add", "My shop"], "");
        let user = ["user", "add", "--email", "Me@shop.example", "--name", "Me", "--role", "admin"];
        says(data, &user, "a long password\n");
        let app = ["app", "add", "--key", "shop", "--meta-app-id", "123"];
        let told = says(data, &app, "the app secret\n");
        assert!(told.contains("/meta/webhooks/shop"), "{told}");
        assert!(told.contains("Verify token: "), "{told}");
        let rules = concat!(env!("CARGO_MANIFEST_DIR"), "/../bot/examples/rules.yaml");
        says(data, &["bots", "check", rules], "");
        let talk = says(data, &["bots", "try", rules], "order\n1\nA-12345\n2\nann@shop.example\n");
        assert!(talk.contains("bot: Thank you. What about A-12345?"), "{talk}");
        let summary =
            "handed off to your team: Wants to send back A-12345; label to ann@shop.example";
        assert!(talk.contains(summary), "{talk}");
        says(data, &["bots", "add", "--name", "Assistant", rules], "");
        let account = ["account", "add", "--app", "shop", "--channel", "messenger"];
        let account = [&account[..], &["--external-id", "42", "--name", "My Page"]].concat();
        says(data, &[&account[..], &["--bot", "assistant"]].concat(), "EAAG-token\n");
        let token = ["account", "token", "--channel", "messenger", "--external-id", "42"];
        says(data, &token, "EAAG-another\n");
        let bot = ["account", "bot", "--channel", "messenger", "--external-id", "42"];
        let (_, error) = complains(data, &["bots", "remove", "assistant"], "");
        assert!(error.contains("in use by My Page"), "{error}");
        says(data, &["bots", "change", "assistant", "--name", "Shop bot", rules], "");
        let (_, error) = complains(data, &["bots", "add", "--name", "SHOP BOT", rules], "");
        assert!(error.contains("exists already"), "{error}");
        assert!(says(data, &bot, "").contains("people answer"));
        says(data, &["bots", "remove", "shop bot"], "");
        says(data, &["bots", "add", "--name", "Assistant", rules], "");
        says(data, &[&bot[..], &["--bot", "assistant"]].concat(), "");
        let list = says(data, &["account", "list"], "");
        assert!(list.contains("My Page") && list.contains("sends"), "{list}");
        assert!(!list.contains("EAAG"), "{list}");
        assert!(says(data, &["user", "list"], "").contains("me@shop.example"));
        assert!(says(data, &["app", "list"], "").contains("shop\t123"));
        let resealed = says(data, &["reseal"], "");
        assert!(resealed.contains("sealed 3 secrets"), "{resealed}");
        // Again is refused, with the reason.
        let (code, error) = complains(data, &account, "EAAG-token\n");
        assert!(code == 1 && error.contains("exists already"), "{error}");
    }

    #[test]
    fn people_come_and_go() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path();
        says(data, &["workspace", "add", "My shop"], "");
        let add = |email, role| {
            let user = ["user", "add", "--email", email, "--name", "Me", "--role", role];
            says(data, &user, "a long password\n");
        };
        add("me@shop.example", "admin");
        add("ann@shop.example", "agent");
        let me = ["--email", "me@shop.example"];
        let ann = ["--email", "ann@shop.example"];
        let user =
            |does: &'static str, who: [&'static str; 2]| [&["user", does][..], &who].concat();
        let (code, error) = complains(data, &user("lock", me), "");
        assert!(code == 1 && error.contains("make somebody else one first"), "{error}");
        says(data, &[&user("role", ann)[..], &["admin"]].concat(), "");
        says(data, &user("lock", me), "");
        let list = says(data, &["user", "list"], "");
        assert!(list.contains("me@shop.example\tMe\tadmin\tlocked"), "{list}");
        assert!(list.contains("ann@shop.example\tMe\tadmin\tactive"), "{list}");
        says(data, &user("unlock", me), "");
        says(data, &user("password", me), "another password\n");
        let (_, error) = complains(data, &user("lock", ["--email", "x@shop.example"]), "");
        assert!(error.contains("see `switchboard user list`"), "{error}");
    }

    #[test]
    fn a_bot_is_taught_and_asked() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path();
        says(data, &["workspace", "add", "My shop"], "");
        let settings = concat!(env!("CARGO_MANIFEST_DIR"), "/../bot/examples/knowledge.yaml");
        let kind = ["--kind", "knowledge", settings];
        says(data, &[&["bots", "add", "--name", "Helper"][..], &kind].concat(), "");
        let faq = data.join("faq.csv");
        std::fs::write(&faq, "question,answer\nWhen are you open?,From 9 to 18.\n").unwrap();
        let faq = faq.display().to_string();
        let bot = ["--bot", "helper"];
        let ask = |question| [&["bots", "ask"][..], &bot, &[question]].concat();
        let (_, error) = complains(data, &ask("hours?"), "");
        assert!(error.contains("bots teach"), "{error}");
        let told = says(data, &[&["bots", "teach"][..], &bot, &[&faq]].concat(), "");
        assert_eq!(told, "faq.csv: 1 passages\n");
        let list = says(data, &[&["bots", "documents"][..], &bot].concat(), "");
        assert!(list.contains("faq.csv\ttext/csv\t1 passages"), "{list}");
        let answer = says(data, &ask("when do you open?"), "");
        let shown = "  faq.csv, When are you open?\n      From 9 to 18.\n-- answers with the first";
        assert!(answer.starts_with("1.00") && answer.contains(shown), "{answer}");
        assert!(says(data, &ask("are you hiring?"), "").contains("-- hands off to your team"));
        let bad = data.join("bad.csv");
        std::fs::write(&bad, "a,b\n1,2\n").unwrap();
        let bad = bad.display().to_string();
        let (_, error) =
            complains(data, &[&["bots", "teach"][..], &bot, &[&faq, &bad]].concat(), "");
        assert!(error.contains("bad.csv: its first line names no column"), "{error}");
        let forget = [&["bots", "forget"][..], &bot, &["faq.csv"]].concat();
        says(data, &forget, "");
        let (_, error) = complains(data, &forget, "");
        assert!(error.contains("see `switchboard bots documents`"), "{error}");
    }

    /// A receiver that takes one post and says so; what came is in the thread's result.
    fn receiver() -> (String, std::thread::JoinHandle<String>) {
        use std::io::Read;

        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let came = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut came = String::new();
            // The event is an object, and the last of what comes.
            while !came.ends_with('}') {
                let mut buffer = [0; 4096];
                let count = stream.read(&mut buffer).unwrap();
                assert!(count > 0, "the post broke off: {came}");
                came += std::str::from_utf8(&buffer[..count]).unwrap();
            }
            let answer = "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nthanks";
            stream.write_all(answer.as_bytes()).unwrap();
            came
        });
        (url, came)
    }

    #[test]
    fn a_webhook_endpoint_is_managed() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path();
        let (url, came) = receiver();
        let config = data.join("switchboard.toml");
        std::fs::write(&config, "[desk]\nwebhook_trusted_hosts = [\"127.0.0.1\"]\n").unwrap();
        let config = config.display().to_string();
        let begin = ["--config", &config, "webhooks"];
        let webhooks = |words: &[&str]| says(data, &[&begin[..], words].concat(), "");
        let refused = |words: &[&str]| complains(data, &[&begin[..], words].concat(), "");
        says(data, &["workspace", "add", "My shop"], "");
        let (_, error) = refused(&["add", "http://shop.internal/"]);
        assert!(error.contains("desk.webhook_trusted_hosts"), "{error}");
        let (_, error) = refused(&["add", &url, "--events", "message.eaten"]);
        assert!(error.contains("message.received"), "{error}");
        let added = webhooks(&["add", &url, "--events", "message.received,meta.raw"]);
        assert!(added.contains("Secret:   whsec_"), "{added}");

        let list = webhooks(&["list"]);
        assert!(list.contains("\ton\tnever\tmessage.received,meta.raw"), "{list}");
        assert!(!list.contains("whsec_"), "told once: {list}");
        let id = list.split('\t').next().unwrap();
        let tested = webhooks(&["test", id]);
        assert!(tested.contains("| thanks\nit arrived: answered 200 after "), "{tested}");
        let came = came.join().unwrap();
        assert!(came.contains("webhook-signature: v1,"), "{came}");
        // The receiver is gone.
        let (code, error) = refused(&["test", id]);
        assert!(code == 1 && error.contains("webhooks-failing.md"), "{error}");

        webhooks(&["pause", &url]);
        assert!(webhooks(&["list"]).contains("off: An administrator"));
        let all = ["replay", id, "--from", "2026-11-27T14:00:00Z"];
        let (_, error) = refused(&all);
        assert!(error.contains("webhooks resume"), "{error}");
        webhooks(&["resume", &url]);
        let (_, error) = refused(&all);
        assert!(error.contains("no such event"), "{error}");
        let (code, error) = refused(&["replay", id, "--missed-since", "yesterday"]);
        assert!(code == 2 && error.contains("2026-11-27T14:00:00Z"), "{error}");
        let (code, error) = refused(&["replay", id]);
        assert!(code == 2 && error.contains("--missed-since"), "{error}");
        assert!(webhooks(&["rotate", id]).starts_with("whsec_"));
        assert_eq!(webhooks(&["deliveries", id]), "");
        webhooks(&["remove", id]);
        let (_, error) = refused(&["remove", id]);
        assert!(error.contains("webhooks list"), "{error}");
    }

    #[test]
    fn mistakes_are_explained() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path();
        let (_, error) = complains(data, &["user", "list"], "");
        assert!(error.contains("switchboard workspace add"), "{error}");
        says(data, &["workspace", "add", "My shop"], "");
        let user = ["user", "add", "--email", "me@shop.example", "--name", "Me"];
        let (_, error) = complains(data, &user, "");
        assert!(error.contains("standard input"), "{error}");
        let bad = data.join("bad.toml");
        std::fs::write(&bad, "[desk]\nlissen = \"x\"\n").unwrap();
        let bad = bad.display().to_string();
        let (code, error) = complains(data, &["--config", &bad, "config", "check"], "");
        assert!(code == 78 && error.contains("lissen"), "{code}: {error}");
        let rules = data.join("rules.yaml");
        std::fs::write(&rules, "rules: 7\n").unwrap();
        let (_, error) = complains(data, &["bots", "check", &rules.display().to_string()], "");
        assert!(error.contains("line"), "{error}");
    }

    #[test]
    fn the_configuration_is_shown_without_its_secrets() {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("switchboard.toml");
        let text = "[queue]\nurl = \"amqp://sb:hunter2@127.0.0.1/%2f\"\n\
                    [store]\nurl = \"postgres://sb:hunter2@127.0.0.1/sb\"\n";
        std::fs::write(&config, text).unwrap();
        let config = config.display().to_string();
        let shown = says(folder.path(), &["--config", &config, "config", "check"], "");
        assert!(shown.contains("can be used") && !shown.contains("hunter2"), "{shown}");
    }

    fn topic() -> Topic {
        Topic::Inbound(ConversationShard::new(7).unwrap())
    }

    #[tokio::test]
    async fn dead_letters_are_listed_and_sent_again() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path();
        let wake = Envelope {
            id: "original".into(),
            body: Some(Body::Wake(wire::Wake {})),
            ..Envelope::default()
        };
        let letter = wire::DeadLetter {
            topic: topic().to_string(),
            reason: "it made no sense".into(),
            payload: encode(vec![wake]),
        };
        let dead = Envelope {
            id: "dead:original".into(),
            body: Some(Body::DeadLetter(letter)),
            ..Envelope::default()
        };
        let message = |id: &str, payload: Bytes| Message {
            id: id.into(),
            topic: Topic::DeadLetters,
            payload,
        };
        let queue = SqliteQueue::open(&data.join("queue.db")).unwrap();
        let bundle = message("dead:original", encode(vec![dead]));
        queue.publish(vec![bundle, message("broker", "garbage".into())]).await.unwrap();
        // The queue has one owner.
        let (_, error) = complains(data, &["dead-letters", "list"], "");
        assert!(error.contains("process"), "{error}");
        queue.close().await;
        drop(queue);

        let listed = says(data, &["dead-letters", "list"], "");
        assert!(listed.contains("inbound.07\tit made no sense"), "{listed}");
        assert!(listed.contains("broker\tnot put aside"), "{listed}");
        let redriven = says(data, &["dead-letters", "redrive"], "");
        assert!(redriven.contains("sent 1 messages") && redriven.contains("1 stay"), "{redriven}");

        let queue = SqliteQueue::open(&data.join("queue.db")).unwrap();
        let options = SubscribeOptions { prefetch: 10, priority: 0, consumer: "test".into() };
        let mut subscription = queue.subscribe(topic(), options).await.unwrap();
        let deliveries = subscription.next(10).await.unwrap();
        let envelopes = decode(deliveries[0].payload.clone()).unwrap();
        assert_eq!(envelopes[0].id, "original");
        assert_eq!(queue.depth(Topic::DeadLetters).await.unwrap(), 1);
        queue.close().await;
    }
}
