//! Reading the three sources, and saying what is wrong with them.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
};

use config::{Config, Environment, File, FileFormat};

use super::{DEFAULTS, SecretUrl, Settings, SettingsError, check, explain::Origins};

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
        let env: HashMap<String, String> =
            env.into_iter().filter(|(name, _)| dotted(name).is_some()).collect();
        let set: Vec<String> = env.keys().filter_map(|name| dotted(name)).collect();
        let file = file.map(|path| path.display().to_string());
        let origins = Origins { file, environment: &set };
        let env = Environment::with_prefix(PREFIX).separator(SEPARATOR).source(Some(env));
        let mut settings: Settings = sources
            .add_source(env)
            .build()
            .and_then(Config::try_deserialize)
            .map_err(|error| origins.explain(error))?;
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
        let folder = self.media.url.strip_prefix("disk:").filter(|path| !path.is_empty());
        if let Some(path) = folder.map(|path| self.data_dir.join(path)) {
            self.media.url = format!("disk:{}", path.display());
        }
        self.keys.file = self.data_dir.join(&self.keys.file);
    }
}

/// The key that a variable sets: `SWITCHBOARD__DESK__LISTEN` is `desk.listen`; none for others'.
fn dotted(name: &str) -> Option<String> {
    let key = name.strip_prefix(PREFIX)?.strip_prefix(SEPARATOR)?;
    Some(key.to_lowercase().replace(SEPARATOR, "."))
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
