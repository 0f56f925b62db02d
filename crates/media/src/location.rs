//! Where files are kept: a folder, or a bucket of S3 or of anything that speaks its protocol.

use std::{fmt, path::PathBuf, sync::Arc};

use object_store::{
    ObjectStore,
    aws::{AmazonS3Builder, Checksum},
    local::LocalFileSystem,
    path::Path,
};
use secrecy::{ExposeSecret, SecretString};

use crate::MediaError;

/// Where files are kept.
#[derive(Debug, Clone)]
pub enum Location {
    /// A folder of this machine, or one that all machines mount.
    Folder(PathBuf),
    /// A bucket.
    S3(S3),
}

/// A bucket of S3.
#[derive(Debug, Clone)]
pub struct S3 {
    /// Its name.
    pub bucket: String,
    /// Before the name of each file; may be empty.
    pub prefix: String,
    /// Where the service is; AWS's own when `None`. By `http` only when it says so.
    pub endpoint: Option<String>,
    /// The region; `None`: what the environment says, as AWS's own programs read it.
    pub region: Option<String>,
    /// The key and its secret; `None`: what the environment or the machine's role gives.
    pub credentials: Option<(String, SecretString)>,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path) => write!(f, "{}", path.display()),
            Self::S3(s3) => write!(f, "s3://{}/{}", s3.bucket, s3.prefix),
        }
    }
}

pub(crate) fn open(location: &Location) -> Result<(Arc<dyn ObjectStore>, Path), MediaError> {
    match location {
        Location::Folder(path) => Ok((folder(path)?, Path::default())),
        Location::S3(s3) => {
            let prefix = Path::parse(&s3.prefix)
                .map_err(|error| MediaError::Settings(format!("the prefix: {error}")))?;
            Ok((bucket(s3)?, prefix))
        }
    }
}

/// Only for the user we run as.
fn folder(path: &PathBuf) -> Result<Arc<dyn ObjectStore>, MediaError> {
    use std::os::unix::fs::DirBuilderExt;
    let unusable =
        |error: std::io::Error| MediaError::Unusable(format!("{}: {error}", path.display()));
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(unusable)?;
    let files = LocalFileSystem::new_with_prefix(path)?;
    // A file that the store's row promises survives a power cut.
    Ok(Arc::new(files.with_fsync(true).with_automatic_cleanup(true)))
}

fn bucket(s3: &S3) -> Result<Arc<dyn ObjectStore>, MediaError> {
    let mut builder = AmazonS3Builder::from_env()
        .with_bucket_name(&s3.bucket)
        .with_checksum_algorithm(Checksum::SHA256);
    if let Some(endpoint) = &s3.endpoint {
        builder = builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http:"));
    }
    if let Some(region) = &s3.region {
        builder = builder.with_region(region);
    }
    if let Some((key, secret)) = &s3.credentials {
        builder = builder.with_access_key_id(key).with_secret_access_key(secret.expose_secret());
    }
    let objects = builder.build();
    Ok(Arc::new(objects.map_err(|error| MediaError::Settings(error.to_string()))?))
}
