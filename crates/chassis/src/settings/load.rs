//! Reading the three sources, and saying what is wrong with them.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
};

use config::{Config, ConfigError, Environment, File, FileFormat};

use super::{DEFAULTS, SecretUrl, Settings, SettingsError, check};

/// What the environment's variables begin with; the same two underscores stand between sections.
const PREFIX: &str = "SWITCHBOARD";
const SEPARATOR: &str = "__";

impl Settings {
    /// Reads the configuration of this process: the built-in one, `file`, the environment.
    ///
    /// # Errors
    /// [`SettingsError`]; end with [`SettingsError::EXIT_CODE`].
    pub fn load(file: Option<&Path>) -> Result<Self, SettingsError> {
        // Variables that are no text cannot be ours: all of our values are.
        let env = std::env::vars_os()
            .filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?)));
        Self::from_sources(file, env)
    }

    /// The same, with an environment of the caller's.
    ///
    /// # Errors
    /// As [`Settings::load`].
    pub fn from_sources(
        file: Option<&Path>,
        env: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, SettingsError> {
        let mut sources = Config::builder().add_source(File::from_str(DEFAULTS, FileFormat::Toml));
        if let Some(path) = file {
            let text = read(path)?;
            sources = sources.add_source(File::from_str(&text, FileFormat::Toml));
        }
        let env: HashMap<String, String> = env.into_iter().collect();
        let env = Environment::with_prefix(PREFIX).separator(SEPARATOR).source(Some(env));
        let origin = file.map_or_else(|| "the configuration".into(), |it| it.display().to_string());
        let mut settings: Settings = sources
            .add_source(env)
            .build()
            .and_then(Config::try_deserialize)
            .map_err(|error| explain(error, &origin))?;
        settings.place();
        check::all(&settings)?;
        Ok(settings)
    }

    /// Puts relative paths inside the data folder.
    fn place(&mut self) {
        for url in [&mut self.queue.url, &mut self.store.url] {
            let inside = url.sqlite_path().filter(|path| !path.is_empty());
            if let Some(path) = inside.map(|path| self.data_dir.join(path)) {
                *url = SecretUrl::new(format!("sqlite:{}", path.display()));
            }
        }
        self.keys.file = self.data_dir.join(&self.keys.file);
    }
}

/// Reads a file and looks at its syntax alone, because other errors of the parser quote the line,
/// which may hold a secret.
fn read(path: &Path) -> Result<String, SettingsError> {
    let text = fs::read_to_string(path)
        .map_err(|cause| SettingsError::Unreadable { path: path.into(), cause })?;
    match toml::from_str::<toml::Table>(&text) {
        Ok(_) => Ok(text),
        Err(error) => {
            let before = error.span().and_then(|span| text.get(..span.start));
            let line = before.map_or(1, |before| before.matches('\n').count() + 1);
            let path = PathBuf::from(path);
            Err(SettingsError::Syntax { path, line, message: error.message().to_owned() })
        }
    }
}

fn explain(error: ConfigError, file: &str) -> SettingsError {
    let (origin, key, message) = parts(error);
    SettingsError::Shape {
        origin: origin.unwrap_or_else(|| file.to_owned()),
        key: key.unwrap_or_else(|| "(top level)".into()),
        message,
    }
}

type Parts = (Option<String>, Option<String>, String);

fn parts(error: ConfigError) -> Parts {
    match error {
        ConfigError::NotFound(key) => (None, Some(key), "is missing".into()),
        // What was found is left out: it may be a secret.
        ConfigError::Type { origin, expected, key, .. } => {
            (origin, key, format!("must be {expected}"))
        }
        ConfigError::At { error, origin, key } => {
            let (inner_origin, inner_key, message) = parts(*error);
            (inner_origin.or(origin), inner_key.or(key), message)
        }
        ConfigError::Message(message) => (None, None, message),
        other => (None, None, format!("cannot be read: {other}")),
    }
}
