//! The pages in a real browser: headless Chromium, driven over WebDriver by Debian's chromedriver.
//!
//! [`Browsers`] starts the driver and opens [`Page`]s, each in a browser of its own with a fresh
//! profile, so that nobody is logged in by chance. [`page`] is what people do and see there.

pub mod page;

use std::{
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
};

use tempfile::TempDir;
use thirtyfour::{ChromeCapabilities, ChromiumLikeCapabilities, LoggingPrefsLogLevel, WebDriver};

pub use page::Page;

use crate::{
    Outcome, http,
    process::{Launch, Process},
    wait,
};

/// Programs that Debian's packages bring; without any of them the suite cannot run.
const PROGRAMS: [&str; 2] = ["chromium", "chromedriver"];

/// What keeps the browser to itself: no sandbox (the suite may run as root, in a container), no
/// calls to its maker's servers, no first-run pages.
const FLAGS: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// The line in which the driver says where it listens ends so, after the port.
const LISTENS: &str = "was started successfully on port ";

/// Browsers on demand. Dropping it ends the driver, and the browsers with it.
#[derive(Debug)]
pub struct Browsers {
    /// The browser's program.
    browser: PathBuf,
    /// Where the driver listens.
    url: String,
    opened: AtomicU32,
    // Dropped before the folder, which has its files.
    _driver: Process,
    folder: TempDir,
}

impl Browsers {
    /// Starts the driver.
    ///
    /// # Errors
    /// When the machine lacks the browser, with the way to get it; when the driver does not start.
    pub async fn start() -> Outcome<Self> {
        let [browser, program] = installed()?;
        let folder = tempfile::tempdir()?;
        let temporary = folder.path().display().to_string();
        let launch = Launch {
            program,
            arguments: vec!["--port=0".into()],
            environment: vec![("TMPDIR".into(), temporary)],
        };
        let mut driver = Process::start("chromedriver", launch, folder.path())?;
        let port = wait::until("chromedriver listens", async || {
            driver.must_run()?;
            let output = driver.output();
            let port = output.split_once(LISTENS).and_then(|(_, rest)| rest.split_once('.'));
            port.map(|(port, _)| port.to_owned())
                .ok_or_else(|| format!("it says {output:?}").into())
        })
        .await?;
        let url = format!("http://127.0.0.1:{port}");
        Ok(Self { browser, url, opened: AtomicU32::new(0), _driver: driver, folder })
    }

    /// Opens a page in a browser of its own.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn open(&self, url: &str) -> Outcome<Page> {
        let number = self.opened.fetch_add(1, Ordering::Relaxed);
        let profile = self.folder.path().join(format!("profile-{number}"));
        let builder = WebDriver::builder(&self.url, self.capabilities(&profile)?);
        let page = Page::new(builder.client(http::client()?).connect().await?);
        page.go(url).await?;
        Ok(page)
    }

    fn capabilities(&self, profile: &Path) -> Outcome<ChromeCapabilities> {
        let mut wanted = ChromeCapabilities::new();
        wanted.set_binary(&self.browser.display().to_string())?;
        for flag in FLAGS {
            wanted.add_arg(flag)?;
        }
        wanted.add_arg(&format!("--user-data-dir={}", profile.display()))?;
        wanted.add_arg("--window-size=1280,860")?;
        wanted.set_browser_log_level(LoggingPrefsLogLevel::All)?;
        Ok(wanted)
    }
}

/// Where the programs are.
fn installed() -> Outcome<[PathBuf; 2]> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = PROGRAMS.map(|program| {
        std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
    });
    let [Some(browser), Some(driver)] = found else {
        let words = "chromium or chromedriver is not installed: run `./scripts/test`, which \
                     installs both (Debian: apt-get install chromium chromium-driver)";
        return Err(words.into());
    };
    Ok([browser, driver])
}
