//! Whatever happens, the log holds no customer's words, no signature and no secret. A process of
//! its own, because a process has one log.

#[cfg(test)]
#[path = "ingress/rig.rs"]
#[expect(dead_code, reason = "the other suite uses the rest of it")]
mod rig;

#[cfg(test)]
mod logs {
    use std::{
        io::Write,
        sync::{Arc, Mutex},
    };

    use switchboard_meta::signature;
    use tracing_subscriber::{EnvFilter, fmt::MakeWriter};

    use crate::rig::{KEY, Rig, SECRET, TOKEN};

    /// Stands where only a customer's words would.
    const CANARY: &str = "kanarienvogel";

    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl Write for Log {
        fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(line)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    impl MakeWriter<'_> for Log {
        type Writer = Self;

        fn make_writer(&self) -> Self {
            self.clone()
        }
    }

    #[tokio::test]
    async fn the_log_keeps_everyones_secrets() {
        let log = Log::default();
        let filter = EnvFilter::new("trace,h2=off,hyper=off,mio=off");
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(log.clone()).init();
        let rig = Rig::start().await;
        let body = format!(
            r#"{{"object":"page","entry":[{{"id":"1","messaging":[{{"sender":{{"id":"2"}},
            "timestamp":1,"message":{{"mid":"m","text":"{CANARY}"}}}}]}}]}}"#
        );
        let right = signature::sign(SECRET.as_bytes(), body.as_bytes());
        let wrong = signature::sign(b"wrong", body.as_bytes());
        assert_eq!(rig.signed(SECRET, body.clone()).await, 200);
        assert_eq!(rig.signed("wrong", body.clone()).await, 401);
        assert_eq!(rig.signed(SECRET, format!("{CANARY} is no JSON")).await, 400);
        for (token, status) in [(TOKEN, 200), (CANARY, 403)] {
            let asked = format!("hub.mode=subscribe&hub.verify_token={token}&hub.challenge=7");
            let path = format!("/meta/webhooks/{KEY}?{}", asked.replace(' ', "%20"));
            assert_eq!(rig.get(&path).await.status(), status);
        }
        rig.backend.queue.close().await;
        assert_eq!(rig.signed(SECRET, body).await, 503);
        rig.stop().await;

        let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        for told in ["a webhook is durable", "does not verify", "is malformed", "send it again"] {
            assert!(log.contains(told), "{told:?} is not in {log}");
        }
        let digests = [right, wrong].map(|header| header["sha256=".len()..].to_owned());
        let secrets = [CANARY, SECRET, TOKEN, digests[0].as_str(), digests[1].as_str()];
        for secret in secrets {
            assert!(!log.contains(secret), "{secret:?} is in {log}");
        }
    }
}
