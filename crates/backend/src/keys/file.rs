//! The file of keys: read, or made once and never written again.

use std::{
    ffi::OsString,
    fs::{self, File},
    io::{self, ErrorKind, Write},
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use secrecy::{ExposeSecret, SecretString};
use switchboard_chassis::settings::{KeyFile, RawKey};

use super::KeysError;

/// What keys are called that nobody named.
const NAME: &str = "main";

/// No keys.
pub(super) fn none() -> KeyFile {
    KeyFile::default()
}

/// Reads the file; none when there is none.
pub(super) fn read(path: &Path) -> Result<Option<KeyFile>, KeysError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => SecretString::from(text),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(failed(path, "read")(cause)),
    };
    if fs::metadata(path).is_ok_and(|it| it.mode() & 0o007 != 0) {
        tracing::warn!(file = %path.display(), "any user may read the keys; set mode 0600");
    }
    let parsed = toml::from_str(text.expose_secret());
    // Only the message: the rest of the error quotes the file.
    let content = |error: toml::de::Error| KeysError::Content {
        path: path.into(),
        reason: error.message().to_owned(),
    };
    parsed.map(Some).map_err(content)
}

/// Makes the file with new keys, for the user we run as alone. It is there as a whole or not at all,
/// and never in place of another.
pub(super) fn generate(path: &Path) -> Result<KeyFile, KeysError> {
    let [tokens, apps, marker] = [(); 3].map(|()| RawKey::new(rand::random()).to_base64());
    let text = SecretString::from(format!(
        "# The keys that this installation seals its secrets with. Keep a copy in a safe place:\n\
         # without them, channel tokens and app secrets must be entered again.\n\
         tokens = [\"{NAME}:{}\"]\n\
         apps = [\"{NAME}:{}\"]\n\
         marker = \"{}\"\n",
        tokens.expose_secret(),
        apps.expose_secret(),
        marker.expose_secret(),
    ));
    match write(path, &text) {
        Ok(()) => tracing::info!(file = %path.display(), "made new keys; keep a copy"),
        // A command and a service may both be the first: the one that came later uses what is there.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        Err(cause) => return Err(failed(path, "written")(cause)),
    }
    Ok(read(path)?.unwrap_or_default())
}

fn write(path: &Path, text: &SecretString) -> io::Result<()> {
    let draft = draft(path);
    // Unlike a rename, a link fails when there is a file already.
    let linked = fill(&draft, text).and_then(|()| fs::hard_link(&draft, path));
    // What stays behind after a crash is keys that nothing was sealed with.
    let _ = fs::remove_file(&draft);
    linked?;
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

fn fill(draft: &Path, text: &SecretString) -> io::Result<()> {
    let mut file = File::options().write(true).create_new(true).mode(0o600).open(draft)?;
    file.write_all(text.expose_secret().as_bytes())?;
    file.sync_all()
}

/// A name beside the file that nobody else uses.
fn draft(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(format!(".{:016x}.new", rand::random::<u64>()));
    name.into()
}

fn failed(path: &Path, deed: &'static str) -> impl FnOnce(io::Error) -> KeysError {
    let path = path.to_owned();
    move |cause| KeysError::File { path, deed, cause }
}
