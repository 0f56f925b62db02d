//! Real signals to a real process: the test runs itself again as the process that gets them.

#[cfg(test)]
mod signals {
    use std::{
        env,
        io::{self, BufRead, BufReader, Write},
        process::{Command, Stdio},
    };

    use switchboard_chassis::shutdown::Shutdown;

    const CHILD: &str = "SWITCHBOARD_TEST_SIGNALS_CHILD";
    const LISTENS: &str = "listens for signals";
    const STOPS: &str = "stops slowly";

    #[tokio::test]
    async fn the_first_signal_asks_and_the_second_ends_the_process() {
        if env::var_os(CHILD).is_some() {
            return stop_slowly().await;
        }
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "signals::the_first_signal_asks_and_the_second_ends_the_process"])
            .arg("--nocapture")
            .env(CHILD, "1")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let id = child.id().to_string();
        let signal = |name: &str| {
            let sent = Command::new("kill").args([name, &id]).status();
            assert!(sent.unwrap().success());
        };
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut until = |text| lines.any(|line| line.unwrap().ends_with(text));
        assert!(until(LISTENS));
        signal("-TERM");
        assert!(until(STOPS));
        signal("-INT");
        assert_eq!(child.wait().unwrap().code(), Some(143));
    }

    /// A process whose end takes for ever.
    async fn stop_slowly() {
        let shutdown = Shutdown::on_signals().unwrap();
        let mut stdout = io::stdout();
        writeln!(stdout, "{LISTENS}").unwrap();
        shutdown.wait().await;
        writeln!(stdout, "{STOPS}").unwrap();
        std::future::pending::<()>().await;
    }
}
