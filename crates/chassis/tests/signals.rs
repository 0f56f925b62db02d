//! A real signal ends what waits for it. Alone in its file: signals go to the whole process.

#[cfg(test)]
mod signals {
    use std::process::{self, Command};

    use switchboard_chassis::shutdown::Shutdown;

    #[tokio::test]
    async fn sigterm_triggers() {
        let shutdown = Shutdown::on_signals().unwrap();
        assert!(!shutdown.is_triggered());
        let killed = Command::new("kill").args(["-TERM", &process::id().to_string()]).status();
        assert!(killed.unwrap().success());
        shutdown.wait().await;
    }
}
